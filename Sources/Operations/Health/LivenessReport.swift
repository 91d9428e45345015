internal import Pipeline

/// What `/livez` says: whether the process itself still moves. That it answers shows that its event loop does.
public struct LivenessReport: Sendable, Hashable, Codable {
  /// 200, or 503.
  public let isAlive: Bool
  /// Seconds since the pipeline's main loop last went round; nil where nobody beats.
  public let heartbeatAgeSeconds: Double?

  /// The report of a snapshot. While the pipeline waits before it tries again, or has stopped, it need not beat.
  public init(_ snapshot: OperationsSnapshot) {
    heartbeatAgeSeconds = snapshot.heartbeatAt.map { snapshot.age($0) }
    switch snapshot.pipeline.phase {
    case .waiting, .stopped: isAlive = true
    case .starting, .snapshot, .streaming, .standby, .stopping:
      isAlive = (heartbeatAgeSeconds ?? 0) <= snapshot.bounds.heartbeat.secondsValue
    }
  }
}
