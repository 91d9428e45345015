internal import ArgumentParser
internal import AuditStore
internal import Glibc
internal import Logging
internal import Operations
internal import PGReplication
internal import Pipeline
internal import ServiceLifecycle
internal import Settings
internal import UnixSignals

/// `cdc-direct run`: reads the slot and keeps the trail until it is told to stop.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the slot and write the audit trail until told to stop.",
    discussion: """
      Makes publication, slot and audit schema when they are missing and the roles may. SIGTERM or SIGINT finishes the \
      open transaction, stores the position and ends with 0; a second signal ends at once and loses nothing.

      Examples:
        cdc-direct run --config cdc.yaml
        DATABASE_URL=postgresql://cdc@db/shop AUDIT_URL=postgresql://cdc@audit/trail cdc-direct run
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

  private func serve(_ settings: Settings) async throws {
    let logger = Logger(label: "pipeline")
    let source = try settings.source()
    let store = try settings.auditStore()
    let pipeline = Pipeline(
      source: source, policy: settings.batchPolicy, retry: settings.retrySettings, logger: logger
    ) { AuditWriter(store) }
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
    services += operations(settings, pipeline, watch)
    services.append(
      .init(
        service: PipelineService(pipeline: pipeline, logger: logger, limit: settings.shutdownTimeout + .seconds(5)) {
          logger.warning("the pipeline did not stop in time and is left; what it did not commit is read again")
          report()
          Glibc.exit(0)
        }, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup))
    var quiet = Logger(label: "lifecycle")
    quiet.logLevel = max(quiet.logLevel, .warning)
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumGracefulShutdownDuration = settings.shutdownTimeout + .seconds(10)
    defer { report() }
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch let error as OperationsServerError {
      throw Failure(.httpUnavailable, error.what, at: error.place)
    }
  }
}
