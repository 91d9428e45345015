internal import FoundationEssentials
internal import ServerKit
internal import WAL

/// `cdc-direct stream` into a broker, against what librdkafka alone makes of the same records with the same broker, and
/// against `pg_recvlogical` on the same stretch of log.
struct KafkaMeasurement {
  static let name = "kafka"
  let plan: Plan
  let publisher: Publisher
  let log: (String) -> Void

  /// One pair's three runs.
  private struct Round {
    let ours: Publisher.Run
    let raw: Publisher.Run
    let reference: MeasuredRun
  }

  private var workloads: [(Workload, [Publisher.Form])] {
    let (plain, once) = (Publisher.Form(), Publisher.Form(exactlyOnce: true))
    return [
      (Workload(row: .usual, size: .all, rows: plan.rows(400_000)), [plain, once]),
      (Workload(row: .usual, size: .hundred, rows: plan.rows(400_000)), [plain, once]),
      (
        Workload(row: .usual, size: .hundred, rows: plan.rows(150_000)),
        [.init(schemas: true), .init(schemas: true, exactlyOnce: true)]
      ),
      (Workload(row: .wide, size: .all, rows: plan.rows(200_000)), [plain, once]),
      (Workload(row: .usual, size: .single, rows: plan.rows(200_000)), [plain, once]),
    ]
  }

  func run(_ add: (Figure) -> Void) async throws {
    let source = try await Source.start(durable: false)
    let reference = try await Reference(source)
    for (workload, forms) in workloads {
      log("\(Self.name): writing \(Report.count(workload.rows)) rows (\(workload.title))")
      let end = try await source.write(workload)
      // Unrecorded, so that all sides find the log in memory.
      _ = try await reference.run(to: end)
      for form in forms {
        let rounds = try await measure(workload, form, source, reference, end)
        report(rounds, workload, form, add)
      }
    }
    try await source.server.destroy()
  }

  private func measure(
    _ workload: Workload, _ form: Publisher.Form, _ source: Source, _ reference: Reference, _ end: LSN
  ) async throws -> [Round] {
    let records = source.server.directory + "/records.bin"
    defer { try? FileManager.default.removeItem(atPath: records) }
    var rounds: [Round] = []
    for pair in 1...plan.pairs {
      let ours = try await publisher.publish(source, workload, form, saving: rounds.isEmpty ? records : nil)
      let round = Round(
        ours: ours, raw: try await publisher.produce(records, workload, form),
        reference: try await reference.run(to: end))
      rounds.append(round)
      log(
        "\(Self.name): \(workload.title), \(form.title), pair \(pair): \(Report.number(ours.run.seconds)) s, "
          + "raw \(Report.number(round.raw.run.seconds)) s, pg_recvlogical \(Report.number(round.reference.seconds)) s")
    }
    return rounds
  }

  private func report(_ rounds: [Round], _ workload: Workload, _ form: Publisher.Form, _ add: (Figure) -> Void) {
    func figure(
      _ name: String, _ unit: String = "", _ target: Figure.Target? = nil, _ remark: String, _ of: (Round) -> Double
    ) {
      let samples = rounds.map(of)
      add(
        Figure(
          measurement: Self.name, name: "\(name), \(workload.title), \(form.title)", value: samples.median, unit: unit,
          target: target, samples: samples, remark: remark))
    }
    func rate(_ seconds: (Round) -> Double) -> String { Report.rate(workload.rows, rounds.map(seconds).median) }
    func perEvent(_ seconds: Double) -> Double { seconds / Double(workload.rows) * 1e6 }
    func median(_ of: (Round) -> Double) -> String { Report.number(rounds.map(of).median) }
    figure(
      "rate to the slower of both", "", .atLeast(0.8),
      "ours \(rate(\.ours.run.seconds)), raw \(rate(\.raw.run.seconds)), pg_recvlogical \(rate(\.reference.seconds))"
    ) { max($0.raw.run.seconds, $0.reference.seconds) / $0.ours.run.seconds }
    figure("rate to raw production's", "", nil, "librdkafka alone") { $0.raw.run.seconds / $0.ours.run.seconds }
    figure("rate to pg_recvlogical's", "", nil, "into /dev/null") { $0.reference.seconds / $0.ours.run.seconds }
    figure(
      "CPU an event", " us", nil,
      "raw \(median { perEvent($0.raw.run.usage.cpuSeconds) }) us; the broker "
        + "\(median { perEvent($0.ours.brokerSeconds) }) us with ours, \(median { perEvent($0.raw.brokerSeconds) }) us with raw"
    ) { perEvent($0.ours.run.usage.cpuSeconds) }
    figure("peak memory", " MB", nil, "VmHWM") { Double($0.ours.run.usage.peakBytes) / 1e6 }
  }
}
