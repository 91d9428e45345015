import PGReplication
import Pipeline
import WAL

@testable import Operations

extension OperationsSnapshot {
  static let second: UInt64 = 1_000_000_000

  /// A program that streams, a little behind, with everything in order.
  static func streaming(_ change: (inout OperationsSnapshot) -> Void = { _ in }) -> OperationsSnapshot {
    let now = 10_000 * second
    var snapshot = OperationsSnapshot(
      build: BuildDescription(version: "1.2.3"), now: now, wallClock: 1_769_860_800_000_000)
    snapshot.pipeline.phase = .streaming
    snapshot.pipeline.durable = LSN(900)
    snapshot.pipeline.durableCommitTime = 1_769_860_797_500_000
    snapshot.pipeline.pendingChanges = 5
    snapshot.wire = WireReading(
      isConnected: true, lastByteAt: now - second, received: LSN(1000), confirmed: LSN(900), serverEnd: LSN(1000))
    snapshot.source = SourceReading(
      slot: SlotReading(
        name: "audit", isActive: true, walStatus: .reserved, restart: LSN(400), confirmed: LSN(900), safeBytes: 5000),
      flushed: LSN(990), polledAt: now - 2 * second, walBytesPerSecond: 10)
    snapshot.identity = SourceIdentity(system: .max, timeline: 3, database: "shop", slot: "audit")
    snapshot.lastCommitAt = now - second
    change(&snapshot)
    return snapshot
  }
}

extension KafkaReading {
  /// A publisher at work: one broker connected and one not, one topic.
  static var sample: KafkaReading {
    var reading = KafkaReading()
    reading.reach = .there
    (reading.delivered, reading.refused, reading.deadLetters, reading.transactions) = (1000, 3, 2, 40)
    (reading.queuedRecords, reading.queuedBytes) = (7, 700)
    var broker = Broker(id: 1)
    broker.isConnected = true
    (broker.requestsInFlight, broker.recordsInFlight) = (2, 12)
    (broker.roundTrip, broker.slowRoundTrip, broker.throttle) = (0.0015, 0.25, 0.003)
    (broker.retries, broker.errors, broker.timeouts) = (4, 5, 6)
    reading.brokers = [broker, Broker(id: 2)]
    var topic = Topic(name: "shop.public.people")
    (topic.records, topic.bytes, topic.batchRecords, topic.batchBytes) = (900, 90_000, 30, 3000)
    reading.topics = [topic]
    return reading
  }
}
