internal import PGReplication
internal import Pipeline

/// What `/health` says: whether the program does its work, or is about to again.
///
/// A failure that is tried again is a warning until `HealthBounds.recovery` has passed, and a failure from then on.
public struct HealthReport: Sendable, Hashable, Codable {
  /// The worst of all checks.
  public let status: HealthCheck.Status
  /// Each check.
  public let checks: [HealthCheck]

  /// The report of a snapshot.
  public init(_ snapshot: OperationsSnapshot) {
    checks =
      [
        HealthReport.pipeline(snapshot), HealthReport.source(snapshot), HealthReport.wire(snapshot),
        HealthReport.slot(snapshot), HealthReport.audit(snapshot),
      ] + [HealthReport.kafka(snapshot)].compactMap { $0 } + [HealthReport.lag(snapshot)]
    status = checks.map(\.status).max { $0.severity < $1.severity } ?? .ok
  }

  /// 200, or 503 when a check fails.
  public var isHealthy: Bool { status != .fail }

  // MARK: Checks

  private static func pipeline(_ now: OperationsSnapshot) -> HealthCheck {
    let phase = now.pipeline.phase
    if let failure = now.pipeline.lastFailure {
      let status: HealthCheck.Status = failure.kind.isTransient ? now.whileRecovering : .fail
      return HealthCheck(.pipeline, status, "\(phase): \(failure)")
    }
    switch phase {
    case .streaming, .snapshot: return HealthCheck(.pipeline, .ok, "\(phase)")
    case .standby: return HealthCheck(.pipeline, .ok, "standby: another instance reads the slot")
    case .starting, .waiting: return HealthCheck(.pipeline, now.whileRecovering, "\(phase)")
    case .stopping: return HealthCheck(.pipeline, .warn, "\(phase)")
    case .stopped: return HealthCheck(.pipeline, .fail, "\(phase)")
    }
  }

  private static func source(_ now: OperationsSnapshot) -> HealthCheck {
    if let failure = now.pipeline.lastFailure, failure.kind.concerns == .source {
      return HealthCheck(.source, failure.kind.isTransient ? now.whileRecovering : .fail, "\(failure)")
    }
    if now.wire?.isConnected == true { return HealthCheck(.source, .ok, "the stream is connected") }
    switch now.pipeline.phase {
    case .snapshot: return HealthCheck(.source, .ok, "a snapshot is being read")
    case .standby: return HealthCheck(.source, .ok, "the slot is watched")
    case .stopping: return HealthCheck(.source, .ok, "stopping")
    case .stopped: return HealthCheck(.source, .fail, "stopped")
    case .starting, .streaming, .waiting: return HealthCheck(.source, now.whileRecovering, "no stream")
    }
  }

  private static func wire(_ now: OperationsSnapshot) -> HealthCheck {
    guard now.pipeline.phase == .streaming else {
      return HealthCheck(.wire, .ok, "nothing is expected in phase \(now.pipeline.phase)")
    }
    guard let wire = now.wire, wire.isConnected else { return HealthCheck(.wire, now.whileRecovering, "no stream") }
    guard let heard = wire.lastByteAt else { return HealthCheck(.wire, .ok, "connected, nothing heard yet") }
    let age = now.age(heard)
    let bound = now.bounds.wireSilence.secondsValue
    return age <= bound
      ? HealthCheck(.wire, .ok, "heard \(age.tenths) s ago")
      : HealthCheck(.wire, .fail, "silent for \(age.tenths) s; the bound is \(bound.tenths) s")
  }

  private static func slot(_ now: OperationsSnapshot) -> HealthCheck {
    let source = now.source
    let trouble = source.lastError.map { ": \($0)" } ?? ""
    guard let polled = source.polledAt else { return HealthCheck(.slot, .warn, "not looked at yet\(trouble)") }
    guard let slot = source.slot else {
      let isExpected = now.pipeline.phase == .streaming
      return HealthCheck(.slot, isExpected ? .fail : now.whileRecovering, "the slot does not exist")
    }
    if slot.isInvalidated {
      let reason = slot.invalidationReason ?? "wal_removed"
      return HealthCheck(.slot, .fail, "\(slot.name) was invalidated: \(reason)")
    }
    guard now.age(polled) <= now.bounds.slotAge.secondsValue else {
      return HealthCheck(.slot, .warn, "last looked at \(now.age(polled).tenths) s ago\(trouble)")
    }
    switch slot.walStatus {
    case .reserved?, .extended?:
      let word = slot.walStatus?.rawValue ?? ""
      let isIdle = now.pipeline.phase == .streaming && !slot.isActive
      return HealthCheck(.slot, isIdle ? .warn : .ok, "\(slot.name) is \(word)\(isIdle ? ", but inactive" : "")")
    case .unreserved?:
      return HealthCheck(.slot, .warn, "\(slot.name) is unreserved: the next checkpoint may remove its log")
    case .lost?: return HealthCheck(.slot, .fail, "\(slot.name) is lost")
    case nil: return HealthCheck(.slot, .warn, "\(slot.name) keeps no log yet")
    }
  }

  private static func audit(_ now: OperationsSnapshot) -> HealthCheck {
    if let failure = now.pipeline.lastFailure, failure.kind.concerns == .audit {
      return HealthCheck(.audit, failure.kind.isTransient ? now.whileRecovering : .fail, "\(failure)")
    }
    guard let commit = now.lastCommitAt else { return HealthCheck(.audit, .ok, "nothing committed yet") }
    return HealthCheck(.audit, .ok, "last commit seen \(now.age(commit).tenths) s ago")
  }

  /// Nil where nothing is published. The trail does its work without brokers, so that their absence is a warning unless
  /// they are all there is.
  private static func kafka(_ now: OperationsSnapshot) -> HealthCheck? {
    guard let kafka = now.kafka else { return nil }
    guard !kafka.isReachable else {
      let isAsked = kafka.reach != .unknown
      return HealthCheck(.kafka, .ok, isAsked ? "\(kafka.delivered) records delivered" : "not asked yet")
    }
    let age = now.brokersAwaySince.map { now.age($0) } ?? 0
    let isOverdue = kafka.isOnlySink && age > now.bounds.recovery.secondsValue
    let what = kafka.reach == .givenUp ? "publishing was given up" : "away for \(age.tenths) s"
    let reason = kafka.reason.isEmpty ? "no broker is connected" : kafka.reason
    return HealthCheck(.kafka, isOverdue ? .fail : .warn, "\(what): \(reason)")
  }

  private static func lag(_ now: OperationsSnapshot) -> HealthCheck {
    var excess: [String] = []
    if let bound = now.bounds.lagBytes, let lag = now.lagBytes, lag > bound {
      excess.append("\(lag) bytes behind; the bound is \(bound)")
    }
    if let bound = now.bounds.lagSeconds, let lag = now.lagSeconds, lag > bound {
      excess.append("\(lag.tenths) s behind; the bound is \(bound.tenths) s")
    }
    guard excess.isEmpty else { return HealthCheck(.lag, .warn, excess.joined(separator: ", ")) }
    guard let bytes = now.lagBytes else { return HealthCheck(.lag, .ok, "not known yet") }
    let seconds = now.lagSeconds.map { ", \($0.tenths) s" } ?? ""
    return HealthCheck(.lag, .ok, "\(bytes) bytes\(seconds) behind")
  }
}

extension OperationsSnapshot {
  /// How bad it is that something is being tried again.
  fileprivate var whileRecovering: HealthCheck.Status {
    guard let since = troubledSince else { return .warn }
    return age(since) <= bounds.recovery.secondsValue ? .warn : .fail
  }
}
