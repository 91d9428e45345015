public import Decoder
public import Pipeline
internal import PGReplication
public import WAL

/// Renders changes as Debezium's events, a JSON line each: topic, partition, key, value and headers, the latter three as
/// Kafka Connect's `JsonConverter` writes them.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data change events" and "Transaction metadata".
public struct EventEncoder: ~Copyable, ChangeEncoder {
  let settings: EventSettings
  /// The settings of the converters at the end of the transforms.
  let converters: EventSettings
  let names: EventNames
  var transforms: TransformChain
  /// What writes values, where it is not `JsonConverter`.
  var cloudEvents: CloudEvents?
  /// Whether events are taken apart, for transforms or another converter.
  let isTransformed: Bool
  let notices: ConversionNotices
  let skipped: SkippedLetters
  var batch = EncodedBatch()
  var source: SourceBlock
  /// What the next record is made of.
  var origin = RecordOrigin()
  /// Where the stream stood when a snapshot began.
  private var streamed: SourceBlock?
  private var signals: [UInt8] = []
  var shapes: TableShapes
  var monitor: TransactionMonitor?
  let fixed: FixedEvents
  var scratch = OutputBuffer(capacity: 4 << 10)
  var previousKey = OutputBuffer(capacity: 256)
  /// A chunk of an incremental snapshot.
  var window: EventWindow?
  /// Where the records stand, for a sink that asks.
  var records: RecordIndex?
  /// `{` and the context headers, without the brace that ends them.
  let context: [UInt8]
  /// The same after another header: `,` in place of the brace, or nothing.
  let contextRest: [UInt8]
  let contextHeaders: [EventRecord.Header]

  /// An encoder for one session.
  /// - Parameters:
  ///   - run: what tells this run from others, in the context headers; made once a process.
  ///   - state: what an earlier encoder left with the offset; empty at the first start.
  /// - Throws: `NameError`, `TransformError` or `CloudEventsError` for settings that cannot be honoured.
  public init(_ settings: EventSettings, run: RunIdentity, state: EncoderState) throws {
    self.init(
      settings, try EventNames(prefix: settings.topicPrefix, settings: settings.names),
      try TransformChain(properties: settings.transformProperties), try settings.cloudEvents(), run, state)
  }

  private init(
    _ settings: EventSettings, _ names: EventNames, _ transforms: consuming TransformChain,
    _ cloudEvents: CloudEvents?, _ run: RunIdentity, _ state: EncoderState
  ) {
    self.names = names
    self.transforms = transforms
    self.cloudEvents = cloudEvents
    isTransformed = !self.transforms.isEmpty || cloudEvents != nil
    converters = settings
    var settings = settings
    if isTransformed {
      // Transforms see null where it is null; the converter at their end puts the default there.
      settings.values.replacesNullWithDefault = false
      settings.keyReplacesNullWithDefault = false
    }
    self.settings = settings
    shapes = TableShapes(names, settings)
    notices = ConversionNotices(settings.values.onFailure)
    skipped = SkippedLetters(settings.skippedOperations)
    source = SourceBlock(settings)
    source.lastCommit = state.lastCommit
    signals = state.signals
    fixed = FixedEvents(names, settings)
    if settings.transactionMetadata { monitor = TransactionMonitor() }
    if settings.indexesRecords { records = RecordIndex(settings) }
    contextHeaders = settings.contextHeaders ? run.headers(settings) : []
    var text = OutputBuffer(capacity: 256)
    text.append(UInt8(ascii: "{"))
    for (index, header) in contextHeaders.enumerated() { header.append(first: index == 0, settings, to: &text) }
    context = text.array
    contextRest = context.count > 1 ? [UInt8(ascii: ",")] + context.dropFirst() : []
  }

  // MARK: ChangeEncoder

  /// How many events the batch under construction holds.
  public var changeCount: Int { batch.changes }
  /// How many bytes the batch under construction holds.
  public var byteCount: Int { batch.bytes.count }

  /// Prepares a table.
  public mutating func relation(_ plan: RelationPlan, _ facts: RelationFacts) {
    guard plan.isCaptured else { return }
    shapes.insert(plan, facts, streamed == nil ? .stream : .snapshot)
  }

  /// Takes the transaction's time and number.
  public mutating func begin(_ transaction: Begin, at lsn: LSN) {
    source.enter(transaction.commitTime, transaction.transaction)
    (origin.commitTime, origin.transaction) = (transaction.commitTime, transaction.transaction)
    guard monitor != nil else { return }
    monitor?.begin(transaction.transaction)
    boundary(.begin, lsn)
  }

  /// Takes the snapshot's time.
  public mutating func beginSnapshot(_ point: Begin, restarts: Bool) {
    if restarts { source.lastCommit = nil }
    streamed = source
    source.enter(point.commitTime, point.transaction)
    (origin.commitTime, origin.transaction) = (point.commitTime, point.transaction)
  }

  /// Goes back to where the stream stood.
  public mutating func endSnapshot() {
    if let streamed { source = streamed }
    streamed = nil
  }

  /// Takes the slot's `catalog_xmin`.
  public mutating func takeXmin(_ xmin: UInt64?) { source.xmin = xmin }

  /// Takes what is to be stored with the offset.
  public mutating func remember(_ signals: [UInt8]) { self.signals = signals }

  /// Takes the origin.
  public mutating func origin(_ origin: Origin) { source.came(from: origin) }

  /// Ends the transaction.
  public mutating func end(_ commit: Commit) {
    source.lastCommit = commit.endLSN
    if monitor != nil { boundary(.end, commit.endLSN) }
  }

  /// Hands the batch out.
  public mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    spare.clear()
    swap(&batch, &spare)
    records?.handedOut()
    spare.state = EncoderState(lastCommit: (streamed ?? source).lastCommit, signals: signals).text
    return spare
  }

  /// A file refuses nothing.
  public mutating func setAside(_ refused: RefusedChange) {}
}

/// Where the parts of a line under construction stand.
struct EventLine {
  let start: Int
  /// The key's payload; nil for none.
  var key: Range<Int>?
  /// The value's payload; nil for a tombstone.
  var value: Range<Int>?
}
