internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOSSL

/// A connection of HTTP/1.1 that is bounded in time, behind TLS where that is set.
struct WatchedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  private let inner: HTTP1Channel
  private let connections: OpenConnections
  private let access: HTTPAccess

  init(
    _ responder: @escaping HTTPChannelHandler.Responder, _ connections: OpenConnections, _ access: HTTPAccess,
    longestBody: Int
  ) {
    self.connections = connections
    self.access = access
    inner = HTTP1Channel(
      responder: responder,
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [RequestWatch(connections, longestBody: longestBody)],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64)))
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(CutOff())
      // The context of this moment: a renewed certificate holds for the connections that come after it.
      if let context = access.context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
    }.flatMap {
      connections.opened(channel)
      return inner.setup(channel: channel, logger: logger)
    }
  }

  func handle(value: Value, logger: Logger) async { await inner.handle(value: value, logger: logger) }
}
