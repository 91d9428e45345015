internal import Decoder
internal import PGReplication

/// What a session's loop works with: the stream and the sink, what stands between them, and what is due when.
struct StreamLoop: ~Copyable {
  let stream: ReplicationStream
  let database: SourceDatabase
  let writer: any SinkWriter
  /// Where transactions in progress are kept; nil where the stream has none.
  let spool: Spool?
  var decoder: StreamDecoder
  var sink: SinkBatcher
  var signals: SignalLoop
  /// The spool's empty buffer.
  var spare: OutputBuffer?
  private var lastConfirmation: ContinuousClock.Instant?
  private var lastHeartbeat = ContinuousClock.now
  private var lastAttention = ContinuousClock.now
  private var lastXmin: ContinuousClock.Instant

  init(
    _ stream: ReplicationStream, _ database: SourceDatabase, _ writer: any SinkWriter, _ spool: Spool?,
    _ decoder: consuming StreamDecoder, _ sink: consuming SinkBatcher, _ signals: SignalLoop, _ source: SourceSettings
  ) {
    self.stream = stream
    self.database = database
    self.writer = writer
    self.spool = spool
    self.decoder = decoder
    self.sink = sink
    self.signals = signals
    lastXmin = .now - (source.xminInterval ?? .zero)
  }

  /// An empty buffer for what is spooled.
  mutating func takeSpare() -> OutputBuffer { spare.take() ?? OutputBuffer(capacity: 0) }

  /// Whether the source is to hear of a position at once: at most once a second; in between the next status update
  /// carries it.
  var isConfirmationDue: Bool {
    mutating get {
      let now = ContinuousClock.now
      if let lastConfirmation, now - lastConfirmation < .seconds(1) { return false }
      lastConfirmation = now
      return true
    }
  }

  /// Whether the sink is to have a turn of its own.
  var isAttentionDue: Bool { mutating get { Self.isDue(&lastAttention, every: .milliseconds(200)) } }

  /// Whether a heartbeat is due.
  mutating func isHeartbeatDue(every interval: Duration?) -> Bool { Self.isDue(&lastHeartbeat, every: interval) }

  /// Whether the slot's `catalog_xmin` is to be read.
  mutating func isXminDue(every interval: Duration?) -> Bool { Self.isDue(&lastXmin, every: interval) }

  private static func isDue(_ last: inout ContinuousClock.Instant, every interval: Duration?) -> Bool {
    guard let interval, ContinuousClock.now - last >= interval else { return false }
    last = .now
    return true
  }
}
