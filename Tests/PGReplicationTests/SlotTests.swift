import PGReplication
import ServerKit
import Testing
import WAL

@testable import PGReplication

@Suite struct SlotTests {
  @Test func `a slot is created, seen, kept from a second one and dropped`() async throws {
    let bench = try await Bench.set()
    let session = try Connection(bench.conninfo.replication)
    let system = try session.identifySystem()
    #expect(system.timeline == 1 && system.system > 0 && system.database == bench.database)
    let created = try session.createSlot(bench.database, within: .seconds(60))
    #expect(created.consistentPoint > .zero && created.snapshotName == nil)
    let again = #expect(throws: PostgresError.self) { try session.createSlot(bench.database, within: .seconds(60)) }
    #expect(again?.sqlState == .duplicateObject && again?.statement == "CREATE_REPLICATION_SLOT")
    let metadata = try Connection(bench.conninfo.metadata)
    let state = try #require(try SlotState.read(bench.database, on: metadata))
    #expect(state.plugin == "pgoutput" && state.database == bench.database && !state.temporary && !state.active)
    #expect(state.confirmedFlushLSN == created.consistentPoint && state.walStatus == .reserved)
    #expect(!state.isInvalidated && state.restartLSN != nil)
    #expect(try ServerPosition.read(on: metadata).flushed >= created.consistentPoint)
    try session.dropSlot(bench.database)
    #expect(try SlotState.read(bench.database, on: metadata) == nil)
    let missing = #expect(throws: PostgresError.self) { try session.dropSlot(bench.database) }
    #expect(missing?.sqlState == .undefinedObject)
    try await bench.clear()
  }

  @Test func `an exported snapshot shows what was there before the slot, and no more`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int); INSERT INTO t VALUES (1)")
    let snapshot = try ExportedSnapshot(
      creating: bench.database, SlotOptions(temporary: true), on: bench.conninfo, within: .seconds(60))
    try await bench.sql("INSERT INTO t VALUES (2)")
    let reader = try bench.connect()
    try reader.execute(try snapshot.importStatement())
    #expect(try reader.execute("SELECT count(*) FROM t").scalar == "1")
    try reader.execute("COMMIT")
    #expect(try reader.execute("SELECT count(*) FROM t").scalar == "2")
    let isAlive = snapshot.isAlive
    #expect(isAlive)
    try await bench.clear()
  }

  @Test func `creation behind an open transaction is bounded and says why`() async throws {
    // A server of its own: every open transaction of the cluster counts.
    let server = try await PostgresServer.start()
    let conninfo = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo()))
    let blocker = try Connection(conninfo)
    try blocker.execute("BEGIN; SELECT pg_current_xact_id()")
    let session = try Connection(conninfo.replication)
    let error = #expect(throws: PostgresError.self) { try session.createSlot("late", within: .milliseconds(200)) }
    #expect(error?.code == .timedOut)
    #expect(error?.description.contains("pg_stat_activity") == true)
    try blocker.execute("COMMIT")
    #expect(try session.createSlot("late", within: .seconds(60)).name == "late")
    try await server.destroy()
  }

  @Test func `the command has the words of the server's version`() throws {
    let options = SlotOptions(temporary: true, exportSnapshot: true, failover: true, twoPhase: true)
    #expect(
      try options.command(creating: "s", serverVersion: 140_005)
        == "CREATE_REPLICATION_SLOT \"s\" TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT TWO_PHASE")
    #expect(
      try options.command(creating: "s", serverVersion: 160_000)
        == "CREATE_REPLICATION_SLOT \"s\" TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export', TWO_PHASE true)")
    #expect(
      try SlotOptions(failover: true).command(creating: "s", serverVersion: 170_000)
        == "CREATE_REPLICATION_SLOT \"s\" LOGICAL pgoutput (SNAPSHOT 'nothing', FAILOVER true)")
  }
}

@Suite struct TimelineHistoryTests {
  @Test func `a history file is read, comments aside`() throws {
    let text = "1\t0/3000158\tno recovery target specified\n\n# comment\n2\t1/A0000098\tbefore 2000-01-01\n"
    let history = try #require(TimelineHistory(parsing: text))
    #expect(history.entries.map(\.timeline) == [1, 2])
    #expect(history.entries.map(\.switchedAt.description) == ["0/3000158", "1/A0000098"])
    #expect(history.entries[0].reason == "no recovery target specified")
    #expect(history.contains(LSN(0x3000158), on: 1))
    #expect(!history.contains(LSN(0x3000159), on: 1))
    #expect(history.contains(LSN(0x9_0000_0000), on: 3))
  }

  @Test(arguments: ["x\t0/1\t", "1 nonsense", "2\t0/1\t\n1\t0/2\t", "1"])
  func `a malformed history is refused`(text: String) { #expect(TimelineHistory(parsing: text) == nil) }

  @Test func `a promoted server has a history`() async throws {
    let server = try await PostgresServer.start()
    let conninfo = Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo()))
    #expect(try Connection(conninfo.replication).timelineHistory(1).entries.isEmpty)
    // Recovery to the end of its own log and promotion: the smallest way to a second timeline.
    try await server.stop()
    try await server.recoverAndPromote()
    let session = try Connection(conninfo.replication)
    #expect(try session.identifySystem().timeline == 2)
    #expect(try session.timelineHistory(2).entries.map(\.timeline) == [1])
    try await server.destroy()
  }
}

extension PostgresServer {
  /// Starts the stopped server in archive recovery without an archive, which ends at once with a new timeline.
  func recoverAndPromote() async throws {
    try await configure([("restore_command", "false")])
    _ = try await ChildProcess.run("touch", [data + "/recovery.signal"])
    try await restart()
    let deadline = ContinuousClock.now + .seconds(30)
    while try await sql("SELECT pg_is_in_recovery()") != "f", ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
