internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Asks an `OperationsServer`: one HTTP/1.1 GET over a connection of its own, bounded in time and length.
public struct OperationsClient: Sendable {
  /// What came back.
  public struct Answer: Sendable {
    /// The status code.
    public let status: Int
    /// The body.
    public let body: String
  }

  /// Why nothing came back.
  public struct Unanswered: Error, CustomStringConvertible {
    /// What happened.
    public let description: String
  }

  private static let longestAnswer = 4 << 20

  private let host: String
  private let port: Int
  private let authorization: String
  private let tls: (context: NIOSSLContext, own: NIOSSLCertificate)?

  /// A client by the server's own settings. An address to listen on everywhere is asked on loopback.
  /// - Parameters:
  ///   - tokenFile: the server's file with its token.
  ///   - certificateFile: the server's file with its certificates. The server is known by its own one, the first in
  ///     there, whatever its name and whoever signed it.
  public init(
    host: String, port: Int, tokenFile: String? = nil, certificateFile: String? = nil
  ) throws(OperationsServerError) {
    self.host = host == "0.0.0.0" || host == "*" ? "127.0.0.1" : host == "::" ? "::1" : host
    self.port = port
    if let tokenFile {
      do throws(SecretFile.Unfit) {
        authorization = "Authorization: \(try BearerToken(file: tokenFile).header)\r\n"
      } catch {
        throw .unfit("token", error.text, at: tokenFile)
      }
    } else {
      authorization = ""
    }
    guard let certificateFile else {
      tls = nil
      return
    }
    do {
      let bytes = try SecretFile.bytes(of: certificateFile, limit: 1 << 20, isSecret: false)
      guard let own = try NIOSSLCertificate.fromPEMBytes(bytes).first else {
        throw SecretFile.Unfit(text: "holds no certificate")
      }
      var configuration = TLSConfiguration.makeClientConfiguration()
      // The certificate itself is compared: its name does not matter.
      configuration.certificateVerification = .noHostnameVerification
      tls = (try NIOSSLContext(configuration: configuration), own)
    } catch {
      throw .unfit("certificate", (error as? SecretFile.Unfit)?.text ?? "is not in PEM form", at: certificateFile)
    }
  }

  /// Asks for a path, for the whole exchange at most `limit`.
  public func get(_ path: String, within limit: Duration) async throws(Unanswered) -> Answer {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let received = loop.makePromise(of: ByteBuffer.self)
    let patience = TimeAmount(limit)
    let deadline = loop.scheduleTask(in: patience) {
      received.fail(Unanswered(description: "\(host):\(port) does not answer in time"))
    }
    let name = host.contains(":") ? "[\(host)]" : host
    let request = "GET \(path) HTTP/1.1\r\nHost: \(name):\(port)\r\n\(authorization)Connection: close\r\n\r\n"
    let connecting = ClientBootstrap(group: loop).connectTimeout(patience).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
          try pipeline.addHandler(
            NIOSSLClientHandler(context: tls.context, serverHostname: nil) { shown, verdict in
              verdict.succeed(shown.first == tls.own ? .certificateVerified : .failed)
            })
        }
        try pipeline.addHandler(
          OneExchange(request, longestAnswer: OperationsClient.longestAnswer, received: received))
      }
    }.connect(host: host, port: port)
    connecting.whenFailure { received.fail($0) }
    defer {
      deadline.cancel()
      connecting.whenSuccess { $0.close(promise: nil) }
    }
    do {
      return try OperationsClient.parse(try await received.futureResult.get())
    } catch let unanswered as Unanswered {
      throw unanswered
    } catch {
      throw Unanswered(description: "\(host):\(port): \(OperationsClient.reason(error))")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return reason(first.error) }
      return error.dnsAError ?? error.dnsAAAAError == nil ? "no address" : "it has no address"
    case let error as IOError: return strerror(error.errnoCode).map { String(cString: $0) } ?? "\(error)"
    case is NIOSSLError, is BoringSSLError: return "TLS fails, or another certificate is shown: \(error)"
    default: return "\(error)"
    }
  }

  private static func parse(_ bytes: ByteBuffer) throws(Unanswered) -> Answer {
    let text = String(buffer: bytes)
    let words = text.prefix(64).split(separator: " ", maxSplits: 2)
    guard text.hasPrefix("HTTP/1."), words.count > 1, let status = Int(words[1]) else {
      throw Unanswered(description: "what answers is no HTTP server")
    }
    let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    return Answer(status: status, body: body)
  }
}

/// Sends a text and collects what comes back until the connection ends.
private final class OneExchange: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: String
  private let longestAnswer: Int
  private let received: EventLoopPromise<ByteBuffer>
  private var answer = ByteBuffer()

  init(_ request: String, longestAnswer: Int, received: EventLoopPromise<ByteBuffer>) {
    self.request = request
    self.longestAnswer = longestAnswer
    self.received = received
  }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    answer.writeBuffer(&bytes)
    guard answer.readableBytes > longestAnswer else { return }
    received.fail(OperationsClient.Unanswered(description: "the answer is too long"))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { received.succeed(answer) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A server that leaves without TLS's farewell has still answered.
    if case .uncleanShutdown? = error as? NIOSSLError { return }
    received.fail(error)
    context.close(promise: nil)
  }
}
