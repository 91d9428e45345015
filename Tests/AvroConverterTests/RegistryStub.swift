import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A registry of the tests' own: answers as it is told and remembers what it was asked.
final class RegistryStub: Sendable {
  /// What it was asked.
  struct Request: Sendable, Equatable {
    let method: String
    let path: String
    var authorization: String?
    var contentType: String?
    var body: String
  }

  /// What it answers; nil for nothing at all.
  typealias Answer = @Sendable (Request, Int) -> (status: Int, body: String)?

  private let channel: any Channel
  private let asked: Asked
  let isTLS: Bool

  /// What was asked so far.
  var requests: [Request] { asked.list.withLock { $0 } }
  var port: Int { channel.localAddress?.port ?? 0 }
  var url: String { "\(isTLS ? "https" : "http")://127.0.0.1:\(port)" }

  /// Starts one; `answer` gets each request and how many came before it.
  init(tls: NIOSSLContext? = nil, _ answer: @escaping Answer) async throws {
    let asked = Asked()
    isTLS = tls != nil
    self.asked = asked
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(asked, answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  /// Ends it.
  func stop() async throws { try await channel.close() }

  /// Runs a body with a stub that ends after it.
  static func with(
    tls: NIOSSLContext? = nil, _ answer: @escaping Answer, _ body: (RegistryStub) async throws -> Void
  ) async throws {
    let stub = try await RegistryStub(tls: tls, answer)
    do { try await body(stub) } catch {
      try await stub.stop()
      throw error
    }
    try await stub.stop()
  }

  private final class Asked: Sendable {
    let list = Mutex<[Request]>([])
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let asked: Asked
    private let answer: Answer
    private var request = Request(method: "", path: "", body: "")

    init(_ asked: Asked, _ answer: @escaping Answer) {
      self.asked = asked
      self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        request = Request(
          method: head.method.rawValue, path: head.uri, authorization: head.headers.first(name: "authorization"),
          contentType: head.headers.first(name: "content-type"), body: "")
      case .body(let bytes): request.body += String(buffer: bytes)
      case .end:
        let count = asked.list.withLock { list in
          list.append(request)
          return list.count - 1
        }
        guard let (status, body) = answer(request, count) else { return }
        let headers: HTTPHeaders = ["content-length": "\(body.utf8.count)"]
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
