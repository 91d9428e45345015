/// Why a replication stream ended.
public enum StreamError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nothing came from the server for so long, although a keepalive was asked for.
  case stale(silentFor: Duration)
  /// The server ended the stream, as it does at its shutdown.
  case endedByServer
  /// `stop()` was called.
  case stopped
  /// The stream was not started, or has failed before.
  case notRunning
  /// A message of the copy is neither XLogData nor a keepalive, or is too short.
  case malformedFrame(tag: UInt8, bytes: Int)

  /// One line with the next step.
  public var description: String {
    switch self {
    case .stale(let silence):
      "the replication connection has been silent for \(silence), also when asked for a keepalive; reconnect"
    case .endedByServer: "the server ended the replication stream, as it does when it shuts down; reconnect"
    case .stopped: "the replication stream was stopped"
    case .notRunning: "the replication stream is not running; start it first"
    case .malformedFrame(let tag, let bytes):
      "a replication message with tag \(tag) and \(bytes) bytes is not XLogData or a keepalive; "
        + "is something between us and the server that does not speak the replication protocol?"
    }
  }
}
