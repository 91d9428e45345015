internal import Executors
internal import Glibc

/// A loopback TCP proxy before a server, with the faults of a network at the test's word.
///
/// One thread forwards all connections. A change of mode has taken effect when `set` returns.
public final class TCPProxy: Sendable {
  /// What the proxy does with connections.
  public enum Mode: Sendable, Equatable {
    /// Passes every byte on.
    case forward
    /// Passes nothing on and keeps every connection open, also new ones: a network that swallows packets.
    case stall
    /// Resets the connections there are, and each new one as soon as it is accepted.
    case cut
    /// Refuses new connections; those there are go on.
    case refuse
    /// Passes every byte on after this time.
    case delay(Duration)
    /// Passes on at most this many bytes a second, for each connection and direction.
    case throttle(bytesPerSecond: Int)
    /// Passes on this many more bytes of each connection, then resets it: a cut in the middle of a message.
    case cutAfter(bytes: Int)
    /// Ends the direction of the connections there are, as if its sender had closed its half, and swallows what comes
    /// after; the other direction goes on, and so do new connections.
    case halfClose
  }

  /// Which connections of a PostgreSQL server are meant, by their startup packet; others count as ordinary.
  public enum Kind: Sendable, CaseIterable {
    /// Those of walsenders.
    case replication
    /// All others.
    case ordinary
  }

  /// The way that bytes go.
  public enum Direction: Sendable {
    /// From the client to the server.
    case toServer
    /// From the server to the client.
    case toClient
    /// Either way.
    case both
  }

  /// What went through so far.
  public struct Counts: Sendable {
    /// Connections accepted.
    public internal(set) var accepted = 0
    /// Connections open now.
    public internal(set) var open = 0
    /// Bytes handed to the server.
    public internal(set) var bytesToServer = 0
    /// Bytes handed to clients.
    public internal(set) var bytesToClient = 0
  }

  enum Command: Sendable {
    case set(Mode, Direction, [Kind])
    case reset([Kind])
    case close
  }

  struct Desk: Sendable {
    var commands: [Command] = []
    var given = 0
    var done = 0
    var counts = Counts()
    var isClosed = false
  }

  /// Always 127.0.0.1.
  public let host = "127.0.0.1"
  /// The port that clients connect to.
  public let port: Int
  private let desk: Watched<Desk>
  private let bell: WakePipe

  private init(port: Int, desk: Watched<Desk>, bell: WakePipe) {
    self.port = port
    self.desk = desk
    self.bell = bell
  }

  deinit {
    desk.withState { $0.commands.append(.close) }
    bell.ring()
  }

  /// Listens on a free port and forwards to `serverPort` of this machine.
  ///
  /// - Throws: `ServerKitError` when no port could be listened on.
  public static func start(toPort serverPort: Int) throws -> TCPProxy {
    let (port, listener) = try listen()
    let desk = Watched(Desk())
    let bell = WakePipe()
    startThread {
      let loop = ProxyLoop(port: port, listener: listener, serverPort: serverPort, desk: desk, bell: bell)
      loop.run()
    }
    return TCPProxy(port: port, desk: desk, bell: bell)
  }

  /// Changes what happens from now on, for connections there are and those to come.
  ///
  /// `cut` and `refuse` know no direction, and `refuse` no kind.
  public func set(_ mode: Mode, _ direction: Direction = .both, of kinds: [Kind] = Kind.allCases) async {
    await order(.set(mode, direction, kinds))
  }

  /// Resets every connection once; new ones are treated as before.
  public func resetConnections(of kinds: [Kind] = Kind.allCases) async { await order(.reset(kinds)) }

  /// Resets every connection and stops listening.
  public func close() async { await order(.close) }

  /// What went through so far.
  public var counts: Counts { desk.withState { $0.counts } }

  /// Waits until the counts fulfil a condition; false when the time is over before.
  public func wait(
    within limit: Duration = .seconds(30), until isMet: @escaping @Sendable (Counts) -> Bool
  ) async -> Bool {
    await desk.wait(within: limit) { isMet($0.counts) }
  }

  private func order(_ command: Command) async {
    let number = desk.withState { desk in
      desk.commands.append(command)
      desk.given += 1
      return desk.given
    }
    bell.ring()
    _ = await desk.wait { $0.isClosed || $0.done >= number }
  }

  private static func listen() throws -> (Int, Int32) {
    for _ in 0..<20 {
      let port = try FreePort.next()
      if let listener = try? LoopbackSocket.listening(on: port) { return (port, listener) }
    }
    throw ServerKitError("no port could be listened on", at: "127.0.0.1", next: "see what listens there: ss -ltn")
  }
}
