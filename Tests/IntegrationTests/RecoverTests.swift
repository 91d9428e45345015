import Glibc
import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// `cdc-direct recover`: the way on where the stream cannot go on from the offset.
  @Suite struct Recovering {
    @Test func `a slot past the offset: recover tells the gap, and with accept-gap the stream goes on behind it`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let offset = try bed.offset()
      try await bed.change(4...6)
      let slot = try await bed.inSource(
        "SELECT end_lsn FROM pg_replication_slot_advance('\(bed.name)', pg_current_wal_flush_lsn())")
      try await bed.expectRefusal(
        .gap,
        saying: [
          "up to \(offset) on timeline 1", "confirmed up to \(slot)", "from \(offset) to \(slot), ", "bytes of log",
          "record the gap in cdc.gap", "move the stored position to \(slot), on timeline 1",
        ])
      let before = try bed.epoch()
      try await bed.acceptGap(saying: ["recorded the gap from \(offset) to \(slot)"])
      #expect(try bed.epoch() == before + 1, "whoever runs is fenced")
      #expect(try bed.gaps() == "\(offset) \(slot)")
      try await bed.expectOnward(from: 7, trail: "1 2 3 7")
      let nothing = try await bed.command(["recover", "--accept-gap"])
      #expect(nothing.status == .exited(0) && nothing.output.contains("run goes on by itself"), "\(nothing)")
      #expect(try bed.gaps() == "\(offset) \(slot)")
    }

    @Test(arguments: [false, true])
    func `a slot that is gone is made anew, with a snapshot when it is asked for`(takesSnapshot: Bool) async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let offset = try bed.offset()
      try await bed.change(4...6)
      try await bed.inSource("SELECT pg_drop_replication_slot('\(bed.name)')")
      try await bed.expectRefusal(
        .slotMissing, saying: ["does not exist", "from \(offset) to where the new slot begins", "make slot"])
      #expect(
        try await bed.inSource("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(bed.name)'") == "0")
      try await bed.acceptGap(takesSnapshot ? ["--snapshot"] : [], saying: ["recorded the gap"])
      #expect(try bed.gaps().hasPrefix("\(offset) "))
      #expect(try bed.trail() == (takesSnapshot ? "1 2 3 1 2 3 4 5 6" : "1 2 3"))
      try await bed.expectOnward(from: 7, trail: takesSnapshot ? "1 2 3 1 2 3 4 5 6 7" : "1 2 3 7")
      #expect(try bed.gaps().split(separator: ",").count == 1)
    }

    @Test func `a recover that dies after it made the slot has changed nothing, and is given again`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let offset = try bed.offset()
      try await bed.change(4...6)
      try await bed.inSource("SELECT pg_drop_replication_slot('\(bed.name)')")
      let before = try bed.standing()
      // The row's lock lets it read and make the slot, and not take the epoch.
      let lock = try await ChildProcess.start(
        bed.audit.binaries.directory + "/psql",
        ["-X", "-c", "BEGIN; SELECT FROM cdc.replication_offset FOR UPDATE; SELECT pg_sleep(60)", bed.auditURI()])
      defer { lock.signal(SIGKILL) }
      let sessions = "FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE datname = '\(bed.auditDatabase)'"
      try await bed.wait(
        bed.audit, bed.auditDatabase, "SELECT count(*) > 0 \(sessions) AND mode = 'RowShareLock'", lock)
      let dying = try await bed.start([:], ["recover", "--accept-gap"])
      try await bed.wait(bed.audit, bed.auditDatabase, "SELECT count(*) > 0 \(sessions) AND NOT granted", dying)
      #expect(
        try await bed.inSource("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(bed.name)'") == "1")
      dying.signal(SIGKILL)
      _ = await dying.wait(within: .seconds(10))
      try await bed.inAudit(
        "SELECT pg_terminate_backend(pid, 5000) \(sessions) AND mode = 'RowShareLock' AND pid <> pg_backend_pid()")
      #expect(try bed.standing() == before)
      try await bed.expectRefusal(.gap, saying: ["from \(offset) to "])
      try await bed.acceptGap(saying: ["recorded the gap from \(offset) to"])
      try await bed.expectOnward(from: 7, trail: "1 2 3 7")
      #expect(try bed.gaps().split(separator: ",").count == 1)
    }

    @Test(arguments: ["position = 'FFFF/0'", "timeline = 2"])
    func `an offset of another history is moved back to this server's`(_ offset: String) async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let stored = try bed.offset()
      try await bed.inAudit("UPDATE cdc.replication_offset SET \(offset)")
      try await bed.expectRefusal(.offsetAhead, saying: ["offset_ahead", "the trail may hold changes", "timeline 1"])
      try await bed.acceptGap(saying: ["on timeline 1"])
      #expect(
        try bed.ask(
          bed.audit, bed.auditDatabase,
          "SELECT position >= '\(stored)' AND position < 'FFFF/0' AND timeline = 1 FROM cdc.replication_offset") == "t")
      let reason = try bed.ask(bed.audit, bed.auditDatabase, "SELECT reason FROM cdc.gap")
      #expect(reason.contains("histories parted"), "\(reason)")
      try await bed.expectOnward(from: 4, trail: "1 2 3 4")
    }

    @Test(arguments: [false, true])
    func `another server in the source's place begins an offset of its own beside the old one`(takesSnapshot: Bool)
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      let stored = try bed.offset()
      try await bed.audit.sql("CREATE DATABASE \(bed.name)")
      let other = ["DATABASE_URL": bed.auditURI(database: bed.name)]
      try await bed.audit.sql(
        "CREATE TABLE t (id int PRIMARY KEY, v json); INSERT INTO t VALUES (1); CREATE PUBLICATION \(bed.name) FOR TABLE t",
        database: bed.name)
      try await bed.expectRefusal(
        .foreignOffset, saying: ["the offset \(stored)", "cannot be compared", "make slot"], other)
      try await bed.acceptGap(takesSnapshot ? ["--snapshot"] : [], saying: ["recorded the gap"], other)
      let gap = try bed.ask(
        bed.audit, bed.auditDatabase,
        """
        SELECT g.reason FROM cdc.gap g JOIN cdc.replication_offset o USING (source_id)
        WHERE g.from_lsn = g.to_lsn AND o.position = g.to_lsn AND o.source_id = (SELECT max(source_id) FROM cdc.replication_offset)
        """)
      #expect(gap.contains("the offset \(stored)"), "\(gap)")
      let program = try await bed.start(other)
      try await bed.wait(
        bed.audit, bed.name, "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name LIKE 'cdc-direct%'",
        program)
      try await bed.audit.sql("INSERT INTO t VALUES (2)", database: bed.name)
      try await bed.waitForRows(takesSnapshot ? 5 : 4, program)
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      let rows = try bed.ask(
        bed.audit, bed.auditDatabase,
        "SELECT string_agg(row_key ->> 'id', ' ' ORDER BY ordinal) FROM cdc.audit_log WHERE source_id = 2 OR source_id = 3"
      )
      #expect(rows.contains("2"), "\(rows)")
      // The first one is as it was.
      try await bed.change(4...4)
      try await bed.expectOnwardRows(takesSnapshot ? 6 : 5)
      try await bed.audit.sql("SELECT pg_drop_replication_slot('\(bed.name)')")
    }

    @Test func `a slot that somebody reads, and events beside the trail, are refused by name`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let running = try await bed.start()
      try await bed.waitForStream(running)
      try await bed.waitForRows(6, running)
      try await bed.inAudit("UPDATE cdc.replication_offset SET timeline = 2")
      let refused = try await bed.command(["recover", "--accept-gap"])
      #expect(refused.status == .exited(Failure.Kind.slotInUse.exitCode), "\(refused)")
      #expect(refused.error.contains("stop that instance first"), "\(refused.error)")
      #expect(try bed.gaps() == "")
      #expect(await running.terminate() == .exited(0), "\(running.lastWords)")
      let events = try await bed.command(
        ["recover", "--accept-gap"],
        [
          "EVENTS_OUTPUT": "/nowhere/events.jsonl", "TOPIC_PREFIX": "shop",
          "OFFSET_STORAGE_FILE_FILENAME": "/nowhere/offsets",
        ])
      #expect(events.status == .exited(2), "\(events)")
      #expect(events.error.contains("events.output and kafka.*"), "\(events.error)")
      let usage = try await bed.command(["recover", "--snapshot"])
      #expect(usage.status == .exited(64), "\(usage)")
    }
  }
}

