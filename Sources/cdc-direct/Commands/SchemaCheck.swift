#if Kafka
  internal import ArgumentParser
  internal import AvroConverter
  internal import Events
  internal import KafkaPublisher
  internal import Pipeline
  internal import Settings

  /// `cdc-direct schema`: the schemas of events in a registry.
  struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "See whether the tables' schemas fit those in the schema registry.", subcommands: [SchemaCheck.self])
  }

  /// `cdc-direct schema check`.
  struct SchemaCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Ask the registry whether the captured tables' schemas, as they are now, could be registered.",
      discussion: """
        Registers nothing. Each subject is new, the same as the latest version, compatible with it, or incompatible. \
        Ends with 54 when events of a table could not be published.

        Examples:
          cdc-direct schema check --config connector.json
          cdc-direct schema check --config cdc.yaml --set table.include.list=public.orders --json
        """)

    @OptionGroup var options: SettingsOptions

    @Option(
      name: .long, help: "Connector settings: a file (properties, JSON, YAML) or JSON itself; may be given again.")
    var properties: [String] = []

    @Flag(help: "Print one JSON object a line.")
    var json = false

    private struct Line: Encodable {
      let subject: String
      let topic: String
      let outcome: String
      let messages: [String]
    }

    func run() async throws {
      let settings = try options.load(properties, requiring: [.database, .events])
      settings.bootstrapLogs()
      try await failing {
        let findings = try await findings(settings)
        let lines = findings.map { finding in
          let (outcome, messages) = finding.outcome.words
          return Line(
            subject: finding.subject ?? "\(finding.topic)-\(finding.isKey ? "key" : "value")", topic: finding.topic,
            outcome: outcome, messages: messages)
        }
        if json {
          for line in lines { print(try JSONText.line(line)) }
        } else if lines.isEmpty {
          Terminal.error("no captured tables")
        } else {
          print(
            Table.text(
              lines.map { [$0.subject, $0.outcome, $0.messages.joined(separator: "; ")] },
              header: ["SUBJECT", "OUTCOME", "WHY"]))
        }
        if findings.contains(where: { !$0.isUsable }) {
          throw ExitCode(Failure.Kind.registryRefused.exitCode)
        }
      }
    }

    private func findings(_ settings: Settings) async throws -> [RegistryCheck.Finding] {
      try await settings.withSchemaRegistry { registry in
        guard let registry else {
          throw Failure(
            .registryRefused, "neither keys nor values are Avro", at: "key.converter, value.converter",
            advice: "set value.converter=io.confluent.connect.avro.AvroConverter and its schema.registry.url")
        }
        do {
          return try await findings(settings, registry)
        } catch let error as RegistryError {
          throw error.failure
        }
      }
    }

    private func findings(_ settings: Settings, _ registry: SchemaRegistry) async throws
      -> [RegistryCheck.Finding]
    {
      let form = try settings.checkedEventSettings()
      guard form.transformProperties.isEmpty else {
        throw Failure(
          .registryRefused, "what transforms make of schemas is not known before the events", at: "transforms",
          advice: "check without them (--set transforms=), or let the registry decide as events come")
      }
      let database = SourceDatabase(try settings.eventSource())
      let shapes = try await database.capturedRelations().map { try EventShape(of: $0.plan, $0.facts, form) }
      await database.close()
      var findings: [RegistryCheck.Finding] = []
      for (converter, isKey) in [(settings.events.keyConverter, true), (settings.events.valueConverter, false)] {
        guard let avro = converter.avroSettings else { continue }
        let candidates = shapes.compactMap { shape in
          (isKey ? shape.keySchema : shape.valueSchema).map {
            RegistryCheck.Candidate(topic: shape.topic, isKey: isKey, schema: $0)
          }
        }
        findings += try await RegistryCheck(avro, registry: registry).findings(candidates)
      }
      return findings
    }
  }

  extension RegistryCheck.Finding.Outcome {
    /// The outcome as a word, and why.
    fileprivate var words: (String, [String]) {
      switch self {
      case .new: ("new", [])
      case .same: ("same", [])
      case .compatible: ("compatible", [])
      case .incompatible(let messages): ("incompatible", messages)
      case .unusable(let why): ("unusable", [why])
      }
    }
  }
#endif
