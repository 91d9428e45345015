internal import Pipeline

/// What `/ready` says: whether changes arrive in the trail, and where events are published on Kafka, and soon enough; of
/// a standby, whether it would take over.
public struct ReadinessReport: Sendable, Hashable, Codable {
  /// 200, or 503.
  public let isReady: Bool
  /// Whether this instance reads the slot; a standby waits for it.
  public let isLeader: Bool
  /// Why not; empty when ready.
  public let reasons: [String]
  /// Each health check.
  public let checks: [HealthCheck]

  /// The report of a snapshot.
  public init(_ snapshot: OperationsSnapshot) {
    checks = HealthReport(snapshot).checks
    var reasons: [String] = []
    let phase = snapshot.pipeline.phase
    isLeader = phase == .streaming || phase == .snapshot
    if phase != .streaming, phase != .standby { reasons.append("phase is \(phase), not streaming") }
    for check in checks where check.status == .fail || (check.status == .warn && check.name.isArrival) {
      reasons.append("\(check.name.rawValue): \(check.detail)")
    }
    if phase == .streaming, snapshot.wire?.isConnected != true { reasons.append("no stream") }
    self.reasons = reasons
    isReady = reasons.isEmpty
  }
}

extension HealthCheck.Name {
  /// Whether a warning means that changes do not arrive, or too late.
  fileprivate var isArrival: Bool { self == .lag || self == .kafka }
}
