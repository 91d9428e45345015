internal import Pipeline
internal import ServiceLifecycle

/// The heartbeat as a service.
struct HeartbeatService: Service {
  let heartbeat: Heartbeat

  func run() async throws { await cancelWhenGracefulShutdown { await heartbeat.run() } }
}
