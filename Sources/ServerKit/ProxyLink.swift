internal import Glibc

/// One connection through a proxy: a client's socket, a server's socket and the two lanes between them.
struct ProxyLink {
  let client: Int32
  let server: Int32
  var toServer = ProxyLane()
  var toClient = ProxyLane()
  /// A socket whose peer has gone: `poll` would report it again and again, also while the lanes are stalled.
  private var goneClient = false
  private var goneServer = false
  var isBroken = false
  /// What the startup packet made it; nil before it came.
  private(set) var kind: TCPProxy.Kind?
  /// Whether it follows the rule of its kind.
  var isRuled = false

  init(client: Int32, server: Int32) {
    self.client = client
    self.server = server
  }

  /// Both sides have ended and everything is delivered, or one side broke, or a cut is due.
  var isOver: Bool {
    isBroken || toServer.mustCut || toClient.mustCut || (toServer.endPassedOn && toClient.endPassedOn)
  }

  /// What `poll` should look for at the two sockets.
  mutating func interests(now: UInt64) -> [pollfd] {
    let atClient = Self.events(reads: toServer, writes: &toClient, now: now)
    let atServer = Self.events(reads: toClient, writes: &toServer, now: now)
    // A negative descriptor is skipped by poll. Without a wish the socket is still looked at, for its peer's going.
    return [
      pollfd(fd: goneClient && atClient == 0 ? -1 : client, events: atClient, revents: 0),
      pollfd(fd: goneServer && atServer == 0 ? -1 : server, events: atServer, revents: 0),
    ]
  }

  private static func events(reads: ProxyLane, writes: inout ProxyLane, now: UInt64) -> Int16 {
    (reads.wantsRead ? Int16(POLLIN) : 0) | (writes.ready(now: now).isEmpty ? 0 : Int16(POLLOUT))
  }

  /// Reads and writes what `poll` found possible; gives the bytes handed on.
  mutating func pump(client atClient: Int16, server atServer: Int16, now: UInt64) -> (toServer: Int, toClient: Int) {
    let gone = Int16(POLLERR) | Int16(POLLHUP)
    if atClient & gone != 0 { goneClient = true }
    if atServer & gone != 0 { goneServer = true }
    read(from: client, into: \.toServer, if: atClient != 0, now: now)
    read(from: server, into: \.toClient, if: atServer != 0, now: now)
    return (write(to: server, from: \.toServer, now: now), write(to: client, from: \.toClient, now: now))
  }

  private mutating func read(
    from socket: Int32, into lane: WritableKeyPath<ProxyLink, ProxyLane>, if isDue: Bool, now: UInt64
  ) {
    guard isDue, self[keyPath: lane].wantsRead else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &buffer, buffer.count, 0)
    if count > 0 {
      if socket == client, kind == nil { kind = Self.kind(buffer[..<count]) }
      self[keyPath: lane].take(buffer[..<count], now: now)
    } else if count == 0 {
      self[keyPath: lane].sourceEnded = true
    } else if errno != EAGAIN && errno != EINTR {
      isBroken = true
    }
  }

  /// Nil for the request for TLS or GSSAPI that comes before the startup packet.
  private static func kind(_ bytes: ArraySlice<UInt8>) -> TCPProxy.Kind? {
    if bytes.count == 8, bytes[4...6].elementsEqual([0x04, 0xD2, 0x16]) { return nil }
    return bytes.firstRange(of: Array("replication\0".utf8)) == nil ? .ordinary : .replication
  }

  private mutating func write(to socket: Int32, from lane: WritableKeyPath<ProxyLink, ProxyLane>, now: UInt64) -> Int {
    var total = 0
    while !isBroken {
      let bytes = self[keyPath: lane].ready(now: now)
      if bytes.isEmpty { break }
      let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        self[keyPath: lane].written(count)
        total += count
      } else if errno == EAGAIN {
        break
      } else if errno != EINTR {
        isBroken = true
      }
    }
    let done = self[keyPath: lane]
    if done.sourceEnded && done.isEmpty && !done.endPassedOn && done.flow != .stalled {
      shutdown(socket, Int32(SHUT_WR))
      self[keyPath: lane].endPassedOn = true
    }
    return total
  }

  /// Closes both sockets: orderly when everything was delivered, else with a reset.
  func close() {
    for socket in [client, server] {
      if toServer.endPassedOn && toClient.endPassedOn { Glibc.close(socket) } else { LoopbackSocket.reset(socket) }
    }
  }
}
