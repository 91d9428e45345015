internal import ArgumentParser
internal import AuditStore
internal import Events
internal import Glibc
internal import Logging
internal import Operations
internal import PGReplication
internal import Pipeline
internal import ServiceLifecycle
internal import Settings

/// `cdc-direct run`: reads the slot and keeps the trail until it is told to stop.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the slot and write the audit trail, and with events.output Debezium's events, until told to stop.",
    discussion: """
      Makes publication, slot and audit schema when they are missing and the roles may. SIGTERM or SIGINT finishes the \
      open transaction, stores the position and ends with 0; a second signal ends at once and loses nothing.

      Examples:
        cdc-direct run --config cdc.yaml
        DATABASE_URL=postgresql://cdc@db/shop AUDIT_URL=postgresql://cdc@audit/trail cdc-direct run
        cdc-direct run --config cdc.yaml --set events.output=events.jsonl --set topic.prefix=shop
        cdc-direct run --config connector.json --set audit.url=postgresql://cdc@audit/trail --set snapshot.mode=no_data
      """)

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let settings = try options.load()
    settings.bootstrapLogs()
    let logger = Logger(label: "settings")
    for notice in settings.notices { logger.notice("\(notice)") }
    try await failing {
      try await serve(settings)
    }
  }

  /// Events beside the trail, where `events.output` or Kafka's settings ask for them.
  private struct EventSink {
    let makeWriter: @Sendable () -> any SinkWriter
    let absence: Absence?
    let kafka: KafkaSink?
  }

  private func eventSink(_ settings: Settings) throws -> EventSink? {
    if settings.kafka != nil {
      let form = try settings.checkedEventSettings()
      guard let kafka = try KafkaSink(settings, form, progress: EventProgress(), isBesideTrail: true) else {
        return nil
      }
      return EventSink(
        makeWriter: { kafka.makeWriter() }, absence: kafka.makeAbsence(maxLag: settings.kafka?.maximumLagBytes),
        kafka: kafka)
    }
    guard let path = settings.events.output else { return nil }
    let form = try settings.checkedEventSettings()
    let (store, run, progress) = (OffsetStore(path: settings.events.offsets.file), RunIdentity(), EventProgress())
    let uncommitted = UncommittedLines()
    return EventSink(
      makeWriter: {
        EventFile(form, to: .file(path), store: store, run: run, progress: progress, uncommitted: uncommitted)
      }, absence: nil, kafka: nil)
  }

  private func serve(_ settings: Settings) async throws {
    let logger = Logger(label: "pipeline")
    let events = try eventSink(settings)
    let source = try events == nil ? settings.source() : settings.forkedSource()
    let store = try settings.auditStore()
    let pipeline = Pipeline(
      source: source, policy: settings.batchPolicy, retry: settings.retrySettings, logger: logger
    ) {
      guard let events else { return AuditWriter(store) }
      return ForkedWriter(AuditWriter(store), events.makeWriter(), absence: events.absence) {
        [capture = settings.capture] in
        capture.includes(schema: $0, table: $1)
      }
    }
    let began = ContinuousClock.now
    let report: @Sendable () -> Void = {
      let statistics = StatisticsReport(pipeline.metrics, duration: ContinuousClock.now - began)
      logger.notice("final statistics", metadata: statistics.metadata)
    }
    let watch = SourceWatch(source.conninfo, slot: source.slot, logger: Logger(label: "reader"))
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
    if let interval = settings.heartbeat.interval, let query = settings.heartbeat.actionQuery {
      let heartbeat = Heartbeat(source.conninfo, query: query, every: interval, logger: Logger(label: "reader"))
      services.append(.init(service: HeartbeatService(heartbeat: heartbeat)))
    }
    services.append(.init(service: watch))
    if Terminal.isError { services.append(.init(service: SnapshotBar(metrics: pipeline.metrics))) }
    services += try operations(settings, pipeline, watch, events?.kafka)
    services.append(
      .init(
        service: PipelineService(pipeline: pipeline, logger: logger, limit: settings.shutdownTimeout + .seconds(5)) {
          logger.warning("the pipeline did not stop in time and is left; what it did not commit is read again")
          report()
          Glibc.exit(0)
        }, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup))
    var quiet = Logger(label: "lifecycle")
    quiet.logLevel = max(quiet.logLevel, .warning)
    services.insert(.init(service: StopSignals(), successTerminationBehavior: .gracefullyShutdownGroup), at: 0)
    var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
    configuration.maximumGracefulShutdownDuration = settings.shutdownTimeout + .seconds(10)
    defer { report() }
    do {
      try await ServiceGroup(configuration: configuration).run()
      await events?.kafka?.close()
    } catch {
      await events?.kafka?.close()
      guard let error = error as? OperationsServerError else { throw error }
      throw Failure(.httpUnavailable, error.what, at: error.place)
    }
  }
}
