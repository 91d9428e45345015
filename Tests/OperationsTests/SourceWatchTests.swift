import Logging
import PGReplication
import ServerKit
import ServiceLifecycle
import Synchronization
import WAL
import Testing

@testable import Operations

@Suite struct SourceWatchTests {
  private static let second = OperationsSnapshot.second

  private func answer(_ flushed: UInt64, _ status: SlotState.WALStatus? = .reserved) -> PolledSource {
    let slot = SlotReading(name: "s", isActive: true, walStatus: status, restart: LSN(10), safeBytes: 1000)
    return PolledSource(slot: slot, flushed: LSN(flushed))
  }

  @Test func `the pace of the log and the time left follow from two looks`() {
    var record = SourceRecord(interval: .seconds(5))
    #expect(record.answered(answer(100), at: 10 * Self.second) == [.walStatus(.reserved, reason: nil)])
    #expect(record.reading.walBytesPerSecond == nil)
    #expect(record.reading.secondsUntilInvalidation == nil)
    #expect(record.answered(answer(600), at: 15 * Self.second) == [])
    #expect(record.reading.walBytesPerSecond == 100)
    #expect(record.reading.secondsUntilInvalidation == 10)
    #expect(record.reading.retainedBytes == 590)
  }

  @Test func `a log that was started anew does not make a pace`() {
    var rate = SmoothedRate(timeConstant: 60)
    rate.observe(1000, at: 0)
    rate.observe(10, at: Self.second)
    #expect(rate.perSecond == nil)
    rate.observe(20, at: 2 * Self.second)
    #expect(rate.perSecond == 10)
    rate.observe(20, at: 2 * Self.second)
    #expect(rate.perSecond == 10)
    rate.observe(20, at: 62 * Self.second)
    #expect(rate.perSecond == 5)
  }

  @Test func `failures are told once, wait longer each time, and keep what was known`() {
    var record = SourceRecord(interval: .seconds(5), longestDelay: .seconds(30))
    _ = record.answered(answer(100), at: 1)
    #expect(record.delay == .seconds(5))
    #expect(record.failed("gone") == [.lost("gone")])
    #expect(record.delay == .seconds(5))
    #expect(record.failed("still gone") == [])
    #expect(record.delay == .seconds(10))
    for _ in 0..<100 { _ = record.failed("still gone") }
    #expect(record.delay == .seconds(30))
    #expect(record.reading.lastError == "still gone")
    #expect(record.reading.flushed == LSN(100))
    #expect(record.answered(answer(100), at: 2) == [.recovered])
    #expect(record.reading.lastError == nil)
    #expect(record.delay == .seconds(5))
  }

  @Test func `a slot's change for the worse is told`() {
    var record = SourceRecord(interval: .seconds(5))
    _ = record.answered(answer(100), at: 1)
    #expect(record.answered(answer(100, .lost), at: 2) == [.walStatus(.lost, reason: nil)])
    #expect(record.reading.secondsUntilInvalidation == 0)
    #expect(record.answered(PolledSource(slot: nil, flushed: LSN(100)), at: 3) == [.slotGone])
    #expect(record.answered(PolledSource(slot: nil, flushed: LSN(100)), at: 4) == [])
  }

  @Test func `it looks until the graceful shutdown and ends with it`() async throws {
    let (looks, continuation) = AsyncStream.makeStream(of: Void.self)
    let answer = self.answer(100)
    let watch = SourceWatch(every: .milliseconds(1), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
      continuation.yield()
      return answer
    }
    let group = ServiceGroup(
      configuration: .init(services: [watch], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    async let running: Void = group.run()
    var iterator = looks.makeAsyncIterator()
    for _ in 0..<3 { _ = await iterator.next() }
    await group.triggerGracefulShutdown()
    try await running
    #expect(watch.reading.flushed == LSN(100))
  }

  @Test func `a real server is looked at, also after it was away`() async throws {
    let server = try await PostgresServer.start()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let conninfo = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo()))
    let watch = SourceWatch(conninfo, slot: "watched", logger: logger)
    await watch.look()
    #expect(watch.reading.lastError == nil)
    #expect(watch.reading.slot == nil)
    try await server.sql("SELECT pg_create_logical_replication_slot('watched', 'pgoutput')")
    await watch.look()
    #expect(watch.reading.slot?.name == "watched")
    #expect(watch.reading.slot?.walStatus == .reserved)
    #expect(watch.reading.slot?.isActive == false)
    #expect(watch.reading.retainedBytes ?? 0 > 0)
    let sessions = try await server.sql(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cdc-direct metadata'")
    #expect(sessions == "1")
    try await server.stop()
    await watch.look()
    #expect(watch.reading.lastError != nil)
    #expect(watch.reading.slot?.name == "watched")
    try await server.restart()
    await watch.look()
    #expect(watch.reading.lastError == nil)
    try await server.destroy()
  }
}
