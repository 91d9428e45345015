public import Decoder
public import Pipeline
public import WAL

/// Renders changes as rows of binary COPY for `audit_log`, without header and trailer.
///
/// What is the same for a transaction or a table is rendered once and copied. On the usual way of a change nothing is
/// allocated. Source: PostgreSQL documentation, COPY, "Binary Format".
public struct AuditEncoder: ~Copyable, ChangeEncoder {
  /// The source's number in the audit schema, known once the writer is open; set it before the first `begin`.
  public var sourceID: Int32
  var batch: EncodedBatch
  var transaction = Begin(commitLSN: .zero, commitTime: PostgresTime(microseconds: 0), transaction: TransactionID(0))
  var context: TransactionContext?
  var nextIndex = 0
  var notes = RowNotes()
  var keyNotes = RowNotes()
  /// Where the images of the change under construction end; what follows is no JSON.
  var imagesEnd = 0
  /// Bytes of the payloads that were set aside in the batch under construction.
  var quarantinedBytes = 0
  private var transactionPart = OutputBuffer(capacity: 256)
  private var tablePart = OutputBuffer(capacity: 256)
  private var table: RelationPlan?
  private var tableEmbedsJSON = false
  private var refusals = RefusedChanges()

  /// An encoder with an empty batch.
  /// - Parameter sourceID: the source's number in the audit schema, from `AuditWriter.sourceID`.
  public init(sourceID: Int32 = 0) {
    self.sourceID = sourceID
    batch = EncodedBatch()
  }

  /// How many changes the batch under construction holds, those set aside included.
  public var changeCount: Int { batch.changes &+ batch.quarantined.count }

  /// How many bytes the batch under construction holds.
  public var byteCount: Int { batch.bytes.count &+ quarantinedBytes }

  /// A transaction starts. Rows of a snapshot come with transaction 0, which is stored as null.
  public mutating func begin(_ transaction: Begin, at lsn: LSN) {
    self.transaction = transaction
    context = nil
    nextIndex = 0
    refusals.enter(transaction.commitLSN)
    renderTransaction()
  }

  /// Takes `cdc.context` of the open transaction: the changes after it carry it, until the next one replaces it.
  /// Other prefixes, and messages that stand outside of transactions, are no context.
  public mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {
    guard message.isTransactional, message.prefix == TransactionContext.prefix else { return }
    context = TransactionContext(message.content)
    renderTransaction()
  }

  /// Renders one change; one that jsonb is known to refuse is set aside.
  public mutating func encode(_ change: borrowing Change) {
    let index = nextIndex
    nextIndex &+= 1
    if let refused = refusals.refusal(of: index) {
      return quarantine(change, reason: refused.reason, code: refused.code)
    }
    let mark = batch.bytes.count
    batch.bytes.append(contentsOf: transactionPart)
    if change.plan !== table { enter(change.plan) }
    batch.bytes.append(contentsOf: tablePart)
    appendOperation(change.operation)
    batch.bytes.appendField(change.lsn.rawValue)
    batch.bytes.appendField(change.position.ordinal)
    let images = batch.bytes.count
    guard appendImages(change) else {
      batch.bytes.truncate(to: mark)
      return quarantine(change, reason: "a row image is larger than PostgreSQL's fields of 1 GB", code: "54000")
    }
    if tableEmbedsJSON, JSONProbe.holdsNUL(batch.bytes.bytes.extracting(images..<imagesEnd)) {
      batch.bytes.truncate(to: mark)
      return quarantine(change, reason: "unsupported Unicode escape sequence: \\u0000 in a json value", code: "22P05")
    }
    batch.changes &+= 1
  }

  /// Hands the batch under construction out and goes on in `spare`, which is emptied.
  public mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    spare.clear()
    swap(&batch, &spare)
    quarantinedBytes = 0
    return spare
  }

  /// Remembers a refused change: it goes to quarantine when it is encoded again.
  public mutating func setAside(_ refused: RefusedChange) { refusals.insert(refused) }

  // MARK: Constant parts

  private mutating func renderTransaction() {
    transactionPart.clear()
    transactionPart.appendBigEndian(AuditColumns.count)
    transactionPart.appendField(sourceID)
    transactionPart.appendField(transaction.commitTime.microseconds)
    if transaction.transaction.rawValue == 0 {
      transactionPart.appendNullField()
    } else {
      transactionPart.appendField(Int64(transaction.transaction.rawValue))
    }
    transactionPart.appendField(transaction.commitLSN.rawValue)
    if let user = context?.user { transactionPart.appendField(text: user) } else { transactionPart.appendNullField() }
    guard let context else { return transactionPart.appendNullField() }
    let start = transactionPart.beginJSONB()
    transactionPart.append(utf8: context.json)
    transactionPart.endField(start)
  }

  @inline(never)
  private mutating func enter(_ plan: RelationPlan) {
    table = plan
    tableEmbedsJSON = JSONProbe.embedsJSON(plan)
    tablePart.clear()
    tablePart.appendField(text: plan.relation.schema)
    tablePart.appendField(text: plan.relation.name)
  }

  @inline(__always)
  private mutating func appendOperation(_ operation: Change.Operation) {
    switch operation {
    case .insert: batch.bytes.appendField(literal: "INSERT")
    case .update: batch.bytes.appendField(literal: "UPDATE")
    case .delete: batch.bytes.appendField(literal: "DELETE")
    case .truncate: batch.bytes.appendField(literal: "TRUNCATE")
    case .snapshot: batch.bytes.appendField(literal: "SNAPSHOT")
    }
  }
}
