internal import FoundationEssentials
internal import ServerKit
internal import WAL

/// `cdc-direct stream` against `pg_recvlogical`, which only throws the messages away, and against Debezium's connector in
/// its embedded engine, all from slots that stand at the same place.
struct EventsMeasurement {
  static let name = "events"
  let plan: Plan
  let program: EventReader
  /// Nil where it cannot be run.
  let connector: EventReader?
  let log: (String) -> Void

  /// What is read, and into what.
  private struct Case {
    let form: EventReader.Form
    /// How many of the pairs the connector takes part in.
    let connectorRuns: Int
  }

  /// A run by the event.
  private struct PerEvent {
    let seconds: Double
    let rate: Double
    /// Microseconds.
    let cpu: Double
    /// Megabytes.
    let peak: Double

    init(_ run: MeasuredRun, _ events: Int) {
      seconds = run.seconds
      rate = Double(events) / max(run.seconds, 1e-9)
      cpu = run.usage.cpuSeconds / Double(events) * 1e6
      peak = Double(run.usage.peakBytes) / 1e6
    }
  }

  private struct Runs {
    var ours: [PerEvent] = []
    var reference: [PerEvent] = []
    var connector: [PerEvent] = []
  }

  /// The connector is given fewer events, as it takes a minute for what others do in seconds; enough for the virtual
  /// machine's compiler to have done its work.
  private var connectorEvents: Int { plan.rows(200_000) }

  private var workloads: [(Workload, [Case])] {
    let nowhere = EventReader.Form(schemas: false, toFile: false)
    return [
      (
        Workload(row: .usual, size: .hundred, rows: plan.rows(400_000)),
        [
          Case(form: nowhere, connectorRuns: 3),
          Case(form: .init(schemas: false, toFile: true), connectorRuns: 1),
          Case(form: .init(schemas: true, toFile: false), connectorRuns: 1),
          Case(form: .init(schemas: true, toFile: true), connectorRuns: 1),
        ]
      ),
      (
        Workload(row: .narrow, size: .single, rows: plan.rows(200_000)), [Case(form: nowhere, connectorRuns: 1)]
      ),
      (Workload(row: .wide, size: .hundred, rows: plan.rows(200_000)), [Case(form: nowhere, connectorRuns: 1)]),
    ]
  }

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: false)
    let reference = try await Reference(source)
    for (workload, cases) in workloads {
      log("\(Self.name): writing \(Report.count(workload.rows)) rows (\(workload.title))")
      let end = try await source.write(workload)
      // Unrecorded, so that all sides find the log in memory.
      _ = try await reference.run(to: end)
      for `case` in cases {
        let runs = try await measure(workload, `case`, source, reference, end)
        report(runs, workload, `case`, add)
      }
    }
    try await start(source, add)
    try await source.server.destroy()
  }

  private func measure(
    _ workload: Workload, _ `case`: Case, _ source: Source, _ reference: Reference, _ end: LSN
  ) async throws -> Runs {
    var runs = Runs()
    let file = source.server.directory + "/messages"
    for pair in 1...plan.pairs {
      let ours = PerEvent(try await program.run(source, `case`.form, workload.rows), workload.rows)
      let theirs = PerEvent(
        try await reference.run(to: end, into: `case`.form.toFile ? file : "/dev/null"), workload.rows)
      try? FileManager.default.removeItem(atPath: file)
      runs.ours.append(ours)
      runs.reference.append(theirs)
      var line = "\(Report.number(ours.seconds)) s, \(Report.number(theirs.seconds)) s"
      if let connector, pair <= `case`.connectorRuns {
        let run = PerEvent(try await connector.run(source, `case`.form, connectorEvents), connectorEvents)
        runs.connector.append(run)
        line += ", connector \(Report.number(run.seconds)) s for \(Report.count(connectorEvents))"
      }
      log("\(Self.name): \(workload.title), \(`case`.form.title), pair \(pair): \(line)")
    }
    return runs
  }

  private func report(_ runs: Runs, _ workload: Workload, _ `case`: Case, _ add: (Figure) -> Void) {
    let title = "\(workload.title), \(`case`.form.title)"
    func figure(_ name: String, _ samples: [Double], _ unit: String, _ target: Figure.Target?, _ remark: String) {
      guard !samples.isEmpty else { return }
      add(
        Figure(
          measurement: Self.name, name: "\(name), \(title)", value: samples.median, unit: unit, target: target,
          samples: samples, remark: remark))
    }
    func rate(_ runs: [PerEvent]) -> String { Report.count(Int(runs.map(\.rate).median)) + "/s" }
    func text(_ what: (PerEvent) -> Double, _ unit: String) -> String {
      "ours \(Report.number(runs.ours.map(what).median))\(unit), the connector "
        + "\(Report.number(runs.connector.map(what).median))\(unit)"
    }
    figure(
      "rate to pg_recvlogical's", zip(runs.ours, runs.reference).map { $0.rate / $1.rate }, "",
      `case`.form.schemas ? nil : .atLeast(0.95), "ours \(rate(runs.ours)), pg_recvlogical \(rate(runs.reference))")
    figure(
      "CPU an event", runs.ours.map(\.cpu), " us", nil,
      "start included; pg_recvlogical \(Report.number(runs.reference.map(\.cpu).median)) us")
    figure("peak memory", runs.ours.map(\.peak), " MB", nil, "VmHWM")
    let pairs = zip(runs.ours, runs.connector)
    figure(
      "rate to Debezium's", pairs.map { $0.rate / $1.rate }, "", .atLeast(9),
      "ours \(rate(runs.ours)), the connector \(rate(runs.connector))")
    figure("Debezium's CPU an event to ours", pairs.map { $1.cpu / $0.cpu }, "", .atLeast(20), text(\.cpu, " us"))
    figure("Debezium's memory to ours", pairs.map { $1.peak / $0.peak }, "", .atLeast(30), text(\.peak, " MB"))
  }

  // MARK: Start

  private func start(_ source: Source, _ add: (Figure) -> Void) async throws {
    _ = try await source.write(Workload(row: .usual, size: .hundred, rows: 1000))
    try await start(program, "start to first event", plan.starts, .atMost(100), "cdc-direct stream", source, add)
    guard let connector else { return }
    try await start(connector, "Debezium's start to first event", 3, nil, "the virtual machine included", source, add)
  }

  private func start(
    _ reader: EventReader, _ name: String, _ count: Int, _ target: Figure.Target?, _ remark: String, _ source: Source,
    _ add: (Figure) -> Void
  ) async throws {
    var samples: [Double] = []
    for _ in 1...count {
      samples.append(try await reader.firstEvent(source))
      log("\(Self.name): \(name): \(Report.number(samples.last ?? 0)) ms")
    }
    add(
      Figure(
        measurement: Self.name, name: name, value: samples.median, unit: " ms", target: target, samples: samples,
        remark: remark + ", the slot exists"))
  }
}
