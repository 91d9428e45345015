internal import ArgumentParser
internal import Events
internal import Glibc
internal import Logging
internal import PGReplication
internal import Pipeline
internal import ServiceLifecycle
internal import Settings
internal import Synchronization

/// `cdc-direct stream`: Debezium's events as lines of JSON.
struct Stream: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read the slot and write Debezium's events, a JSON line each, until told to stop.",
    discussion: """
      Reads with the settings of Debezium's PostgreSQL connector: an existing connector's JSON or properties file works \
      as it is. Each line is {"topic", "partition", "key", "value", "headers"}, the last three as Kafka Connect's \
      JsonConverter writes them. Logs go to standard error.

      Positions are kept in offset.storage.file.filename: a restart goes on exactly there, and cuts off what was written \
      to the output after it. Without that file (offset.storage=org.apache.kafka.connect.storage.MemoryOffsetBackingStore) \
      each start is a first one.

      Examples:
        cdc-direct stream --properties connector.json
        cdc-direct stream --properties connector.properties --output events.jsonl --max-events 100 --idle-exit 5
        cdc-direct stream --properties '{"name": "shop", "config": {…}}' --set snapshot.mode=no_data
      """)

  @Option(name: .long, help: "Connector settings: a file (properties, JSON, YAML) or JSON itself; may be given again.")
  var properties: [String] = []

  @OptionGroup var options: SettingsOptions

  @Option(name: .long, help: "Where the events go: a file, which is continued, or - for standard output.")
  var output: String?

  @Option(name: .long, help: "Stop after so many events.")
  var maxEvents: Int?

  @Option(name: .long, help: "Stop when no event has come for so many seconds.")
  var idleExit: Double?

  @Flag(name: .long, help: .hidden)
  var discard = false

  func validate() throws {
    if let maxEvents, maxEvents < 1 { throw ValidationError("--max-events needs a number from 1 on") }
    if let idleExit, !(idleExit > 0 && idleExit < 1e9) { throw ValidationError("--idle-exit needs seconds above 0") }
  }

  func run() async throws {
    let settings = try options.load(properties, requiring: [.database, .events])
    if settings.kafka != nil, output != nil || discard {
      throw ValidationError("--output and kafka.bootstrap.servers name two places for the events: leave one out")
    }
    settings.bootstrapLogs()
    let logger = Logger(label: "settings")
    for notice in settings.notices { logger.notice("\(notice)") }
    try await failing {
      try await serve(settings)
    }
  }

  private func destination(_ settings: Settings) -> EventOutput {
    if discard { return .nowhere }
    guard let path = output ?? settings.events.output, path != "-" else { return .standardOutput }
    return .file(path)
  }

  private func serve(_ settings: Settings) async throws {
    let logger = Logger(label: "pipeline")
    let form = try settings.checkedEventSettings()
    let (store, run, progress) = (OffsetStore(path: settings.events.offsets.file), RunIdentity(), EventProgress())
    let (uncommitted, destination) = (UncommittedLines(), destination(settings))
    let kafka: KafkaSink? = try KafkaSink(settings, form, progress: progress, isBesideTrail: false, limit: maxEvents)
    let pipeline = Pipeline(
      source: try settings.eventSource(), policy: settings.eventBatchPolicy, retry: settings.eventRetrySettings,
      logger: logger
    ) { [maxEvents] in
      if let kafka { return kafka.makeWriter() }
      return EventFile(
        form, to: destination, store: store, run: run, progress: progress, uncommitted: uncommitted, limit: maxEvents)
    }
    var quiet = Logger(label: "lifecycle")
    quiet.logLevel = max(quiet.logLevel, .warning)
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
    if let interval = settings.events.heartbeatInterval, let query = settings.heartbeat.actionQuery {
      let heartbeat = Heartbeat(
        pipeline.source.conninfo, query: query, every: interval, logger: Logger(label: "reader"))
      services.append(.init(service: HeartbeatService(heartbeat: heartbeat)))
    }
    services.append(
      .init(
        service: StreamService(
          pipeline: PipelineService(
            pipeline: pipeline, logger: logger, limit: settings.shutdownTimeout + .seconds(5)
          ) {
            logger.warning("the pipeline did not stop in time and is left; what it did not store is read again")
            Glibc.exit(0)
          }, progress: progress, idleExit: idleExit.map { .milliseconds(Int64($0 * 1000)) }, maxEvents: maxEvents),
        successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup))
    services.insert(.init(service: StopSignals(), successTerminationBehavior: .gracefullyShutdownGroup), at: 0)
    var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
    configuration.maximumGracefulShutdownDuration = settings.shutdownTimeout + .seconds(10)
    defer { logger.notice("stopped", metadata: ["events": .stringConvertible(progress.events)]) }
    do {
      try await ServiceGroup(configuration: configuration).run()
      await kafka?.close()
    } catch {
      await kafka?.close()
      throw error
    }
  }
}

/// The pipeline with its two further ends: nothing came for a while, or enough did.
private struct StreamService: Service {
  let pipeline: PipelineService
  let progress: EventProgress
  let idleExit: Duration?
  let maxEvents: Int?

  func run() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await pipeline.run()
        return true
      }
      if let idleExit {
        group.addTask {
          await watch(idleExit)
          return false
        }
      }
      let isReadingOver = try await group.next() ?? true
      if !isReadingOver {
        pipeline.pipeline.stop()
        _ = try await group.next()
      } else if !isDone {
        // A snapshot alone does not end the connector, which goes on running without anything to do.
        if idleExit == nil { try? await gracefulShutdown() } else { _ = try await group.next() }
      }
      group.cancelAll()
    }
  }

  private var isDone: Bool {
    pipeline.pipeline.isStopping || maxEvents.map { progress.events >= $0 } ?? false
  }

  /// Returns when there was no event for `limit` since everything was read.
  private func watch(_ limit: Duration) async {
    let metrics = pipeline.pipeline.metrics
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
      // Not before everything was read once: a snapshot may be long in coming.
      let settledAt = metrics.settledAt.load(ordering: .relaxed)
      let quiet = MonotonicClock.nanoseconds() &- max(progress.lastEventAt, settledAt)
      if settledAt > 0, .nanoseconds(Int64(clamping: quiet)) >= limit { return }
      do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
    }
  }
}
