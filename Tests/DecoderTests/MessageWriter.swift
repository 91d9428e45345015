import Decoder
import WAL

/// The reverse of `MessageReader`: writes the bytes that the server's pgoutput sends, for tests.
///
/// Source: PostgreSQL documentation, 55.9 "Logical Replication Message Formats".
struct MessageWriter {
  private(set) var bytes: [UInt8] = []

  init(_ tag: MessageTag) { bytes.append(tag.rawValue) }

  mutating func integer(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func string(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
  }

  mutating func lsn(_ lsn: LSN) { integer(lsn.rawValue) }

  mutating func time(_ time: PostgresTime) { integer(time.microseconds) }

  /// The transaction of a change in a streamed block.
  mutating func transaction(_ transaction: TransactionID?) {
    if let transaction { integer(transaction.rawValue) }
  }

  mutating func tuple(_ tag: Character, _ values: [SentValue]) {
    bytes.append(tag.asciiValue ?? 0)
    integer(UInt16(values.count))
    for value in values {
      switch value {
      case .null: bytes.append(UInt8(ascii: "n"))
      case .unchangedToast: bytes.append(UInt8(ascii: "u"))
      case .text(let text): counted("t", Array(text.utf8))
      case .bytes(let content): counted("t", content)
      case .binary(let content): counted("b", content)
      }
    }
  }

  private mutating func counted(_ tag: Character, _ content: [UInt8]) {
    bytes.append(tag.asciiValue ?? 0)
    integer(Int32(content.count))
    bytes.append(contentsOf: content)
  }

  mutating func oldRow(_ kind: OldRow, _ values: [SentValue]) {
    switch kind {
    case .absent: break
    case .identity: tuple("K", values)
    case .full: tuple("O", values)
    }
  }
}

extension MessageWriter {
  mutating func commit(_ commit: Commit) {
    integer(UInt8(0))
    lsn(commit.commitLSN)
    lsn(commit.endLSN)
    time(commit.commitTime)
  }

  mutating func relation(_ relation: Relation) {
    transaction(relation.transaction)
    integer(relation.oid)
    string(relation.schema)
    string(relation.name)
    integer(relation.replicaIdentity.rawValue)
    integer(UInt16(relation.columns.count))
    for column in relation.columns {
      integer(UInt8(column.isIdentity ? 1 : 0))
      string(column.name)
      integer(column.type)
      integer(column.modifier)
    }
  }

  mutating func truncate(_ truncate: Truncate) {
    transaction(truncate.transaction)
    integer(Int32(truncate.relations.count))
    integer(truncate.options.rawValue)
    for oid in truncate.relations { integer(oid) }
  }

  mutating func logicalMessage(_ message: LogicalMessage) {
    transaction(message.transaction)
    integer(UInt8(message.isTransactional ? 1 : 0))
    lsn(message.lsn)
    string(message.prefix)
    integer(Int32(message.content.count))
    bytes.append(contentsOf: message.content)
  }

  mutating func prepare(_ prepare: Prepare) {
    lsn(prepare.prepareLSN)
    lsn(prepare.endLSN)
    time(prepare.prepareTime)
    integer(prepare.transaction.rawValue)
    string(prepare.gid)
  }

  mutating func rollback(_ rollback: RollbackPrepared) {
    integer(UInt8(0))
    lsn(rollback.prepareEndLSN)
    lsn(rollback.rollbackEndLSN)
    time(rollback.prepareTime)
    time(rollback.rollbackTime)
    integer(rollback.transaction.rawValue)
    string(rollback.gid)
  }

  mutating func abort(_ abort: StreamAbort) {
    integer(abort.transaction.rawValue)
    integer(abort.subtransaction.rawValue)
    if let place = abort.abortLSN, let moment = abort.abortTime {
      lsn(place)
      time(moment)
    }
  }
}
