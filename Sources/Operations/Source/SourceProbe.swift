internal import Executors
internal import PGReplication

/// Looks at the source through a session of its own, which it opens when it needs one and drops at any failure.
///
/// For one thread.
final class SourceProbe {
  private let conninfo: Conninfo
  private let slot: String
  private let interrupt: WakePipe
  private var connection: Connection?

  init(_ conninfo: Conninfo, slot: String, interrupt: WakePipe) {
    self.conninfo = conninfo.metadata
    self.slot = slot
    self.interrupt = interrupt
  }

  func poll() throws(PostgresError) -> PolledSource {
    do throws(PostgresError) {
      var session = try open()
      session.timeout = .seconds(10)
      let answer = try PolledSource.read(slot: slot, on: session)
      connection = consume session
      return answer
    } catch {
      connection = nil
      throw error
    }
  }

  private func open() throws(PostgresError) -> Connection {
    if let session = connection.take() { return session }
    return try Connection(conninfo, interrupt: interrupt)
  }
}
