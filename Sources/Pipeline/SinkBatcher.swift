internal import Decoder
internal import Logging
internal import PGReplication
internal import Synchronization
internal import WAL

/// The way into the sink, the same for stream and snapshot: hands encoded batches to the writer and commits them.
struct SinkBatcher: ~Copyable {
  private let writer: any SinkWriter
  private let pipeline: Pipeline
  private var spare: EncodedBatch?
  private var lastStored: ContinuousClock.Instant = .now
  /// The offset as this session stored it last.
  private(set) var stored: LSN

  init(_ writer: any SinkWriter, _ pipeline: Pipeline, stored: LSN) {
    self.writer = writer
    self.pipeline = pipeline
    self.stored = stored
    spare = EncodedBatch(capacity: pipeline.policy.bufferBytes + (64 << 10))
  }

  /// An empty batch for the encoder.
  mutating func takeSpare() -> EncodedBatch { spare.take() ?? EncodedBatch() }

  /// Hands a batch to the writer; `batch` says which change a refusal means.
  mutating func write(_ full: consuming EncodedBatch, of batch: OpenBatch, _ supervisor: inout Pipeline.Supervisor)
    async throws
  {
    if !full.quarantined.isEmpty { try pipeline.tolerate(full.quarantined, &supervisor) }
    let bytes = UInt64(full.bytes.count)
    do {
      spare = try await writer.write(full)
    } catch let refused as ChangeRefused {
      throw SinkBatcher.locate(refused, in: batch)
    }
    pipeline.metrics.sinkBytes.wrappingAdd(bytes, ordering: .relaxed)
  }

  /// Makes everything durable together with the offset.
  /// - Returns: how far the source may be told.
  @discardableResult
  mutating func commit(_ batch: OpenBatch, through end: LSN, _ supervisor: inout Pipeline.Supervisor) async throws
    -> LSN
  {
    let confirmable: LSN
    supervisor.batches += 1
    let id = "\(supervisor.process)-\(supervisor.batches)"
    do {
      confirmable = try await writer.commit(through: end, batch: id)
    } catch let refused as ChangeRefused {
      throw SinkBatcher.locate(refused, in: batch)
    }
    stored = end
    lastStored = .now
    pipeline.committed(batch, through: end, id)
    return confirmable
  }

  /// Whether the position of an idle stream is to be stored again.
  func isIdleStoreDue(for position: LSN) -> Bool {
    position > stored && ContinuousClock.now - lastStored >= pipeline.policy.idleInterval
  }

  private static func locate(_ refused: ChangeRefused, in batch: OpenBatch) -> any Error {
    guard let place = batch.place(of: refused.index) else {
      return Failure(
        .unexpected, "the sink refused change \(refused.index) of a batch of \(batch.changes): \(refused.reason)",
        at: "audit database")
    }
    return RefusedChange(
      commitLSN: place.commitLSN, index: place.index, reason: refused.reason, code: refused.code)
  }
}

extension Pipeline {
  /// Counts changes set aside against the limits, and says so, once for each however often it is read.
  func tolerate(_ quarantined: [QuarantinedChange], _ supervisor: inout Supervisor) throws(Failure) {
    for change in quarantined {
      let place = "\(change.schema).\(change.table) at \(change.position)"
      guard retry.setsAsideRefused else {
        throw Failure(retry.refusalKind, change.reason, at: place, advice: retry.refusalAdvice)
      }
      if let last = supervisor.lastSetAside, change.position <= last { continue }
      supervisor.lastSetAside = change.position
      supervisor.setAside += 1
      if let limit = retry.maxSetAside, supervisor.setAside > limit {
        throw Failure(.changeRefused, "more than errors.max=\(limit) changes were refused: \(change.reason)", at: place)
      }
      logger.error(
        "a change was set aside",
        metadata: [
          "table": .string("\(change.schema).\(change.table)"), "position": .string(change.position.description),
          "code": .string(change.code), "reason": .string(change.reason),
        ])
      metrics.quarantined.wrappingAdd(1, ordering: .relaxed)
    }
  }

  /// Tells the metrics of a commit.
  func committed(_ batch: OpenBatch, through end: LSN, _ id: String) {
    metrics.durableLSN.store(end.rawValue, ordering: .relaxed)
    guard batch.changes > 0 else { return }
    metrics.add(batch.counts)
    metrics.transactions.wrappingAdd(UInt64(batch.transactions), ordering: .relaxed)
    metrics.batches.wrappingAdd(1, ordering: .relaxed)
    metrics.batchSize.observe(Double(batch.changes))
    if let began = batch.began { metrics.batchDuration.observe((ContinuousClock.now - began).seconds) }
    let now = MonotonicClock.wall().unixMicroseconds
    for time in batch.commitTimes {
      metrics.commitLatency.observe(Double(max(0, now - time.unixMicroseconds)) / 1_000_000)
    }
    if let last = batch.commitTimes.last {
      metrics.durableCommitTime.store(last.unixMicroseconds, ordering: .relaxed)
    }
    logger.debug(
      "committed a batch",
      metadata: [
        "batch": .string(id), "changes": .stringConvertible(batch.changes),
        "transactions": .stringConvertible(batch.transactions), "lsn": .string(end.description),
      ])
  }
}

/// To the millisecond, for the log.
func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

extension Duration {
  /// Seconds with their fraction.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
