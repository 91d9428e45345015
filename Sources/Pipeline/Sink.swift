public import Decoder
public import PGReplication
public import WAL

/// The synchronous half of a sink: renders changes into its own buffer, once a change, without await or allocation.
public protocol ChangeEncoder: ~Copyable, Sendable {
  /// A relation was introduced, or introduced anew: its changes follow under this plan.
  mutating func relation(_ plan: RelationPlan, _ facts: RelationFacts)
  /// A transaction starts; its changes follow.
  /// - Parameter lsn: where the message stands in the log; zero when an origin follows.
  mutating func begin(_ transaction: Begin, at lsn: LSN)
  /// A snapshot's rows follow, as of the position of `point`.
  /// - Parameter restarts: whether the stream begins anew at the snapshot, so that nothing before it counts.
  mutating func beginSnapshot(_ point: Begin, restarts: Bool)
  /// The snapshot's rows are over.
  mutating func endSnapshot()
  /// The open transaction came from another server.
  mutating func origin(_ origin: Origin)
  /// A logical message: of the open transaction, where what comes after it may carry it, or between transactions.
  /// - Parameter lsn: where the message stands in the log.
  mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN)
  /// A heartbeat is due; the stream is between transactions.
  mutating func heartbeat()
  /// What an incremental snapshot under way needs after a restart, to be stored with the offset; empty for none.
  mutating func remember(_ signals: [UInt8])
  /// The slot's `catalog_xmin`, where it is asked for.
  mutating func takeXmin(_ xmin: UInt64?)
  /// A snapshot has something to tell.
  mutating func notify(_ notification: SnapshotNotification)
  /// A chunk of an incremental snapshot: its rows wait in the window.
  mutating func fillWindow(_ plan: RelationPlan, _ facts: RelationFacts, _ rows: RowBatch)
  /// From here on a change takes the row of the same key out of the window.
  mutating func openWindow()
  /// Sends what the window still holds, and shuts it.
  mutating func emitWindow()
  /// The open transaction is whole.
  mutating func end(_ commit: Commit)
  /// Renders one change. One that the sink is known to refuse is set aside in the batch instead.
  mutating func encode(_ change: borrowing Change)
  /// How many changes the batch under construction holds, those set aside included.
  var changeCount: Int { get }
  /// How many bytes the batch under construction holds.
  var byteCount: Int { get }
  /// Hands the batch under construction out and takes an empty one, whose memory is used again.
  mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch
  /// Changes that the sink refused before, by transaction and place: they are set aside when they come again.
  mutating func setAside(_ refused: RefusedChange)
}

/// What only some sinks want to know means nothing to the others.
extension ChangeEncoder where Self: ~Copyable {
  /// Does nothing.
  public mutating func relation(_ plan: RelationPlan, _ facts: RelationFacts) {}
  /// Begins a transaction that is nobody's: the rows were not written by any that is known.
  public mutating func beginSnapshot(_ point: Begin, restarts: Bool) {
    begin(
      Begin(commitLSN: point.commitLSN, commitTime: point.commitTime, transaction: TransactionID(0)),
      at: point.commitLSN)
  }
  /// Does nothing.
  public mutating func endSnapshot() {}
  /// Does nothing.
  public mutating func origin(_ origin: Origin) {}
  /// Does nothing.
  public mutating func end(_ commit: Commit) {}
  /// Does nothing.
  public mutating func heartbeat() {}
  /// Does nothing.
  public mutating func takeXmin(_ xmin: UInt64?) {}
  /// Does nothing.
  public mutating func remember(_ signals: [UInt8]) {}
  /// Does nothing.
  public mutating func notify(_ notification: SnapshotNotification) {}
  /// Does nothing.
  public mutating func fillWindow(_ plan: RelationPlan, _ facts: RelationFacts, _ rows: RowBatch) {}
  /// Does nothing.
  public mutating func openWindow() {}
  /// Does nothing.
  public mutating func emitWindow() {}
}

/// What an encoder hands to its writer.
public struct EncodedBatch: ~Copyable, Sendable {
  /// The rendered changes, in the sink's own form.
  public var bytes: OutputBuffer
  /// How many changes `bytes` holds.
  public var changes: Int
  /// Changes that go to quarantine.
  public var quarantined: [QuarantinedChange]
  /// How many of `changes` would not come again, were the stream read again: heartbeats, notifications, rows of
  /// incremental snapshots.
  public var passing = 0
  /// What the encoder needs to go on from the end of this batch after a restart; the sink stores it with the offset.
  public var state: [UInt8] = []
  /// Where the records stand in `bytes`, for a sink that sends them one by one; empty where nobody asked.
  public var records: [EncodedRecord] = []
  /// The shapes that the records name by their number.
  public var shapes: [any RecordShape] = []

  /// An empty batch with room for `capacity` bytes.
  public init(capacity: Int = 256 << 10) {
    bytes = OutputBuffer(capacity: capacity)
    changes = 0
    quarantined = []
  }

  /// Forgets the contents and keeps the memory, within bounds.
  public mutating func clear() {
    bytes.clear(retaining: 1 << 20)
    changes = 0
    passing = 0
    quarantined.removeAll(keepingCapacity: true)
    state.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    shapes.removeAll(keepingCapacity: true)
  }
}

/// A change that the sink refused: the n-th encoded change (from 0) of a transaction, and why.
public struct RefusedChange: Hashable, Sendable {
  /// The transaction.
  public let commitLSN: LSN
  /// The change's place among the encoded changes of its transaction, from 0.
  public let index: Int
  /// What the sink said; may hold no row data.
  public let reason: String
  /// The sink's SQLSTATE or error code.
  public let code: String

