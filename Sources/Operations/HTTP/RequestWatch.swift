internal import NIOCore
internal import NIOHTTPTypes

/// Tells `OpenConnections` where a connection's requests are, and ends it when a body is longer than anybody needs.
final class RequestWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let connections: OpenConnections
  private let longestBody: Int
  private var unanswered = 0
  private var isComing = false
  private var bodyBytes = 0

  init(_ connections: OpenConnections, longestBody: Int) {
    self.connections = connections
    self.longestBody = longestBody
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      (isComing, bodyBytes) = (true, 0)
      unanswered += 1
      if unanswered == 1 { connections.asked(context.channel) }
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      guard bodyBytes <= longestBody else { return connections.cut(context.channel) }
    case .end:
      isComing = false
      if unanswered == 0 { connections.answered(context.channel, isBusy: false) }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
    let written = promise ?? context.eventLoop.makePromise(of: Void.self)
    let (handler, channel) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.channel)
    written.futureResult.whenSuccess {
      let watch = handler.value
      watch.unanswered = max(0, watch.unanswered - 1)
      watch.connections.answered(channel, isBusy: watch.unanswered > 0 || watch.isComing)
    }
    context.write(data, promise: written)
  }
}
