internal import Executors
internal import Glibc

/// The thread of a proxy: everything here is used by it alone, but for the desk.
final class ProxyLoop {
  private let port: Int
  private let serverPort: Int
  private let desk: Watched<TCPProxy.Desk>
  private let bell: WakePipe
  /// -1 while connections are refused.
  private var listener: Int32
  private var links: [ProxyLink] = []
  /// What happens to new connections.
  private struct Rule: Equatable {
    var cuts = false
    var toServer = ProxyLane.Flow.open
    var toClient = ProxyLane.Flow.open
  }

  private var rules: [TCPProxy.Kind: Rule] = [.replication: Rule(), .ordinary: Rule()]

  init(port: Int, listener: Int32, serverPort: Int, desk: Watched<TCPProxy.Desk>, bell: WakePipe) {
    self.port = port
    self.listener = listener
    self.serverPort = serverPort
    self.desk = desk
    self.bell = bell
  }

  func run() {
    while obey() {
      let now = Self.now()
      var polled = [
        pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
      ]
      for index in links.indices { polled += links[index].interests(now: now) }
      poll(&polled, nfds_t(polled.count), timeout(now: now))
      if polled[0].revents != 0 { bell.silence() }
      pump(polled)
      if polled[1].revents != 0 { accept() }
    }
  }

  /// Does what was ordered; false when the proxy is closed.
  private func obey() -> Bool {
    let commands = desk.withState { desk in
      let commands = desk.commands
      desk.commands = []
      return commands
    }
    var isOpen = true
    for command in commands {
      switch command {
      case .set(let mode, let direction, let kinds): set(mode, direction, kinds)
      case .reset(let kinds): resetLinks(kinds)
      case .close:
        resetLinks(TCPProxy.Kind.allCases)
        closeListener()
        isOpen = false
      }
    }
    let open = links.count
    desk.withState { desk in
      desk.done += commands.count
      desk.counts.open = open
      desk.isClosed = !isOpen
    }
    return isOpen
  }

  private func set(_ mode: TCPProxy.Mode, _ direction: TCPProxy.Direction, _ kinds: [TCPProxy.Kind]) {
    if mode == .refuse { closeListener() } else { openListener() }
    let flow: ProxyLane.Flow
    switch mode {
    case .forward, .refuse: flow = .open
    case .stall: flow = .stalled
    case .cut:
      resetLinks(kinds)
      flow = .open
    case .delay(let time):
      let parts = time.components
      flow = .delayed(
        nanoseconds: UInt64(max(0, parts.seconds)) * 1_000_000_000 + UInt64(max(0, parts.attoseconds / 1_000_000_000)))
    case .throttle(let rate): flow = .throttled(bytesPerSecond: max(1, rate))
    case .cutAfter(let bytes): flow = .ending(afterBytes: bytes)
    case .halfClose: flow = .ended
    }
    let now = Self.now()
    for kind in kinds {
      var rule = rules[kind] ?? Rule()
      rule.cuts = mode == .cut
      if direction != .toClient { rule.toServer = flow == .ended ? .open : flow }
      if direction != .toServer { rule.toClient = flow == .ended ? .open : flow }
      rules[kind] = rule
    }
    for index in links.indices where concerns(links[index], kinds) {
      if direction != .toClient { links[index].toServer.set(flow, now: now) }
      if direction != .toServer { links[index].toClient.set(flow, now: now) }
      // No event of the sockets would bring an end on its way.
      if flow == .ended { _ = links[index].pump(client: 0, server: 0, now: now) }
    }
  }

  /// A connection that has not said yet what it is counts where all are meant.
  private func concerns(_ link: ProxyLink, _ kinds: [TCPProxy.Kind]) -> Bool {
    link.kind.map { kinds.contains($0) } ?? (kinds.count == TCPProxy.Kind.allCases.count)
  }

  private func resetLinks(_ kinds: [TCPProxy.Kind]) {
    for link in links where concerns(link, kinds) {
      LoopbackSocket.reset(link.client)
      LoopbackSocket.reset(link.server)
    }
    links.removeAll { concerns($0, kinds) }
  }

  private func closeListener() {
    if listener >= 0 { close(listener) }
    listener = -1
  }

  private func openListener() {
    // Nobody is likely to have taken the port meanwhile; if so, connections stay refused, as a test will notice.
    if listener < 0 { listener = (try? LoopbackSocket.listening(on: port)) ?? -1 }
  }

  private func accept() {
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return }
    desk.withState { $0.counts.accepted += 1 }
    let isSame = rules[.replication] == rules[.ordinary]
    let rule = isSame ? rules[.ordinary] ?? Rule() : Rule()
    guard !rule.cuts, let server = try? LoopbackSocket.connected(to: serverPort) else {
      LoopbackSocket.reset(client)
      return
    }
    LoopbackSocket.prepare(client)
    var link = ProxyLink(client: client, server: server)
    let now = Self.now()
    link.toServer.set(rule.toServer, now: now)
    link.toClient.set(rule.toClient, now: now)
    link.isRuled = isSame
    links.append(link)
  }

  private func pump(_ polled: [pollfd]) {
    let now = Self.now()
    var (toServer, toClient) = (0, 0)
    for index in links.indices {
      let moved = links[index].pump(
        client: polled[2 + index * 2].revents, server: polled[3 + index * 2].revents, now: now)
      toServer += moved.toServer
      toClient += moved.toClient
    }
    for index in links.indices where !links[index].isRuled {
      // Its startup packet has gone on by now; what comes after it follows the rule.
      guard let kind = links[index].kind, let rule = rules[kind] else { continue }
      links[index].toServer.set(rule.toServer, now: now)
      links[index].toClient.set(rule.toClient, now: now)
      links[index].isRuled = true
      links[index].isBroken = links[index].isBroken || rule.cuts
    }
    for link in links where link.isOver { link.close() }
    links.removeAll { $0.isOver }
    guard toServer + toClient > 0 else { return }
    desk.withState { desk in
      desk.counts.bytesToServer += toServer
      desk.counts.bytesToClient += toClient
    }
  }

  /// Milliseconds that `poll` may sleep: until the first delayed or throttled bytes are due.
  private func timeout(now: UInt64) -> Int32 {
    let waits = links.flatMap { [$0.toServer.waitingTime(now: now), $0.toClient.waitingTime(now: now)] }
    guard let first = waits.compactMap({ $0 }).min() else { return -1 }
    return Int32(min(first / 1_000_000 + 1, 60_000))
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
