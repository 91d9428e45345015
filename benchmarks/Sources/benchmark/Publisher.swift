internal import ServerKit

/// Sends a workload's events to a broker of their own: `cdc-direct`, or librdkafka alone with the same records.
struct Publisher: Sendable {
  /// The release build of `cdc-direct`, by its path.
  let program: String
  /// `raw-producer`, by its path.
  let rawProducer: String

  /// How events are published.
  struct Form: Sendable {
    /// Whether keys and values carry their schemas.
    var schemas = false
    /// Whether each batch is one Kafka transaction.
    var exactlyOnce = false

    /// What the report calls it.
    var title: String { "schemas \(schemas ? "on" : "off"), \(exactlyOnce ? "exactly" : "at least") once" }
  }

  /// A run, with what it cost the broker.
  struct Run: Sendable {
    let run: MeasuredRun
    /// The broker's CPU time.
    let brokerSeconds: Double
  }

  private static let offsets = "\(Source.topicPrefix).offsets"

  /// Publishes a workload and its extra row, from the request to start the program until it has stored its position and
  /// ended.
  /// - Parameter file: where the records are kept for `produce`.
  func publish(_ source: Source, _ workload: Workload, _ form: Form, saving file: String?) async throws -> Run {
    try await withBroker(workload) { broker, topic in
      let run = try await source.withSlot { slot in
        try await measured(program, arguments(source, slot, form, broker, workload.rows + 1), broker)
      }
      if let file {
        // Fewer than there should be are an error.
        _ = try await Programs.run(
          rawProducer, ["save", broker.address, topic, String(workload.rows + 1), file], within: .seconds(300))
      }
      return run
    }
  }

  /// Sends what was published before, until all of it is acknowledged.
  func produce(_ file: String, _ workload: Workload, _ form: Form) async throws -> Run {
    try await withBroker(workload) { broker, topic in
      let settings = form.exactlyOnce ? ["transactional.id=raw"] : ["acks=all", "enable.idempotence=true"]
      return try await measured(rawProducer, ["send", broker.address, topic, file] + settings, broker)
    }
  }

  /// Runs `body` with an empty broker whose topics exist.
  private func withBroker<R>(_ workload: Workload, _ body: (KafkaBroker, String) async throws -> R) async throws -> R {
    let broker = try await KafkaBroker.start()
    let topic = "\(Source.topicPrefix).public.\(workload.row.table)"
    try await broker.client.createTopic(topic)
    try await broker.client.createTopic(Publisher.offsets, settings: ["cleanup.policy": "compact"])
    let result = try await body(broker, topic)
    try await broker.destroy()
    return result
  }

  private func measured(_ program: String, _ arguments: [String], _ broker: KafkaBroker) async throws -> Run {
    func used() throws -> Double { try broker.pid.map { try ProcessUsage.of($0).cpuSeconds } ?? 0 }
    let before = try used()
    let run = try await MeasuredRun.of(program, arguments, within: .seconds(300))
    return Run(run: run, brokerSeconds: try used() - before)
  }

  private func arguments(
    _ source: Source, _ slot: String, _ form: Form, _ broker: KafkaBroker, _ count: Int
  ) -> [String] {
    let settings =
      source.eventSettings(slot, schemas: form.schemas) + [
        "kafka.bootstrap.servers=\(broker.address)", "kafka.exactly.once=\(form.exactlyOnce)",
        "offset.storage.topic=\(Publisher.offsets)",
      ]
    return ["stream", "--max-events", String(count)] + settings.flatMap { ["--set", $0] }
  }
}
