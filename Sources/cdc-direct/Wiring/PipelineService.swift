internal import Logging
internal import Pipeline
internal import ServiceLifecycle

/// The pipeline as a service, which stops in order when the services are told to.
struct PipelineService: Service {
  let pipeline: Pipeline
  let logger: Logger
  /// Beyond what the pipeline itself waits, so that a sink that hangs cannot hold the program.
  let limit: Duration
  /// Called when the bound has passed and the pipeline still has not stopped.
  let overdue: @Sendable () -> Void

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await pipeline.run()
    } onGracefulShutdown: {
      pipeline.stop()
      logger.notice("stopping: the open transaction is finished or left; a second signal ends at once")
      Task {
        try await Task.sleep(for: limit)
        overdue()
      }
    }
  }
}