  /// A refused change by its parts.
  public init(commitLSN: LSN, index: Int, reason: String, code: String) {
    self.commitLSN = commitLSN
    self.index = index
    self.reason = reason
    self.code = code
  }
}

/// A change set aside whole, with its position and the reason.
public struct QuarantinedChange: Sendable {
  /// Its position.
  public let position: Position
  /// The row's LSN.
  public let lsn: LSN
  /// The transaction.
  public let transaction: TransactionID?
  /// When it was committed.
  public let commitTime: PostgresTime
  /// The table's schema.
  public let schema: String
  /// The table's name.
  public let table: String
  /// What happened to the row.
  public let operation: Change.Operation
  /// The whole change as a JSON object, which the sink stores as plain text.
  public let payload: String
  /// Why it was refused.
  public let reason: String
  /// The sink's SQLSTATE or error code.
  public let code: String
  /// The sink that refused it.
  public let sink: Sink
  /// Which of the records that follow from the change, from 0.
  public let part: Int

  /// The sinks that set changes aside.
  public enum Sink: String, Sendable {
    case audit
    case kafka
  }

  /// A quarantined change by its parts.
  public init(
    position: Position, lsn: LSN, transaction: TransactionID?, commitTime: PostgresTime, schema: String, table: String,
    operation: Change.Operation, payload: String, reason: String, code: String, sink: Sink = .audit, part: Int = 0
  ) {
    self.sink = sink
    self.part = part
    self.position = position
    self.lsn = lsn
    self.transaction = transaction
    self.commitTime = commitTime
    self.schema = schema
    self.table = table
    self.operation = operation
    self.payload = payload
    self.reason = reason
    self.code = code
  }
}

/// The asynchronous half of a sink: owns its connection and the thread it blocks on. Called once a batch.
public protocol SinkWriter: Actor {
  /// Hears, before `open`, what the source has of its slot; nil where there is none.
  func hear(of slot: SlotState?) async
  /// Connects, reads this source's offset and checks that it belongs to it. Nothing is claimed yet.
  /// - Returns: the stored offset; nil when the sink knows nothing of this source.
  func open(_ source: SourceIdentity) async throws -> StoredOffset?
  /// An encoder for this session, once the writer is open.
  func makeEncoder() async throws -> any ChangeEncoder & ~Copyable
  /// Takes the epoch, once the source's slot is held, so that any other instance is fenced.
  /// - Returns: the offset as it stands then, which another instance may have moved since `open`.
  func claim() async throws -> StoredOffset?
  /// Takes a batch: accepted, not durable. The emptied batch comes back.
  func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch
  /// Makes everything accepted durable, together with the offset `end` and the epoch check, in one transaction.
  /// With nothing accepted it stores the offset alone.
  /// - Parameter batch: the batch's correlation id, also in the log.
  /// - Returns: how far the source may be told that all is durable; less than `end` where another sink is behind.
  @discardableResult
  func commit(through end: LSN, batch: String) async throws -> LSN
  /// Records that a stretch of the log was never read, in the next commit.
  func recordGap(from: LSN, to: LSN, reason: String) async throws
  /// A turn of the loop, also of one that has nothing to do; a throw ends the session.
  func attend() async throws
  /// Leaves: what was accepted and not made durable is forgotten, the connection closes.
  func close() async
}

extension SinkWriter {
  /// Does nothing.
  public func hear(of slot: SlotState?) async {}
  /// Does nothing.
  public func attend() async throws {}
}

/// A sink beside the first one, which may be away for a while.
public protocol PublishingWriter: SinkWriter {
  /// Waits until everything accepted is delivered; hands over what was set aside since the last call.
  func settle() async throws -> [QuarantinedChange]
  /// Whether it answers now; nothing is opened.
  func isThere() async -> Bool
}

/// Thrown by a sink that wants the stream read again from its position: the next session begins at once.
public struct SessionRestart: Error, Hashable, Sendable {
  /// Why.
  public let reason: String

  /// A restart for a reason.
  public init(_ reason: String) { self.reason = reason }
}

/// Thrown by a sink that has all it was to have: the pipeline ends in order.
public struct SinkFinished: Error, Hashable, Sendable {
  /// A sink that is done.
  public init() {}
}

/// A sink's own durable position.
public struct StoredOffset: Hashable, Sendable {
  /// The end LSN: everything that committed before it is stored.
  public let position: LSN
  /// How far the source may be told, where a sink that is away holds it back; nil for the position itself.
  public let confirmable: LSN?
  /// The timeline on which it was reached.
  public let timeline: UInt32
  /// The epoch it was stored under.
  public let epoch: Int64
  /// What an incremental snapshot that was under way needs to go on; empty for none.
  public let signals: [UInt8]

  /// An offset by its parts.
  public init(
    position: LSN, timeline: UInt32, epoch: Int64, signals: [UInt8] = [], confirmable: LSN? = nil
  ) {
    self.signals = signals
    self.confirmable = confirmable
    self.position = position
    self.timeline = timeline
    self.epoch = epoch
  }
}

/// A refusal of one change of the batch that was not committed: the session restarts and sets it aside.
public struct ChangeRefused: Error, Hashable, Sendable {
  /// The change's place among all changes that were written since the last commit, from 0.
  public let index: Int
  /// What the sink said, without row data.
  public let reason: String
  /// The sink's SQLSTATE or error code.
  public let code: String

  /// A refusal by its parts.
  public init(index: Int, reason: String, code: String) {
    self.index = index
    self.reason = reason
    self.code = code
  }
}
