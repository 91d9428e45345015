/// One question about the program's health, and the answer.
public struct HealthCheck: Sendable, Hashable, Codable {
  /// What is asked about.
  public enum Name: String, Sendable, Hashable, Codable, CaseIterable {
    /// The pipeline: its phase and the last failure.
    case pipeline
    /// The source: whether there is a session with it.
    case source
    /// The stream: how long ago it was heard.
    case wire
    /// The slot: whether its log is kept.
    case slot
    /// The audit database: whether it takes what it is given.
    case audit
    /// The Kafka brokers, where events are published: whether they take records.
    case kafka
    /// How far the trail is behind.
    case lag
  }

  /// The answer.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// As it should be.
    case ok
    /// Not as it should be, and the program can still do its work or is about to.
    case warn
    /// The program cannot do its work.
    case fail

    /// 0, 1, 2: the higher, the worse.
    public var severity: UInt64 {
      switch self {
      case .ok: 0
      case .warn: 1
      case .fail: 2
      }
    }
  }

  /// What is asked about.
  public let name: Name
  /// The answer.
  public let status: Status
  /// The reason, for people; without row data and secrets.
  public let detail: String

  /// A check by its parts.
  public init(_ name: Name, _ status: Status, _ detail: String) {
    self.name = name
    self.status = status
    self.detail = detail
  }
}
