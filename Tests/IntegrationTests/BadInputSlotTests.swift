import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Slots that are gone, in use, or cannot serve.
  @Suite struct BadInputSlots {
    @Test func `a slot that the server gave up ends the program, and when_needed records the gap and starts anew`()
      async throws
    {
      let audit = try await TestBed.make().audit
      var options = PostgresServer.Options(
        label: "lost-slot",
        settings: [("max_slot_wal_keep_size", "1MB"), ("min_wal_size", "2MB"), ("max_wal_size", "4MB")])
      options.initdbArguments = ["--wal-segsize=1"]
      let source = try await PostgresServer.start(options)
      let bed = try await TestBed.make((source, audit))
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await source.sql(
        String(repeating: "SELECT pg_logical_emit_message(false, '', repeat('x', 900000)), pg_switch_wal();", count: 4)
          + "CHECKPOINT")
      #expect(try await source.sql("SELECT wal_status FROM pg_replication_slots") == "lost")
      let offset = try bed.ask(audit, bed.auditDatabase, "SELECT position FROM cdc.replication_offset")
      try await bed.expectEnd(
        .slotInvalidated,
        saying: ["slot \"\(bed.name)\" is invalid", "snapshot.mode=when_needed", "max_slot_wal_keep_size"])
      let check = try await bed.command(["check", "--problems"])
      #expect(check.status == .exited(Failure.Kind.slotInvalidated.exitCode))
      #expect(check.output.contains("pg_drop_replication_slot('\(bed.name)')"), "\(check.output)")

      try await bed.expectSnapshotAnew(from: offset)
      try await source.destroy()
    }

    @Test func `a slot that was dropped ends the program and nothing is made in its place`() async throws {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await bed.inSource("SELECT pg_drop_replication_slot('\(bed.name)')")
      for mode in ["no_data", "initial"] {
        try await bed.expectEnd(
          .slotMissing, saying: ["slot \"\(bed.name)\" does not exist", "snapshot.mode=when_needed"],
          ["SNAPSHOT_MODE": mode])
      }
      #expect(
        try await bed.inSource("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '\(bed.name)'") == "0")
      let anew = try await bed.start(["SNAPSHOT_MODE": "when_needed"])
      try await bed.waitForRows(9, anew)
      #expect(await anew.terminate() == .exited(0), "\(anew.lastWords)")
      #expect(try bed.trail() == "1 2 3 1 2 3 4 5 6")
      #expect(try bed.ask(bed.audit, bed.auditDatabase, "SELECT count(*) FROM cdc.gap") == "1")
    }

    @Test func `a slot in use ends the program after slot_max_retries, and without a limit it waits and takes over`()
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      // It must not store where an idle slot stands, which others on the server move, while that is looked at.
      let first = try await bed.start(["OFFSET_IDLE_INTERVAL_MS": "3600000"])
      try await bed.waitForStream(first)
      try await bed.expectEnd(
        .slotInUse, saying: ["\"\(bed.name)\" is active for PID", "stop the other process"],
        ["SLOT_MAX_RETRIES": "1", "SLOT_RETRY_DELAY_MS": "50"])
      let second = try await bed.start()
      #expect(await second.waitForError("slot_in_use"), "\(second.lastWords)")
      try await bed.change(4...5)
      try await bed.waitForRows(5, first)
      #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
      try await bed.change(6...6)
      try await bed.waitForRows(6, second)
      #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
      #expect(try bed.trail() == "1 2 3 4 5 6")
    }

    @Test(arguments: [
      ("pg_create_logical_replication_slot('SLOT', 'test_decoding')", "SOURCE", "uses test_decoding, not pgoutput"),
      ("pg_create_physical_replication_slot('SLOT')", "SOURCE", "uses no output plugin, not pgoutput"),
      ("pg_create_logical_replication_slot('SLOT', 'pgoutput')", "postgres", "belongs to database \"postgres\""),
    ])
    func `a slot that cannot serve is told from what it is`(_ making: String, _ database: String, _ words: String)
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.source.sql(
        "SELECT \(making.replacing("SLOT", with: bed.name))", database: database == "SOURCE" ? bed.name : database)
      try await bed.expectEnd(.slotUnfit, saying: [words, "slot.name", "pg_drop_replication_slot"])
      try await bed.source.sql("SELECT pg_drop_replication_slot('\(bed.name)')")
      try await bed.storeFirst()
      try await bed.change(4...6)
      try await bed.expectRest()
    }
  }
}
