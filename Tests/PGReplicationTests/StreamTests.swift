import PGReplication
import ServerKit
import Testing
import WAL

/// What a test keeps of frames: the first letter of each pgoutput message but Relation, and how large they are.
struct Seen {
  var letters = ""
  var largest = 0
  var received = LSN.zero
  var end = LSN.zero

  mutating func note(_ batch: borrowing FrameBatch) {
    for index in 0..<batch.count {
      let frame = batch.frame(at: index)
      guard frame.kind == .xlogData else { continue }
      largest = max(largest, frame.payload.byteCount)
      let letter = frame.payload.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
      // The server repeats a relation whenever its cache was invalidated, which other tests bring about too.
      if letter != UInt8(ascii: "R") { letters.unicodeScalars.append(Unicode.Scalar(letter)) }
      // PostgreSQL 14 sends the transactions of others, such as autovacuum, that changed nothing here.
      if letters.hasSuffix("BC") { letters.removeLast(2) }
    }
    received = max(received, batch.received)
  }
}

extension ReplicationStream {
  /// Reads until the server has sent everything before `position`.
  nonisolated func read(through position: LSN, _ seen: inout Seen) async throws {
    var batch = FrameBatch()
    while seen.received < position {
      batch = try await next(into: batch)
      seen.note(batch)
    }
  }
}

@Suite struct StreamTests {
  /// The server's end of log after `statements`.
  private func end(_ bench: Bench, after statements: String) async throws -> LSN {
    try #require(LSN(try await bench.sql(statements + "; SELECT pg_current_wal_lsn()")))
  }

  private func start(
    _ stream: ReplicationStream, _ bench: Bench, from position: LSN, timing: ReplicationStream.Timing = .init(),
    port: Int? = nil
  ) async throws {
    let conninfo = bench.conninfo.setting("port", to: "\(port ?? bench.server.port)")
    try await stream.start(
      conninfo: conninfo, slot: bench.database, from: position, options: StreamOptions(publications: ["p"]),
      timing: timing)
  }

