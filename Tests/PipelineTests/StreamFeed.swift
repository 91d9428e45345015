import Decoder
import WAL

@testable import PGReplication
@testable import Pipeline

/// A `StreamDecoder` on a stream that the test writes. Relations are answered as the loop around it does.
struct StreamFeed: ~Copyable {
  var decoder: StreamDecoder
  let log = EncoderLog()
  private let selection: Selection
  private var nextLSN: UInt64 = 0x1000

  /// What stopped the decoder.
  enum Stop: Equatable {
    case bufferFull
    case commitDue
    case relation(String)
  }

  /// Without a delay, so that only counts and bytes make a commit due.
  static let patient = BatchPolicy(
    maxChanges: 1_000, maxBytes: 1 << 20, maxDelay: .seconds(3_600), bufferBytes: 1 << 20)

  init(
    offset: UInt64 = 0, _ policy: BatchPolicy = patient, selection: Selection = Selection(),
    takesInProgress: Bool = false
  ) {
    self.selection = selection
    decoder = StreamDecoder(
      encoder: RecordingEncoder(log), capture: selection, policy: policy, offset: LSN(offset),
      takesInProgress: takesInProgress)
    // The delay counts from here on.
    decoder.committed(through: LSN(offset))
  }

  /// An element of the stream.
  enum Element {
    case message(SentMessage)
    case bytes([UInt8])
    case keepalive(UInt64)
  }

  /// Decodes all, and says what it stopped for on the way.
  mutating func feed(_ elements: [Element]) throws -> [Stop] {
    var frames = FrameBatch()
    for element in elements {
      let bytes =
        switch element {
        case .message(let message): frame(message.bytes)
        case .bytes(let bytes): frame(bytes)
        case .keepalive(let end): StreamFeed.keepalive(end)
        }
      try bytes.withUnsafeBytes { try frames.append($0) }
    }
    var (stops, index): ([Stop], Int) = ([], 0)
    while let pause = try decoder.step(frames, from: &index) {
      switch pause {
      case .relation(let relation):
        stops.append(.relation(relation.name))
        insert(relation)
      case .bufferFull:
        stops.append(.bufferFull)
        flush()
      case .commitDue:
        stops.append(.commitDue)
        commit()
      case .signal, .signalGone, .change, .ended, .spoolDue, .rolledBack, .spooled:
        preconditionFailure("nobody asked for signals")
      }
    }
    return stops
  }

  mutating func feed(_ messages: SentMessage...) throws -> [Stop] { try feed(messages.map { .message($0) }) }

  /// Takes a relation as the loop around the decoder does.
  mutating func insert(_ relation: Relation) {
    decoder.insert(selection.plan(relation, detail: .unknown), .none)
  }

  /// Adds a message to a batch.
  mutating func add(_ message: SentMessage, to frames: inout FrameBatch) throws {
    try add(bytes: message.bytes, to: &frames)
  }

  /// Adds a message's bytes to a batch.
  mutating func add(bytes: [UInt8], to frames: inout FrameBatch) throws {
    try frame(bytes).withUnsafeBytes { try frames.append($0) }
  }

  mutating func flush() { _ = decoder.exchange(for: EncodedBatch(capacity: 0)) }

  mutating func commit() {
    if decoder.hasPending { flush() }
    decoder.committed(through: decoder.idlePosition)
  }

  private mutating func frame(_ payload: [UInt8]) -> [UInt8] {
    nextLSN += 1
    return header("w", nextLSN, nextLSN + 0x100, 0) + payload
  }

  private static func keepalive(_ end: UInt64) -> [UInt8] { header("k", end, 0) + [0] }
}

private func header(_ tag: Character, _ numbers: UInt64...) -> [UInt8] {
  var bytes = [tag.asciiValue ?? 0]
  for number in numbers { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
  return bytes
}

// MARK: The stream's words

extension SentMessage {
  private static let moment = PostgresTime(microseconds: 1)

  static func begin(_ commit: UInt64) -> SentMessage {
    SentMessage(.begin(Begin(commitLSN: LSN(commit), commitTime: moment, transaction: TransactionID(9))))
  }

  static func commit(_ commit: UInt64, end: UInt64) -> SentMessage {
    SentMessage(.commit(Commit(commitLSN: LSN(commit), endLSN: LSN(end), commitTime: moment)))
  }

  /// A table of `id` and `name`.
  static func relation(_ oid: UInt32, _ name: String, _ identity: Relation.ReplicaIdentity = .primaryKey) -> SentMessage
  {
    let columns = [
      Relation.Column(name: "id", type: 20, isIdentity: true),
      Relation.Column(name: "name", type: 25, isIdentity: identity == .full),
    ]
    return SentMessage(
      .relation(Relation(oid: oid, schema: "public", name: name, replicaIdentity: identity, columns: columns)))
  }

  static func insert(_ relation: UInt32, _ row: [SentValue]) -> SentMessage {
    SentMessage(.insert(Insert(relation: relation)), new: row)
  }

  static func update(_ relation: UInt32, _ kind: OldRow = .absent, _ old: [SentValue] = [], to new: [SentValue])
    -> SentMessage
  {
    SentMessage(.update(Update(relation: relation)), oldRow: kind, old: old, new: new)
  }

  static func delete(_ relation: UInt32, _ kind: OldRow, _ old: [SentValue]) -> SentMessage {
    SentMessage(.delete(Delete(relation: relation)), oldRow: kind, old: old)
  }

  static func truncate(_ relations: [UInt32], _ options: Truncate.Options = []) -> SentMessage {
    SentMessage(.truncate(Truncate(options: options, relations: relations)))
  }

  static func message(_ prefix: String, transactional: Bool = true) -> SentMessage {
    SentMessage(
      .logicalMessage(LogicalMessage(isTransactional: transactional, lsn: LSN(1), prefix: prefix, content: [1])))
  }
}
