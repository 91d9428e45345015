internal import Events
internal import Pipeline
internal import Settings

#if Kafka
  internal import AvroConverter
  internal import KafkaPublisher

  /// Publishing, as one process does it: what its sessions share, and a new writer for each of them.
  struct KafkaSink: Sendable {
    let settings: KafkaSettings
    let status = KafkaStatus()
    private let form: EventSettings
    private let run = RunIdentity()
    private let registry: SchemaRegistry?
    private let progress: EventProgress
    private let refusals = Refusals()
    private let limit: Int?

    /// Nil where Kafka is off.
    /// - Parameters:
    ///   - isBesideTrail: whether the trail goes on while brokers are away.
    ///   - limit: after so many events it is finished.
    init?(
      _ settings: Settings, _ form: EventSettings, progress: EventProgress, isBesideTrail: Bool, limit: Int? = nil
    ) throws(Failure) {
      guard let kafka = settings.kafka else { return nil }
      self.settings = settings.kafkaSettings(kafka, isBesideTrail: isBesideTrail)
      self.form = form
      self.progress = progress
      self.limit = limit
      do { try self.settings.check() } catch { throw error.failure }
      registry = try settings.schemaRegistry()
    }

    /// Ends the connections to the registry.
    func close() async { await registry?.close() }

    /// A writer for one session.
    func makeWriter() -> KafkaWriter {
      KafkaWriter(
        settings, form, run: run, registry: registry, progress: progress, refusals: refusals, status: status,
        limit: limit)
    }

    /// What is known of brokers that are away.
    func makeAbsence(maxLag: UInt64?) -> Absence {
      Absence(maxLag: maxLag) { [status] change in
        switch change {
        case .away(let reason): status.note(.away, reason: reason)
        case .back: status.note(.there)
        case .givenUp: status.note(.givenUp, reason: "kafka.max.lag.bytes was exceeded")
        }
      }
    }
  }

  extension Settings {
    /// How events are published.
    func kafkaSettings(_ kafka: Settings.Kafka, isBesideTrail: Bool) -> KafkaSettings {
      let prefix = events.topicPrefix
      var settings = KafkaSettings(
        bootstrapServers: kafka.bootstrapServers.joined(separator: ","), name: prefix,
        transactionalID: kafka.transactionalID, offsetsTopic: kafka.offsets.name,
        offsetKey: "cdc-direct/\(prefix)/\(slot.name)")
      settings.properties = kafka.producer.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
      settings.library = kafka.library
      settings.exactlyOnce = kafka.isExactlyOnce
      settings.offsetsPartitions = Int32(clamping: kafka.offsets.partitions)
      settings.offsetsReplicationFactor = Int32(clamping: kafka.offsets.replicationFactor)
      if kafka.topicCreation.isEnabled {
        settings.creation = { [creation = kafka.topicCreation] topic in creation.rule(for: topic)?.topicRule }
      }
      settings.deadLetters = kafka.deadLetters.map {
        DeadLetterSettings(
          topic: $0.topic.name, replicationFactor: Int32(clamping: $0.topic.replicationFactor),
          tellsWhy: $0.contextHeaders)
      }
      switch kafka.tolerance {
      case .none: settings.refusal = .stop
      case .all: settings.refusal = isBesideTrail ? .setAside : .leaveOut
      }
      settings.retryTimeout = kafka.retry.timeout
      settings.deliveryTimeout = kafka.deliveryTimeout
      settings.waitLimit = isBesideTrail ? min(kafka.patience, kafka.deliveryTimeout) : kafka.deliveryTimeout
      settings.queueBytes = max(2 << 20, stream.memoryBudget / 4)
      settings.tokenFile = kafka.tokenFile
      settings.statisticsInterval = kafka.statisticsInterval ?? .zero
      settings.keys = events.keyConverter.recordForm
      settings.values = events.valueConverter.recordForm
      return settings
    }

    /// A client of the converters' registry, which is to be closed; nil where there are no schemas to register.
    func schemaRegistry() throws(Failure) -> SchemaRegistry? {
      let used = [events.valueConverter, events.keyConverter].compactMap { converter in
        if case .avro(let avro) = converter.form { avro } else { nil }
      }
      guard let first = used.first else { return nil }
      guard used.allSatisfy({ $0.registry == first.registry }) else {
        throw Failure(
          .registryRefused, "keys and values name different registries, or reach one in different ways",
          at: "key.converter.schema.registry.url, value.converter.schema.registry.url",
          advice: "give both the same schema.registry.* and credentials")
      }
      do { return try SchemaRegistry(first.avroSettings) } catch { throw error.failure }
    }

    /// Lends a client of the converters' registry, and closes it, however the work ends.
    func withSchemaRegistry<R>(_ body: (SchemaRegistry?) async throws -> R) async throws -> R {
      let registry = try schemaRegistry()
      do {
        let result = try await body(registry)
        await registry?.close()
        return result
      } catch {
        await registry?.close()
        throw error
      }
    }
  }

  extension Settings.Kafka.TopicCreation.Rule {
    fileprivate var topicRule: TopicRule {
      TopicRule(
        partitions: Int32(clamping: partitions), replicationFactor: Int32(clamping: replicationFactor),
        settings: configs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
  }

  extension Settings.Events.Converter {
    /// How Avro is made; nil for another form.
    var avroSettings: AvroSettings? {
      if case .avro(let given) = form { given.avroSettings } else { nil }
    }

    fileprivate var recordForm: RecordForm { avroSettings.map { .avro($0) } ?? .text }
  }

  extension Settings.Events.Avro {
    fileprivate var avroSettings: AvroSettings {
      var settings = AvroSettings(urls: registry.urls)
      switch registry.credentials {
      case .basic(let secret): settings.credentials = .userInfo(secret.text)
      case .bearer(let secret): settings.credentials = .bearer(secret.text)
      case nil: break
      }
      settings.tls = registry.tls.avroTLS
      // Zero is no limit.
      let unlimited = Duration.seconds(86_400)
      settings.connectTimeout = registry.connectTimeout == .zero ? unlimited : registry.connectTimeout
      settings.requestTimeout = registry.readTimeout == .zero ? unlimited : registry.readTimeout
      settings.autoRegister = registersSchemas
      settings.useLatestVersion = usesLatestVersion
      settings.latestCompatibilityStrict = checksLatestVersion
      settings.normalize = normalizesSchemas
      settings.keySubjectNames = SubjectNames(rawValue: subjects.rawValue) ?? .topic
      settings.valueSubjectNames = settings.keySubjectNames
      settings.enhancedSupport = isEnhanced
      settings.connectMetaData = connectMetadata
      settings.scrubInvalidNames = scrubsNames
      return settings
    }
  }

  extension Settings.Events.TLS {
    fileprivate var avroTLS: AvroSettings.TLS {
      var tls = AvroSettings.TLS()
      switch trust {
      case .file(let path): tls.authority = .file(path)
      case .text(let text): tls.authority = .text(text)
      case nil: break
      }
      switch identity {
      case .file(let path): (tls.certificate, tls.key) = (.file(path), .file(path))
      case .text(let certificates, let key): (tls.certificate, tls.key) = (.text(certificates), .text(key.text))
      case nil: break
      }
      tls.keyPassword = keyPassword?.text
      tls.verifiesName = checksHost
      return tls
    }
  }
#else
  /// A build without Kafka: settings that ask for it are refused, so that there is never one of these.
  enum KafkaSink: Sendable {
    init?(
      _ settings: Settings, _ form: EventSettings, progress: EventProgress, isBesideTrail: Bool, limit: Int? = nil
    ) throws(Failure) {
      guard settings.kafka != nil else { return nil }
      throw KafkaSink.isMissing
    }

    static let isMissing = Failure(
      .kafkaFailed, "this program was built without Kafka", at: "kafka.bootstrap.servers",
      advice: "build it with the trait Kafka, which is on by default")

    func makeWriter() -> any PublishingWriter { switch self {} }
    func makeAbsence(maxLag: UInt64?) -> Absence { switch self {} }
    func close() async { switch self {} }
  }
#endif
