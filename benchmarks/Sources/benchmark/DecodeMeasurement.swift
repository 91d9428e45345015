internal import FoundationEssentials
internal import PGReplication
internal import ServerKit
internal import WAL

/// The stream read and rendered as audit rows, to nowhere, against `pg_recvlogical -f /dev/null` with the same options.
struct DecodeMeasurement {
  static let name = "decode"
  let plan: Plan
  let log: (String) -> Void

  /// Rows are many enough for some seconds a run where transactions allow it.
  private var workloads: [Workload] {
    [
      Workload(row: .narrow, size: .single, rows: plan.rows(300_000)),
      Workload(row: .narrow, size: .hundred, rows: plan.rows(1_000_000)),
      Workload(row: .narrow, size: .all, rows: plan.rows(1_000_000)),
      Workload(row: .wide, size: .single, rows: plan.rows(200_000)),
      Workload(row: .wide, size: .hundred, rows: plan.rows(400_000)),
      Workload(row: .wide, size: .all, rows: plan.rows(1_000_000)),
      Workload(row: .usual, size: .hundred, rows: plan.rows(1_000_000)),
    ]
  }

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: false)
    let reference = try await Reference(source)
    for workload in workloads {
      log("\(Self.name): writing \(Report.count(workload.rows)) rows (\(workload.title))")
      let end = try await source.write(workload)
      // Unrecorded, so that both sides find the log in memory.
      _ = try await reference.run(to: end)
      try await measure(workload, source, reference, end, add)
    }
    try await source.server.destroy()
  }

  private func measure(
    _ workload: Workload, _ source: Source, _ reference: Reference, _ end: LSN, _ add: (Figure) -> Void
  ) async throws {
    var ours: [Double] = []
    var theirs: [Double] = []
    var usages: [ProcessUsage] = []
    for pair in 1...plan.pairs {
      let (seconds, usage) = try await drain(source, end)
      ours.append(seconds)
      usages.append(usage)
      theirs.append(try await reference.run(to: end).seconds)
      log(
        "\(Self.name): \(workload.title), pair \(pair): \(Report.number(seconds)) s, \(Report.number(theirs[pair - 1])) s"
      )
    }
    let ratios = zip(ours, theirs).map { $1 / $0 }
    let remark =
      "ours \(Report.rate(workload.rows, ours.median)), pg_recvlogical \(Report.rate(workload.rows, theirs.median))"
    add(
      Figure(
        measurement: Self.name, name: workload.title, value: ratios.median, unit: "", target: .atLeast(0.95),
        samples: ratios, remark: remark))
    let cpu = usages.map { $0.cpuSeconds / Double(workload.rows) * 1e6 }
    let peaks = usages.map { Double($0.peakBytes) / 1e6 }
    let isJudged = workload.row == .usual
    add(
      Figure(
        measurement: Self.name, name: "CPU a change, to nowhere, \(workload.title)", value: cpu.median, unit: " us",
        target: isJudged ? .atMost(2) : nil, samples: cpu,
        remark: "user and system, of a process whose peak was \(Report.number(peaks.max() ?? 0)) MB"))
  }

  private func drain(_ source: Source, _ end: LSN) async throws -> (Double, ProcessUsage) {
    try await source.withSlot { slot in
      let run = try await Programs.run(
        try Programs.own(),
        ["drain", "--source", Subject.text(source.server), "--slot", slot, "--until", end.description],
        within: .seconds(300))
      return (run.seconds, try JSONDecoder().decode(ProcessUsage.self, from: Data(run.output.utf8)))
    }
  }
}
