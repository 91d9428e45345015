internal import NIOCore
internal import Synchronization

/// The connections that are open, so that none of them can keep others out.
///
/// Whoever keeps us waiting too long, for a request or for an answer to be taken, is cut off; and when there are too many,
/// whoever has kept us waiting longest makes room. So a probe is answered also while somebody holds every connection that
/// he can get.
final class OpenConnections: Sendable {
  /// How much is borne.
  struct Limits: Sendable {
    /// Connections at once.
    var connections = 64
    /// From a connection's beginning to the end of its first request's head.
    var firstRequest: Duration = .seconds(10)
    /// From an answer to the end of the next request's head.
    var nextRequest: Duration = .seconds(30)
    /// From there until the request has come as a whole and its answer is written.
    var answer: Duration = .seconds(10)
  }

  /// Goes down a channel to its `CutOff`.
  struct Cut: Sendable {}

  private struct Connection {
    let channel: any Channel
    var since: ContinuousClock.Instant
    var limit: Duration
    var isBusy = false
  }

  private let limits: Limits
  private let all = Mutex<[ObjectIdentifier: Connection]>([:])

  init(_ limits: Limits) { self.limits = limits }

  /// A connection is there; if that is one too many, another ends.
  func opened(_ channel: any Channel) {
    let surplus: (any Channel)? = all.withLock { connections in
      let idlest = connections.min {
        ($0.value.isBusy ? 1 : 0, $0.value.since) < ($1.value.isBusy ? 1 : 0, $1.value.since)
      }
      connections[ObjectIdentifier(channel)] = Connection(channel: channel, since: .now, limit: limits.firstRequest)
      guard connections.count > limits.connections, let idlest else { return nil }
      connections[idlest.key] = nil
      return idlest.value.channel
    }
    cut(surplus)
    channel.closeFuture.whenComplete { [self] _ in all.withLock { $0[ObjectIdentifier(channel)] = nil } }
  }

  /// The head of a request came.
  func asked(_ channel: any Channel) { move(channel, isBusy: true, limits.answer) }

  /// An answer is written; `isBusy` when there is more to answer, or the request is still coming.
  func answered(_ channel: any Channel, isBusy: Bool) {
    move(channel, isBusy: isBusy, isBusy ? limits.answer : limits.nextRequest)
  }

  private func move(_ channel: any Channel, isBusy: Bool, _ limit: Duration) {
    all.withLock { connections in
      guard var connection = connections.removeValue(forKey: ObjectIdentifier(channel)) else { return }
      (connection.since, connection.limit, connection.isBusy) = (.now, limit, isBusy)
      connections[ObjectIdentifier(channel)] = connection
    }
  }

  /// Ends the connections whose time is over.
  func cutOverdue() {
    let now = ContinuousClock.now
    let overdue = all.withLock { connections in
      let overdue = connections.filter { $0.value.since + $0.value.limit <= now }
      for key in overdue.keys { connections[key] = nil }
      return overdue
    }
    for connection in overdue.values { cut(connection.channel) }
  }

  /// Ends a connection at once.
  func cut(_ channel: (any Channel)?) { channel?.triggerUserOutboundEvent(Cut(), promise: nil) }
}

/// Stands next to the socket, where a connection ends at once: further in, TLS would first wait for the other's farewell.
final class CutOff: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is OpenConnections.Cut else { return context.triggerUserOutboundEvent(event, promise: promise) }
    context.close(promise: promise)
  }
}
