import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// `run` with Kafka beside the audit trail: each has its own position, and brokers that are away hold up nothing else.
@Suite(.serialized, .enabled("the broker can be had") { await KafkaBroker.isAvailable }) struct KafkaTrailTests {
  private func slot(_ kafka: KafkaScene) throws -> String { try kafka.scene.confirmed() }

  @Test(arguments: [true, false])
  func `both hold every change, whatever instant the program is killed at`(_ exactlyOnce: Bool) async throws {
    let kafka = try await KafkaScene.make(StreamLoad.table)
    let load = StreamLoad(bed: kafka.bed)
    let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
    let settings = ["SNAPSHOT_MODE": "initial", "KAFKA_EXACTLY_ONCE": "\(exactlyOnce)", "KAFKA_PATIENCE_MS": "20000"]
    try await kafka.bed.inSource("CALL fill(1, 20)")
    try await load.run {
      try await load.kill(8, after: 50...600, seed: seed) { try await kafka.startRun(settings) }
    }
    let rows = Int(try kafka.bed.ask(kafka.bed.source, kafka.scene.name, "SELECT count(*) FROM t")) ?? 0
    let program = try await kafka.startRun(settings)
    try await kafka.bed.waitForRows(rows, program)
    try await kafka.waitForRecords(rows, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let trail = try kafka.bed.ask(
      kafka.bed.audit, kafka.bed.auditDatabase,
      "SELECT count(*) || ' ' || count(DISTINCT new_data ->> 'id') FROM cdc.audit_log")
    #expect(trail == "\(rows) \(rows)", "seed \(seed)")
    var seen: Set<Int> = []
    let lines = try await kafka.lines()
    let first = lines.filter { line in line.key?.id.map { seen.insert($0).inserted } ?? true }
    let differences = try load.differences(exactlyOnce ? lines : first).filter {
      exactlyOnce || !$0.contains("torn apart")
    }
    #expect(differences.isEmpty, "seed \(seed), \(rows) rows: \(differences.joined(separator: "; "))")
  }

  @Test func `while brokers are away the trail goes on and the slot waits, and then they catch up`() async throws {
    let broker = try await KafkaBroker.start()
    let proxy = try await broker.withProxy()
    var kafka = try await KafkaScene.make(on: broker)
    kafka.address = proxy.address
    try await kafka.bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let program = try await kafka.startRun()
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.change(1...3)
    try await kafka.bed.waitForRows(3, program)
    try await kafka.waitForRecords(3, program)
    for fault in [TCPProxy.Mode.refuse, .stall] {
      await proxy.set(fault, .both)
      if fault == .refuse { await proxy.resetConnections() }
      let first = try kafka.bed.trail().split(separator: " ").count + 1
      try await kafka.bed.change(first...first)
      try await kafka.waitForWords("publishing waits, and the trail goes on without it", program)
      // The session that ended may have told the source of what was published before; the next one has stored the row.
      try await kafka.bed.waitForRows(first, program)
      let held = try slot(kafka)
      try await kafka.bed.change(first + 1...first + 20)
      try await kafka.bed.waitForRows(first + 20, program)
      #expect(try slot(kafka) == held, "the source keeps what is not published")
      await proxy.set(.forward, .both)
      await proxy.resetConnections()
      try await kafka.waitForRecords(first + 20, program)
      // The slot follows again.
      try await kafka.bed.change(first + 21...first + 21)
      try await kafka.bed.wait(
        kafka.bed.source, kafka.scene.name,
        "SELECT confirmed_flush_lsn > '\(held)' FROM pg_replication_slots WHERE slot_name = '\(kafka.prefix)'", program)
      try await kafka.waitForRecords(first + 21, program)
    }
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    let all = (1...47).map(String.init).joined(separator: " ")
    #expect(try kafka.bed.trail() == all)
    var seen: Set<Int> = []
    let ids = try await kafka.lines().compactMap { $0.key?.id }.filter { seen.insert($0).inserted }
    #expect(ids.map(String.init).joined(separator: " ") == all)
    await proxy.close()
    try await broker.destroy()
  }

  @Test func `brokers that are away at the start do not keep the trail waiting`() async throws {
    let broker = try await KafkaBroker.start()
    let kafka = try await KafkaScene.make(on: broker)
    try await kafka.bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let first = try await kafka.startRun()
    try await kafka.bed.waitForStream(first)
    try await kafka.bed.change(1...2)
    try await kafka.waitForRecords(2, first)
    #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
    await broker.stop()
    let second = try await kafka.startRun()
    try await kafka.bed.waitForStream(second)
    let held = try slot(kafka)
    try await kafka.bed.change(3...5)
    try await kafka.bed.waitForRows(5, second)
    #expect(try slot(kafka) == held)
    // Also another start remembers nothing and holds back as much.
    #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
    #expect(try slot(kafka) == held)
    let third = try await kafka.startRun()
    try await kafka.bed.waitForStream(third)
    try await broker.restart()
    try await kafka.waitForRecords(5, third)
    #expect(await third.terminate() == .exited(0), "\(third.lastWords)")
    #expect(try await kafka.story() == "c1 c2 c3 c4 c5")
    #expect(try kafka.bed.trail() == "1 2 3 4 5")
    try await broker.destroy()
  }

  @Test func `with a limit the source's log is let go, and the gap is recorded`() async throws {
    let broker = try await KafkaBroker.start()
    let kafka = try await KafkaScene.make(on: broker)
    let settings = ["KAFKA_MAX_LAG_BYTES": "200000"]
    try await kafka.bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let program = try await kafka.startRun(settings)
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.change(1...2)
    try await kafka.waitForRecords(2, program)
    await broker.stop()
    try await kafka.bed.change(3...3)
    try await kafka.waitForWords("publishing waits", program)
    let held = try slot(kafka)
    try await kafka.bed.inSource("INSERT INTO t SELECT g, repeat(md5(g::text), 30) FROM generate_series(4, 403) g")
    try await kafka.waitForWords("publishing is given up", program)
    try await kafka.bed.waitForRows(403, program)
    try await kafka.bed.change(404...404)
    try await kafka.bed.wait(
      kafka.bed.source, kafka.scene.name,
      "SELECT confirmed_flush_lsn > '\(held)' FROM pg_replication_slots WHERE slot_name = '\(kafka.prefix)'", program)
    // A restart in between knows of it by the slot alone.
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    try await broker.restart()
    let next = try await kafka.startRun(settings)
    try await kafka.bed.waitForStream(next)
    try await kafka.bed.change(405...406)
    try await kafka.waitForRecords(4, next)
    #expect(await next.terminate() == .exited(0), "\(next.lastWords)")
    #expect(try await kafka.story() == "c1 c2 c405 c406")
    let gaps = try kafka.bed.ask(
      kafka.bed.audit, kafka.bed.auditDatabase, "SELECT string_agg(reason, ' | ' ORDER BY id) FROM cdc.gap")
    #expect(gaps.contains("publishing was given up") && gaps.contains("it was not published"), "\(gaps)")
    try await broker.destroy()
  }
}
