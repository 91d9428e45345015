internal import ArgumentParser
internal import FoundationEssentials
internal import ServerKit

/// `benchmark measure`: every figure of the speed's requirement.
struct Measure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measure, judge and print.")

  @Flag(help: "Three pairs of a tenth of the rows: a look, no judgement.")
  var quick = false

  @Option(help: "Only this measurement: decode, trail, latency, start, events, kafka; may be given again.")
  var only: [String] = []

  @Option(help: "Write the figures as JSON to this file.")
  var json: String?

  @Option(help: "The release build of cdc-direct; without it the same pipeline runs without the program around it.")
  var program: String?

  @Option(help: "librdkafka alone, for kafka; without it that is left out.")
  var rawProducer: String?

  @Option(help: "conformance/connector/run, which runs Debezium's connector; without it nothing is held against it.")
  var connector: String?

  private static let names = [
    DecodeMeasurement.name, TrailMeasurement.name, LatencyMeasurement.name, StartMeasurement.name,
    EventsMeasurement.name, KafkaMeasurement.name,
  ]

  func validate() throws {
    if let unknown = only.first(where: { !Measure.names.contains($0) }) {
      throw ValidationError("\"\(unknown)\" is none of \(Measure.names.joined(separator: ", "))")
    }
  }

  func run() async throws {
    let subject = program.map { Subject.program($0) } ?? .pipeline
    var machine = try await Machine.current()
    if let warning = machine.warning { Measure.log(warning) }
    var figures: [Figure] = []
    for name in Measure.names where only.isEmpty || only.contains(name) {
      try await measure(name, subject) { figures.append($0) }
    }
    machine.loadAverageAfter = Machine.loadAverage()
    let report = Report(machine: machine, subject: subject.title, figures: figures)
    print(machine.text)
    if let warning = machine.warning { print(warning) }
    if quick { print("quick: fewer and smaller runs, in which start and connect weigh more; judge by a full run") }
    print("\n" + report.text)
    if let json { try report.json().write(toFile: json, atomically: true, encoding: .utf8) }
  }

  private func measure(_ name: String, _ subject: Subject, _ add: (Figure) -> Void) async throws {
    let plan = quick ? Plan.quick : .full
    switch name {
    case DecodeMeasurement.name: try await DecodeMeasurement(plan: plan, log: Measure.log).run(add)
    case TrailMeasurement.name: try await TrailMeasurement(plan: plan, subject: subject, log: Measure.log).run(add)
    case LatencyMeasurement.name: try await LatencyMeasurement(plan: plan, subject: subject, log: Measure.log).run(add)
    case EventsMeasurement.name: try await events(plan, add)
    case KafkaMeasurement.name: try await kafka(plan, add)
    default: try await StartMeasurement(plan: plan, subject: subject, log: Measure.log).run(add)
    }
  }

  private func events(_ plan: Plan, _ add: (Figure) -> Void) async throws {
    guard let program else { return print("events: left out, as it needs the program") }
    try await EventsMeasurement(
      plan: plan, program: .program(program), connector: try await connectorThatRuns(), log: Measure.log
    ).run(add)
  }

  private func kafka(_ plan: Plan, _ add: (Figure) -> Void) async throws {
    guard let program, let rawProducer else {
      return print("kafka: left out, as it needs the program and raw-producer")
    }
    guard await KafkaBroker.isAvailable else { return print("kafka: left out, as there is no broker (testkit/broker)") }
    try await KafkaMeasurement(
      plan: plan, publisher: Publisher(program: program, rawProducer: rawProducer), log: Measure.log
    ).run(add)
  }

  private func connectorThatRuns() async throws -> EventReader? {
    guard let connector else { return nil }
    let reader = EventReader.connector(connector)
    guard let reason = await reader.isMissing() else { return reader }
    print("events: nothing is held against Debezium's connector: \(reason)")
    return nil
  }

  private static func log(_ text: String) { Report.progress(text) }
}