extension TestBed {
  func offset() throws -> String {
    try ask(audit, auditDatabase, "SELECT position FROM cdc.replication_offset ORDER BY source_id LIMIT 1")
  }

  func epoch() throws -> Int {
    Int(try ask(audit, auditDatabase, "SELECT epoch FROM cdc.replication_offset")) ?? -1
  }

  /// The recorded gaps, `from to` each.
  func gaps() throws -> String {
    try ask(audit, auditDatabase, "SELECT string_agg(from_lsn || ' ' || to_lsn, ',' ORDER BY id) FROM cdc.gap")
  }

  /// Without the flag `recover` says all this, changes nothing, and ends as `run` does.
  func expectRefusal(
    _ kind: Failure.Kind, saying words: [String], _ settings: [String: String] = [:],
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try standing()
    let told = try await command(["recover"], settings)
    #expect(told.status == .exited(kind.exitCode), "\(told.output)\(told.error)", sourceLocation: location)
    for word in words {
      #expect(told.output.contains(word), "\(word) is not in: \(told.output)", sourceLocation: location)
    }
    #expect(told.error.contains("--accept-gap"), "\(told.error)", sourceLocation: location)
    #expect(try standing() == before, sourceLocation: location)
    try await expectEnd(kind, saying: ["cdc-direct recover"], settings, at: location)
  }

  /// With the flag it goes through.
  func acceptGap(
    _ words: [String] = [], saying lines: [String], _ settings: [String: String] = [:],
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let done = try await command(["recover", "--accept-gap"] + words, settings)
    #expect(done.status == .exited(0), "\(done.output)\(done.error)", sourceLocation: location)
    for line in lines {
      #expect(done.output.contains(line), "\(line) is not in: \(done.output)", sourceLocation: location)
    }
  }

  /// The program streams again, and the trail ends as expected.
  func expectOnward(from id: Int, trail expected: String, at location: SourceLocation = #_sourceLocation) async throws {
    try await change(id...id)
    try await expectOnwardRows(expected.split(separator: " ").count, at: location)
    #expect(try trail() == expected, sourceLocation: location)
  }

  /// The program streams until the trail has so many rows.
  func expectOnwardRows(_ count: Int, at location: SourceLocation = #_sourceLocation) async throws {
    let program = try await start()
    try await waitForRows(count, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)", sourceLocation: location)
  }
}
