import Glibc
import Pipeline
import ServerKit
import Testing

/// Tests that start servers and the program: one after the other, as several of them measure time.
@Suite(.serialized) struct RunTests {}

/// Those among them in which somebody is away for long. They wait more than they work, and so stand beside the others.
@Suite(.serialized) struct AwayTests {}

extension RunTests {
  /// The harness must see what it is there to see.
  @Suite struct Comparisons {
    @Test func `a missing, a doubled and a changed row of the trail are seen`() async throws {
      let servers = try await StandInServers.start("comparison")
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await servers.program(["SNAPSHOT_MODE": "no_data"])
      try await servers.waitForTrail(program)
      try await servers.source.sql(
        "INSERT INTO keyed SELECT g FROM generate_series(1, 10) g; INSERT INTO bag VALUES (1)")
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0))
      try await servers.audit.sql(
        """
        SET session_replication_role = replica;
        UPDATE cdc.audit_log SET new_data = new_data || '{"name": "another"}' WHERE row_key = '{"id": 3}';
        """)
      #expect(try await comparison.rowDifferences().map { $0.hasPrefix("row keyed {\"id\": 3}") } == [true])
      try await servers.audit.sql(
        """
        SET session_replication_role = replica;
        DELETE FROM cdc.audit_log WHERE row_key = '{"id": 3}';
        INSERT INTO cdc.audit_log (source_id, source_schema, source_table, operation_type, change_timestamp,
          transaction_id, commit_lsn, lsn, ordinal, new_data)
        SELECT source_id, source_schema, source_table, operation_type, change_timestamp, transaction_id, commit_lsn, lsn,
          1, new_data FROM cdc.audit_log WHERE source_table = 'bag';
        """)
      let differences = try await comparison.differences()
      // The sequence from the hole on, the absent row and the one too many.
      #expect(differences.count == 3, "\(differences.joined(separator: "\n"))")
      try await servers.destroy()
    }

    @Test func `a context, a prepared transaction and a table of other columns that differ are seen`() async throws {
      let scene = try await CrashScene.start("comparison-full")
      let servers = scene.servers
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      let program = try await scene.program()
      try await servers.waitForTrail(program)
      let message = "SELECT pg_logical_emit_message(true, 'cdc.context', '{\"user\": \"alice\"}')"
      try await servers.source.sql(
        """
        INSERT INTO evolving_1 VALUES (1, 1, 1, 'one'); \(message);
        BEGIN; \(message); INSERT INTO many_1 VALUES (1, 'with a context'); COMMIT;
        BEGIN; INSERT INTO many_2 VALUES (2, 'prepared'); PREPARE TRANSACTION 'kept';
        BEGIN; INSERT INTO many_3 VALUES (3, 'never'); PREPARE TRANSACTION 'undone';
        ROLLBACK PREPARED 'undone'; COMMIT PREPARED 'kept';
        BEGIN; ALTER TABLE evolving_1 DROP label, ADD extra int DEFAULT 5; UPDATE evolving_1 SET n = 2; COMMIT;
        """)
      try await servers.waitForTrail(program)
      #expect(await servers.stop(program) == .exited(0), "\(program.lastWords)")
      try await servers.source.sql("SELECT pg_copy_logical_replication_slot('witness', 'another_witness')")
      var memory = TrailComparison.Memory()
      #expect(try await comparison.differences(since: &memory) == [])
      #expect((memory.changes, memory.transactions) == (4, 4))
      // Nothing is compared twice, also when a slot gives again what it gave.
      try await servers.source.restart(.immediate)
      #expect(try await comparison.differences(since: &memory) == [])
      #expect(memory.changes == 4)

      try await servers.audit.sql(
        """
        SET session_replication_role = replica;
        UPDATE cdc.audit_log SET context = '{"user": "bob"}' WHERE context IS NOT NULL;
        DELETE FROM cdc.audit_log WHERE source_table = 'many_2';
        UPDATE cdc.audit_log SET new_data = new_data - 'extra' WHERE operation_type = 'UPDATE';
        """)
      let differences = try await TrailComparison(servers: servers, witness: "another_witness").differences()
      let beginnings = ["change 1 differs; 3 recorded, 4 happened", "row evolving_1 {", "row many_2 {"]
      #expect(zip(differences, beginnings).allSatisfy { $0.hasPrefix($1) }, "\(differences.joined(separator: "\n"))")
      #expect(differences.count == 3 && differences[0].contains("bob"))
      try await scene.destroy()
    }
  }

  /// Whatever instant something is killed at, the trail holds each change once. `reliability/crash` runs it for longer.
  @Suite struct Crashes {
    @Test func `no kill at any instant loses or doubles a change`() async throws {
      let seed = environmentNumber("CDC_CRASH_SEED") ?? .random(in: 1...999_999)
      let kills = Int(environmentNumber("CDC_CRASH_KILLS") ?? 30)
      let rounds = max(1, Int(environmentNumber("CDC_CRASH_ROUNDS") ?? max(2, UInt64(kills / 50))))
      let began = ContinuousClock.now
      let plan = CrashPlan(seed: seed, faults: kills)
      let scene = try await CrashScene.start("crash")
      let servers = scene.servers
      let comparison = try await TrailComparison.begin(servers)
      try await servers.source.sql("SELECT pg_create_logical_replication_slot('audit', 'pgoutput')")
      Self.tell("seed \(seed), \(kills) kills in \(rounds) rounds")

      var memory = TrailComparison.Memory()
      var workload = Workload(seed: seed)
      workload.isFull = true
      workload.pause = .milliseconds(4)
      workload.copyPause = 0.1
      for round in 0..<rounds {
        let steps = plan.steps[kills * round / rounds..<kills * (round + 1) / rounds]
        let (program, outcome) = try await workload.run(on: servers.source) { try await scene.run(steps) }
        let history = "seed \(seed), round \(round + 1)\n\(outcome.log.joined(separator: "\n"))"
        try await servers.waitForTrail(program, within: .seconds(600))
        #expect(await servers.stop(program) == .exited(0), "\(history)\n\(program.lastWords)")
        let differences = try await comparison.differences(since: &memory)
        #expect(differences.isEmpty, "\(history)\n\(differences.joined(separator: "\n"))")
        #expect(outcome.unexpectedEnds.isEmpty, "\(history)\n\(outcome.unexpectedEnds.joined(separator: "\n"))")
        Self.tell(
          "round \(round + 1) of \(rounds), \(steps.endIndex) kills, \(memory.transactions) transactions, "
            + "\(memory.changes) changes, \((ContinuousClock.now - began).components.seconds) s")
        // The next comparison begins where this one found nothing.
        guard differences.isEmpty else { break }
        workload = workload.next()
      }
      let epoch = try await servers.audit("SELECT epoch FROM cdc.replication_offset")
      Self.tell(
        "\(Self.kinds(plan)); \(memory.changes) changes, epoch \(epoch), "
          + "\((ContinuousClock.now - began).components.seconds) s, seed \(seed)")
      // Without this the kills came before the program had begun to work.
      #expect((Int(epoch) ?? 0) > kills / 5)
      try await scene.destroy()
    }

    @Test func `a seed gives its plan again, and a plan has each kind of fault`() {
      let plan = CrashPlan(seed: 5, faults: 200)
      #expect(plan.steps.map(\.after) == CrashPlan(seed: 5, faults: 200).steps.map(\.after))
      #expect(plan.steps.map { "\($0.fault)" } == CrashPlan(seed: 5, faults: 200).steps.map { "\($0.fault)" })
      #expect(plan.steps.map { "\($0.fault)" } != CrashPlan(seed: 6, faults: 200).steps.map { "\($0.fault)" })
      #expect(Set(plan.steps.prefix(50).map(\.fault.kind)).count == 17)
      // What the plan names is there.
      for case .failpoint(let name, _) in plan.steps.map(\.fault) { #expect(Failpoint(rawValue: name) != nil) }
    }

    /// Says it now, also where the output is a pipe: a long run is watched.
    private static func tell(_ text: String) {
      print("crash: \(text)")
      fflush(nil)
    }

    /// How many faults of which kind there are.
    private static func kinds(_ plan: CrashPlan) -> String {
      Dictionary(grouping: plan.steps, by: \.fault.kind).sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        .map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
    }
  }
}

/// A number from the environment.
func environmentNumber(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
