#if Kafka
  internal import ArgumentParser
  internal import AuditStore
  internal import AvroConverter
  internal import KafkaPublisher
  internal import Pipeline
  internal import Settings

  /// `cdc-direct errors replay`.
  struct ErrorsReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay",
      abstract: "Send records again that Kafka or the schema registry refused; what is refused again stays.",
      discussion: """
        Takes them from the audit database, or with --dead-letters from errors.deadletterqueue.topic.name, where a \
        consumer group keeps how far the last replay came. Ends with 52 when a record was refused again.

        Examples:
          cdc-direct errors replay 12
          cdc-direct errors replay --all
          cdc-direct errors replay --dead-letters --properties connector.json
        """)

    @OptionGroup var options: SettingsOptions

    @Option(
      name: .long, help: "Connector settings: a file (properties, JSON, YAML) or JSON itself; may be given again.")
    var properties: [String] = []

    @Argument(help: "The errors' numbers.")
    var ids: [Int64] = []

    @Flag(help: "All of the audit database's that are open.")
    var all = false

    @Flag(help: "Those in the dead letter topic.")
    var deadLetters = false

    @Option(help: "At most so many.")
    var limit = 100_000

    func validate() throws {
      guard [all, deadLetters, !ids.isEmpty].count(where: { $0 }) == 1 else {
        throw ValidationError("name the errors, or --all, or --dead-letters")
      }
      guard limit > 0 else { throw ValidationError("--limit needs a number from 1 on") }
    }

    func run() async throws {
      let settings = try options.load(properties, requiring: deadLetters ? [.database, .events] : [.audit])
      settings.bootstrapLogs()
      try await failing {
        do {
          let outcome = try await replay(settings)
          print("\(outcome.sent) sent, \(outcome.refused) refused again")
          if outcome.refused > 0 { throw ExitCode(Failure.Kind.eventRefused.exitCode) }
        } catch let error as KafkaError {
          throw error.failure
        } catch let error as RegistryError {
          throw error.failure
        }
      }
    }

    private func replay(_ settings: Settings) async throws -> RecordReplay.Outcome {
      guard let kafka = settings.kafka else {
        throw Failure(
          .kafkaFailed, "there is nowhere to send records to", at: "kafka.bootstrap.servers", advice: "set it")
      }
      return try await settings.withSchemaRegistry { registry in
        let replay = try RecordReplay(settings.kafkaSettings(kafka, isBesideTrail: false), registry: registry)
        return try await deadLetters
          ? replay.sendDeadLetters(limit: limit) : self.replay(storedErrors: settings, by: replay)
      }
    }

    private func replay(storedErrors settings: Settings, by replay: RecordReplay) async throws -> RecordReplay.Outcome {
      let trail = try Trail(try settings.auditStore())
      let open = try trail.openErrors(of: .kafka)
      if let unknown = ids.first(where: { !open.contains($0) }) { throw ErrorNumber.unknown(unknown) }
      var outcome = RecordReplay.Outcome()
      for id in open.filter({ all || ids.contains($0) }).prefix(limit) {
        // Somebody else may have replayed it meanwhile.
        guard let record = try trail.error(id: id), record.status == "open" else { continue }
        do {
          try await replay.send(payload: record.payload)
          try trail.noteReplay(of: id, failure: nil)
          outcome.sent += 1
        } catch let error as KafkaError where error.code == .recordRefused {
          try trail.noteReplay(of: id, failure: error.what)
          outcome.refused += 1
        }
      }
      return outcome
    }
  }
#endif
