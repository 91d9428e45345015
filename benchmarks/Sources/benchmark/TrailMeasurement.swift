internal import PGReplication
internal import ServerKit
internal import WAL

/// Source to committed audit rows against `psql \copy` of the same rows into the same table, both servers durable.
/// CPU and memory of the process come from the same runs.
struct TrailMeasurement {
  static let name = "trail"
  let plan: Plan
  let subject: Subject
  let log: (String) -> Void

  private var workloads: [Workload] {
    [
      Workload(row: .usual, size: .hundred, rows: plan.rows(400_000)),
      Workload(row: .usual, size: .single, rows: plan.rows(200_000)),
      Workload(row: .usual, size: .all, rows: plan.rows(1_000_000)),
    ]
  }

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: true)
    let audit = try await AuditServer.start()
    for workload in workloads {
      log("\(Self.name): writing \(Report.count(workload.rows)) rows (\(workload.title))")
      let end = try await source.write(workload)
      // Unrecorded: makes the schema, and the rows that psql copies.
      _ = try await record(source, audit, end)
      try await audit.exportRows()
      try await measure(workload, source, audit, end, add)
    }
    try await source.server.destroy()
    try await audit.server.destroy()
  }

  private func measure(
    _ workload: Workload, _ source: Source, _ audit: AuditServer, _ end: LSN, _ add: (Figure) -> Void
  ) async throws {
    var ours: [Double] = []
    var theirs: [Double] = []
    var usages: [ProcessUsage] = []
    for pair in 1...plan.pairs {
      let (seconds, usage) = try await record(source, audit, end)
      guard try await audit.rows() == workload.rows + 1 else {
        throw BenchError("the trail does not hold each row once: \(try await audit.rows()) of \(workload.rows + 1)")
      }
      ours.append(seconds)
      usages.append(usage)
      try await audit.clear()
      theirs.append(try await audit.importRows())
      log(
        "\(Self.name): \(workload.title), pair \(pair): \(Report.number(seconds)) s, \(Report.number(theirs[pair - 1])) s"
      )
    }
    let ratios = zip(ours, theirs).map { $1 / $0 }
    add(
      Figure(
        measurement: Self.name, name: workload.title, value: ratios.median, unit: "", target: .atLeast(0.75),
        samples: ratios,
        remark: "ours \(Report.rate(workload.rows, ours.median)), psql \(Report.rate(workload.rows, theirs.median))"))
    let cpu = usages.map { $0.cpuSeconds / Double(workload.rows) * 1e6 }
    add(
      Figure(
        measurement: Self.name, name: "CPU a change, \(workload.title)", value: cpu.median, unit: " us",
        target: .atMost(2), samples: cpu, remark: "user and system, start included"))
    let peaks = usages.map { Double($0.peakBytes) / 1e6 }
    add(
      Figure(
        measurement: Self.name, name: "peak memory, \(workload.title)", value: peaks.max() ?? 0, unit: " MB",
        target: .atMost(40), samples: peaks, remark: "VmHWM of \(subject.title); the largest of all runs"))
  }

  /// From the request to start the process to the moment its last row is committed.
  private func record(_ source: Source, _ audit: AuditServer, _ end: LSN) async throws -> (Double, ProcessUsage) {
    try await audit.clear()
    try await source.server.sql("CHECKPOINT")
    return try await source.withSlot { slot in
      let began = MonotonicClock.nanoseconds()
      let process = try await subject.start(from: source, into: audit, slot: slot)
      do {
        try await audit.waitForTrail(of: slot, past: end, within: .seconds(300))
        let seconds = Double(MonotonicClock.nanoseconds() - began) / 1e9
        let usage = try ProcessUsage.of(process.pid)
        _ = await process.terminate(within: .seconds(20))
        return (seconds, usage)
      } catch {
        _ = await process.terminate(within: .seconds(5))
        throw BenchError("\(error); the process said: \(process.standardError.suffix(2000))")
      }
    }
  }
}
