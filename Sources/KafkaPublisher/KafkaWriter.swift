public import AvroConverter
public import Events
public import Pipeline
public import WAL
internal import Decoder
internal import Executors
internal import Logging
internal import PGReplication
internal import Synchronization

/// Publishes events, a record each, and keeps the position beside them.
///
/// At least once: the position is stored when all that was sent before it is delivered. Exactly once: records and position
/// are one Kafka transaction, of a producer that fences the one before it.
public actor KafkaWriter: PublishingWriter {
  private nonisolated let thread = ThreadExecutor(name: "kafka")
  private let settings: KafkaSettings
  private let form: EventSettings
  private let run: RunIdentity
  private let progress: EventProgress
  private let refusals: Refusals
  private let status: KafkaStatus
  private let registry: SchemaRegistry?
  private let limit: Int?
  private let logger = Logger(label: "kafka")
  private var publishing: Publishing?
  /// Events that were sent since the last commit.
  private var uncommitted = 0

  /// A sink that is not open.
  /// - Parameters:
  ///   - registry: needed where keys or values are Avro.
  ///   - refusals: shared by all sessions of a process, as `status` and `progress`.
  ///   - limit: after so many events it is finished; nil for no end.
  public init(
    _ settings: KafkaSettings, _ form: EventSettings, run: RunIdentity, registry: SchemaRegistry?,
    progress: EventProgress, refusals: Refusals, status: KafkaStatus, limit: Int? = nil
  ) {
    self.settings = settings
    var form = form
    form.indexesRecords = true
    self.form = form
    self.run = run
    self.registry = registry
    self.progress = progress
    self.refusals = refusals
    self.status = status
    self.limit = limit
  }

  deinit { thread.stop() }

  /// The thread of its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Connects and reads the position.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    publishing?.leave()
    (publishing, uncommitted) = (nil, 0)
    return try failing {
      let publishing = try Publishing(settings, source, registry, refusals, status, logger)
      self.publishing = publishing
      let offset = try publishing.storedOffset()
      status.note(.there)
      return offset?.stored
    }
  }

  /// Takes the transactional id, so that any other instance is fenced, and reads the position again.
  public func claim() async throws -> StoredOffset? {
    let publishing = try opened()
    return try failing {
      try publishing.claim()
      let offset = try publishing.storedOffset()
      publishing.state = offset?.state ?? EncoderState()
      return offset?.stored
    }
  }

  /// An encoder that goes on from the stored state.
  public func makeEncoder() async throws -> any ChangeEncoder & ~Copyable {
    try EventEncoder(form, run: run, state: try opened().state)
  }

  /// Sends the records. With the last one that is wanted it is finished; at the end of a batch, and exactly once always,
  /// with the commit only.
  public func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch {
    let publishing = try opened()
    if !batch.state.isEmpty { publishing.state = EncoderState(batch.state) }
    do {
      try await publishing.prepare(batch.shapes)
    } catch {
      throw told(error)
    }
    let room = limit.map { max(0, $0 - progress.events - uncommitted) } ?? .max
    // A transaction that is cut short would be aborted.
    let wanted = settings.exactlyOnce ? batch.records.count : min(batch.records.count, room)
    try failing {
      if wanted > 0 { try publishing.begin() }
      try batch.bytes.withUnsafeBytes { bytes in
        for record in batch.records.prefix(wanted) {
          guard let shape = batch.shapes[record.shape] as? EventShape else { continue }
          try publishing.send(record, shape, bytes)
        }
      }
      try publishing.serve()
    }
    uncommitted += wanted
    if wanted < batch.records.count {
      try failing { try publishing.drain() }
      count()
      throw SinkFinished()
    }
    batch.clear()
    return batch
  }

  private var isFull: Bool { limit.map { progress.events + uncommitted >= $0 } ?? false }

  private func count() {
    progress.count(uncommitted, at: MonotonicClock.nanoseconds())
    uncommitted = 0
  }

  /// Waits until all records are delivered; what was set aside since the last call.
  public func settle() async throws -> [QuarantinedChange] {
    let publishing = try opened()
    return try failing {
      try publishing.drain()
      defer { publishing.setAside.removeAll() }
      return publishing.setAside
    }
  }

  /// Stores the position: after the records, or in their transaction.
  @discardableResult
  public func commit(through end: LSN, batch: String) async throws -> LSN {
    let publishing = try opened()
    try failing {
      try publishing.begin()
      try publishing.drain()
      try publishing.sendOffset(end)
      try publishing.drain()
      try publishing.commitTransaction()
      refusals.committed()
    }
    count()
    if isFull { throw SinkFinished() }
    return end
  }

  /// Takes what the client tells while nothing is sent: figures, brokers that went or came back.
  public func attend() async throws {
    guard let publishing else { return }
    try failing { try publishing.serve() }
  }

  /// A topic has no place for a gap: the log has it.
  public func recordGap(from: LSN, to: LSN, reason: String) async throws {
    logger.warning(
      "a stretch of the log was never read",
      metadata: ["from": .string("\(from)"), "to": .string("\(to)"), "reason": .string(reason)])
  }

  /// Leaves: an open transaction is aborted.
  public func close() async {
    publishing?.leave()
    publishing = nil
  }

  /// Whether brokers answer; nothing is opened.
  public func isThere() async -> Bool {
    do {
      var check = try BrokerCheck(settings)
      try check.answer(within: .seconds(5))
      return true
    } catch {
      return false
    }
  }

  private func opened() throws -> Publishing {
    guard let publishing else {
      throw Failure(.unexpected, "the Kafka producer is not open", at: settings.bootstrapServers)
    }
    return publishing
  }

  /// Runs `body`; an error is told as what it means for the program.
  private func failing<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch { throw told(error) }
  }

  private func told(_ error: any Error) -> any Error {
    if let error = error as? RegistryError { return error.failure }
    guard let error = error as? KafkaError else { return error }
    if error.code != .recordRefused { status.note(.away, reason: error.description) }
    // Without a transactional id there is no other instance: brokers forgot the producer, and a new one will do.
    guard error.code != .fenced || settings.exactlyOnce else {
      return Failure(.kafkaUnreachable, error.what, at: error.place)
    }
    return error.failure
  }
}
