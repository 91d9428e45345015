internal import PGReplication
internal import ServerKit
internal import WAL

/// From the request to start the program until a change that was waiting for it is committed in the trail.
struct StartMeasurement {
  static let name = "start"
  let plan: Plan
  let subject: Subject
  let log: (String) -> Void

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: true)
    let audit = try await AuditServer.start()
    let workload = Workload(row: .usual, size: .hundred, rows: 1000)
    let warm = try await source.write(workload)
    var samples: [Double] = []
    try await source.withSlot { slot in
      // Makes schema and offset, as they stand at a usual start.
      _ = try await once(source, audit, slot, past: warm)
      for number in 2...(plan.starts + 1) {
        try await source.waitUntilFree(slot)
        let end = try await source.server.sql("SELECT pg_current_wal_insert_lsn()")
        try await source.server.sql(workload.extraRow(number))
        let began = try await once(source, audit, slot, past: LSN(end) ?? .zero)
        let committed = try await audit.server.sql(
          """
          SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint
          FROM cdc.audit_log WHERE row_key = '{"id": -\(number)}'
          """)
        guard let committed = Int64(committed) else { throw BenchError("row -\(number) is not in the trail") }
        samples.append(Double(committed - began.unixMicroseconds) / 1000)
        log("\(Self.name): \(Report.number(samples[number - 2])) ms")
      }
    }
    add(
      Figure(
        measurement: Self.name, name: "start to first audited change", value: samples.median, unit: " ms",
        target: .atMost(100), samples: samples, remark: "\(subject.title), slot and offset exist, fsync on"))
    try await source.server.destroy()
    try await audit.server.destroy()
  }

  /// Starts it, waits for the position, stops it in order; when it was started.
  private func once(_ source: Source, _ audit: AuditServer, _ slot: String, past end: LSN) async throws -> PostgresTime
  {
    let began = MonotonicClock.wall()
    let process = try await subject.start(from: source, into: audit, slot: slot)
    do {
      try await audit.waitForTrail(of: slot, past: end, within: .seconds(60))
    } catch {
      _ = await process.terminate(within: .seconds(5))
      throw BenchError("\(error); the process said: \(process.standardError.suffix(2000))")
    }
    _ = await process.terminate(within: .seconds(20))
    return began
  }
}