  @Test func `changes arrive, are confirmed at the end, and do not come again`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int PRIMARY KEY, s text)")
    let slot = try await bench.slot()
    let end = try await end(
      bench,
      after: "INSERT INTO t VALUES (1, 'a'), (2, 'b'); UPDATE t SET s = 'c' WHERE i = 1; DELETE FROM t WHERE i = 2")
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    var seen = Seen()
    try await stream.read(through: end, &seen)
    #expect(seen.letters == "BIICBUCBDC")
    #expect(stream.status.isConnected && stream.status.frames >= 11 && stream.status.received >= end)
    #expect(stream.status.lastByteAt > 0 && stream.status.bytes > 0)
    await stream.confirm(end)
    await stream.confirm(slot.start)
    #expect(stream.status.confirmed == end)
    await stream.stop()
    #expect(!stream.status.isConnected)
    let state = try #require(try SlotState.read(slot.name, on: Connection(bench.conninfo.metadata)))
    #expect(state.confirmedFlushLSN == end && !state.active)
    let second = ReplicationStream()
    try await start(second, bench, from: end)
    var rest = Seen()
    let later = try await self.end(bench, after: "INSERT INTO t VALUES (3, 'd')")
    try await second.read(through: later, &rest)
    #expect(rest.letters == "BIC")
    await second.stop()
    try await bench.clear()
  }

  @Test func `values on the wire do not depend on the database's settings`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (d timestamptz, i interval, b bytea)")
    try await bench.sql(
      """
      ALTER DATABASE \(bench.database) SET datestyle = 'SQL, DMY'; ALTER DATABASE \(bench.database) SET timezone = 'Asia/Tokyo';
      ALTER DATABASE \(bench.database) SET intervalstyle = 'iso_8601'; ALTER DATABASE \(bench.database) SET bytea_output = 'escape'
      """)
    let slot = try await bench.slot()
    let end = try await end(bench, after: "INSERT INTO t VALUES ('2026-01-02 03:04:05+00', '1 day 02:00', '\\x00ff')")
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    var text = ""
    var batch = FrameBatch()
    var received = LSN.zero
    while received < end {
      batch = try await stream.next(into: batch)
      received = max(received, batch.received)
      for index in 0..<batch.count {
        text += batch.frame(at: index).payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
    }
    #expect(text.contains("2026-01-02 03:04:05+00") && text.contains("1 day 02:00:00") && text.contains("\\x00ff"))
    await stream.stop()
    try await bench.clear()
  }

  @Test func `a confirmation after the end was read does not hide the server's last words`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int PRIMARY KEY)")
    let slot = try await bench.slot()
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    let end = try await end(bench, after: "INSERT INTO t SELECT generate_series(1, 10)")
    let sent = "SELECT sent_lsn >= '\(end)' FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid"
    #expect(try await bench.wait(until: "t", sent + " WHERE slot_name = '\(slot.name)'"))
    try await bench.sql(
      "SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE slot_name = '\(slot.name)'")
    // The last frames and the end came together: the frames are handed over first. Some may have come with the start.
    var batch = FrameBatch()
    var seen = Seen()
    while !seen.letters.contains("C") {
      batch = try await stream.next(into: batch)
      seen.note(batch)
    }
    try await stream.confirmNow(end)
    let last = await #expect(throws: PostgresError.self) { _ = try await stream.next(into: FrameBatch()) }
    #expect(last?.sqlState == .adminShutdown, "\(String(reflecting: last))")
    await stream.stop()
    try await bench.clear()
  }

  @Test func `what was read ahead of a slow reader comes whole and in order, and so does the end of the session`()
    async throws
  {
    let bench = try await Bench.set("CREATE TABLE t (i int PRIMARY KEY, s text)")
    let slot = try await bench.slot()
    let end = try await end(
      bench,
      after: "DO $$ BEGIN FOR i IN 1..6000 LOOP INSERT INTO t VALUES (i, repeat('x', 300)); COMMIT; END LOOP; END $$")
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    let (letters, largest) = try await dawdle(stream, through: end)
    #expect(letters == String(repeating: "BIC", count: 6000))
    #expect(largest >= FrameBatch.targetBytes / 2, "nothing was gathered while the reader was away")
    // The walsender's last words come after all that was read.
    try await bench.sql(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(slot.name)'")
    await #expect(throws: PostgresError.self) {
      while true { _ = try await stream.next(into: FrameBatch()) }
    }
    await stream.stop()
    try await bench.clear()
  }

  /// Reads as `read` does, and works on each batch for a while.
  private func dawdle(_ stream: ReplicationStream, through position: LSN) async throws -> (String, Int) {
    var (seen, largest) = (Seen(), 0)
    var batch = FrameBatch()
    while seen.received < position {
      batch = try await stream.next(into: batch)
      seen.note(batch)
      largest = max(largest, batch.byteCount)
      try await Task.sleep(for: .milliseconds(3))
    }
    return (seen.letters, largest)
  }

  @Test func `a row of 30 MB comes in one frame`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (s text)")
    let slot = try await bench.slot()
    let end = try await end(bench, after: "INSERT INTO t VALUES (repeat('x', 30000000)); INSERT INTO t VALUES ('y')")
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    var seen = Seen()
    try await stream.read(through: end, &seen)
    #expect(seen.letters == "BICBIC")
    #expect(seen.largest > 30_000_000)
    await stream.stop()
    try await bench.clear()
  }

  @Test func `a slot in use, a missing slot and a missing publication are told apart`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int)")
    let slot = try await bench.slot()
    let first = ReplicationStream()
    try await start(first, bench, from: slot.start)
    let second = ReplicationStream()
    let inUse = await #expect(throws: PostgresError.self) { try await start(second, bench, from: slot.start) }
    #expect(inUse?.sqlState == .objectInUse && inUse?.isTransient == true)
    await first.stop()
    let missing = await #expect(throws: PostgresError.self) {
      try await second.start(
        conninfo: bench.conninfo, slot: "nowhere", from: .zero, options: StreamOptions(publications: ["p"]))
    }
    #expect(missing?.sqlState == .undefinedObject && missing?.isTransient == false)
    let publication = await #expect(throws: PostgresError.self) {
      try await second.start(
        conninfo: bench.conninfo, slot: slot.name, from: slot.start,
        options: StreamOptions(publications: ["p", "nowhere"]))
    }
    #expect(publication?.sqlState == .undefinedObject, "\(String(reflecting: publication))")
    await #expect(throws: StreamError.notRunning) { _ = try await second.next(into: FrameBatch()) }
    try await bench.clear()
  }

  @Test func `a busy consumer is not cut off, for the timer sends what is due`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int)")
    let slot = try await bench.slot()
    let stream = ReplicationStream()
    let timing = ReplicationStream.Timing(
      statusInterval: .milliseconds(300), staleAfter: .seconds(60), walSenderTimeout: .seconds(1))
    try await start(stream, bench, from: slot.start, timing: timing)
    // Nobody reads for several times the server's patience.
    #expect(
      try await bench.wait(
        until: "t",
        "SELECT clock_timestamp() > backend_start + '4s' FROM pg_stat_activity "
          + "WHERE application_name = 'cdc-direct reader' AND datname = '\(bench.database)'"))
    #expect(stream.status.statusUpdates >= 6)
    let end = try await end(bench, after: "INSERT INTO t VALUES (1)")
    var seen = Seen()
    try await stream.read(through: end, &seen)
    #expect(seen.letters == "BIC")
    await stream.stop()
    try await bench.clear()
  }

  @Test func `cancelling a reader ends its wait at once and leaves the stream usable`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int)")
    let slot = try await bench.slot()
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    let reader = Task {
      var seen = Seen()
      try await stream.read(through: LSN(.max), &seen)
    }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
    let end = try await end(bench, after: "INSERT INTO t VALUES (1)")
    var seen = Seen()
    try await stream.read(through: end, &seen)
    #expect(seen.letters == "BIC")
    let waiting = Task {
      var seen = Seen()
      try await stream.read(through: LSN(.max), &seen)
    }
    await stream.stop()
    await #expect(throws: StreamError.stopped) { try await waiting.value }
    await #expect(throws: StreamError.self) { try await start(stream, bench, from: slot.start) }
    try await bench.clear()
  }

  @Test func `a wire that falls silent is asked, then given up`() async throws {
    let bench = try await Bench.set()
    let slot = try await bench.slot()
    let proxy = try TCPProxy.start(toPort: bench.server.port)
    let stream = ReplicationStream()
    let timing = ReplicationStream.Timing(statusInterval: .milliseconds(200), staleAfter: .seconds(1))
    try await start(stream, bench, from: slot.start, timing: timing, port: proxy.port)
    // While the server answers, silence is no reason: it is asked and says that it lives.
    let clock = ContinuousClock()
    let began = clock.now
    var batch = FrameBatch()
    while clock.now < began + .seconds(2) { batch = try await stream.next(into: batch) }
    #expect(stream.status.keepalives >= 2)
    await proxy.set(.stall)
    let error = await #expect(throws: StreamError.self) {
      while true { _ = try await stream.next(into: FrameBatch()) }
    }
    guard case .stale(let silence) = error else {
      Issue.record("not stale: \(String(reflecting: error))")
      return
    }
    #expect(silence >= .seconds(1))
    #expect(!stream.status.isConnected)
    await stream.stop()
    await proxy.close()
    try await bench.clear()
  }

  @Test func `a cut wire and an ended session are connection losses`() async throws {
    let bench = try await Bench.set()
    let slot = try await bench.slot()
    let proxy = try TCPProxy.start(toPort: bench.server.port)
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start, port: proxy.port)
    await proxy.resetConnections()
    let cut = await #expect(throws: PostgresError.self) {
      while true { _ = try await stream.next(into: FrameBatch()) }
    }
    #expect(cut?.code == .connectionLost && cut?.isTransient == true, "\(String(reflecting: cut))")
    await proxy.close()
    let free = "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '\(slot.name)'"
    #expect(try await bench.wait(until: "t", free))
    let second = ReplicationStream()
    try await start(second, bench, from: slot.start)
    try await bench.sql(
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(slot.name)'")
    let ended = await #expect(throws: PostgresError.self) {
      while true { _ = try await second.next(into: FrameBatch()) }
    }
    #expect(ended?.sqlState == .adminShutdown && ended?.isTransient == true, "\(String(reflecting: ended))")
    try await bench.clear()
  }

  @Test func `a server that shuts down ends the stream and waits for what is confirmed`() async throws {
    let server = try await PostgresServer.start()
    let bench = Bench(server: server, database: "postgres")
    let slot = try await bench.slot()
    let stream = ReplicationStream()
    try await start(stream, bench, from: slot.start)
    let reader = Task {
      var batch = FrameBatch()
      while true {
        batch = try await stream.next(into: batch)
        try await stream.confirmNow(batch.received)
      }
    }
    try await server.stop()
    let result = await reader.result
    #expect(throws: (any Error).self) { try result.get() }
    if case .failure(let error) = result, let lost = error as? PostgresError { #expect(lost.isTransient) }
    try await server.destroy()
  }
}
