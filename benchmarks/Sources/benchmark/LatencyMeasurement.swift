internal import PGReplication
internal import ServerKit
internal import WAL

/// How long after a commit in the source its audit row is committed, at 1,000 one-row transactions a second.
///
/// Both moments are the servers' own commit timestamps, on the clock that they share: the source's is in the audit row,
/// the audit's comes from `track_commit_timestamp`.
struct LatencyMeasurement {
  static let name = "latency"
  private static let rate = 1000
  let plan: Plan
  let subject: Subject
  let log: (String) -> Void

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: true)
    let audit = try await AuditServer.start()
    let workload = Workload(row: .usual, size: .single, rows: 1000)
    let warm = try await source.write(workload)
    log("\(Self.name): \(Self.rate) transactions a second for \(plan.latencySeconds) s")
    try await source.withSlot { slot in
      let process = try await subject.start(from: source, into: audit, slot: slot)
      do {
        try await audit.waitForTrail(of: slot, past: warm, within: .seconds(60))
        try await drive(source, workload)
        let end = try await source.server.sql("SELECT pg_current_wal_insert_lsn()")
        try await source.server.sql(workload.extraRow(2))
        try await audit.waitForTrail(of: slot, past: LSN(end) ?? .zero, within: .seconds(60))
      } catch {
        _ = await process.terminate(within: .seconds(5))
        throw BenchError("\(error); the process said: \(process.standardError.suffix(2000))")
      }
      let usage = try ProcessUsage.of(process.pid)
      _ = await process.terminate(within: .seconds(20))
      try await report(audit, usage, add)
    }
    try await source.server.destroy()
    try await audit.server.destroy()
  }

  /// pgbench, so that commits keep their pace whatever a single one takes.
  private func drive(_ source: Source, _ workload: Workload) async throws {
    try await source.server.sql("CREATE SEQUENCE steady START 10000000")
    let script = source.server.directory + "/steady.sql"
    try await source.server.sql(
      "COPY (SELECT $$INSERT INTO \(workload.row.table) SELECT \(workload.row.expressions) FROM "
        + "(SELECT nextval('steady')) v (i)$$) TO '\(script)'")
    let run = try await Programs.run(
      source.server.binaries.directory + "/pgbench",
      [
        "-n", "-h", Servers.host, "-p", String(source.server.port), "-U", "postgres", "-c", "8",
        "-R", String(Self.rate), "-T", String(plan.latencySeconds), "-f", script, "postgres",
      ], within: .seconds(plan.latencySeconds + 60))
    log("\(Self.name): pgbench: \(run.output.split(separator: "\n").last { $0.hasPrefix("tps") } ?? "?")")
  }

  private func report(_ audit: AuditServer, _ usage: ProcessUsage, _ add: (Figure) -> Void) async throws {
    // The first second is left out: caches fill and connections open.
    let row = try await audit.server.sql(
      """
      WITH latencies AS (
        SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - change_timestamp) * 1000 AS ms, change_timestamp
        FROM cdc.audit_log WHERE (row_key ->> 'id')::bigint >= 10000000)
      SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), percentile_cont(0.99) WITHIN GROUP (ORDER BY ms),
        max(ms), count(*) / extract(epoch FROM max(change_timestamp) - min(change_timestamp))
      FROM latencies WHERE change_timestamp > (SELECT min(change_timestamp) FROM latencies) + interval '1 second'
      """)
    let values = row.split(separator: "|").compactMap { Double($0) }
    guard values.count == 5 else { throw BenchError("the latencies cannot be read: \(row)") }
    let remark = "\(Int(values[0])) transactions at \(Report.number(values[4]))/s, fsync on"
    for (name, value) in [("median", values[1]), ("99th percentile", values[2]), ("largest", values[3])] {
      add(
        Figure(measurement: Self.name, name: "commit to audit, \(name)", value: value, unit: " ms", remark: remark))
    }
    let cpu = usage.cpuSeconds / Double(plan.latencySeconds) * 100
    add(
      Figure(
        measurement: Self.name, name: "CPU of one core meanwhile", value: cpu, unit: " %",
        remark: "peak memory \(Report.number(Double(usage.peakBytes) / 1e6)) MB"))
  }
}
