internal import Logging
internal import NIOSSL

/// Who may see what the HTTP server shows, and the certificate by which it is known. Made of files, which are read again
/// when they change.
public struct HTTPAccess: Sendable {
  private let token: ReadAgain<BearerToken>?
  private let tls: ReadAgain<NIOSSLContext>?

  /// Everybody, without TLS.
  public static let open = HTTPAccess()

  private init() { (token, tls) = (nil, nil) }

  /// Reads the files.
  /// - Parameters:
  ///   - tokenFile: a file with the token that clients have to show; nil for none.
  ///   - tls: PEM files with the server's certificates, its own first, and with its key; nil for plain HTTP.
  /// - Throws: `OperationsServerError` naming the file that cannot be used.
  public init(tokenFile: String?, tls: (certificateFile: String, keyFile: String)?) throws(OperationsServerError) {
    token = try tokenFile.map { path throws(OperationsServerError) in
      try ReadAgain([path]) { () throws(OperationsServerError) in
        do throws(SecretFile.Unfit) { return try BearerToken(file: path) } catch {
          throw .unfit("token", error.text, at: path)
        }
      }
    }
    self.tls = try tls.map { files throws(OperationsServerError) in
      try ReadAgain([files.certificateFile, files.keyFile]) { () throws(OperationsServerError) in
        try HTTPAccess.context(files.certificateFile, files.keyFile)
      }
    }
  }

  private static func context(
    _ certificateFile: String, _ keyFile: String
  ) throws(OperationsServerError) -> NIOSSLContext {
    var (what, path) = ("certificate", certificateFile)
    do {
      let certificates = try NIOSSLCertificate.fromPEMBytes(
        try SecretFile.bytes(of: certificateFile, limit: 1 << 20, isSecret: false))
      guard !certificates.isEmpty else { throw SecretFile.Unfit(text: "holds no certificate") }
      (what, path) = ("key", keyFile)
      let key = try NIOSSLPrivateKey(bytes: try SecretFile.bytes(of: keyFile, limit: 1 << 20), format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    } catch let unfit as SecretFile.Unfit {
      throw .unfit(what, unfit.text, at: path)
    } catch {
      // What the library says may quote the file.
      throw .unfit(
        what, what == "key" ? "is not the key of the certificate, in PEM form" : "is not in PEM form", at: path)
    }
  }

  /// Whether a token has to be shown.
  var needsToken: Bool { token != nil }

  /// What TLS begins with now; nil for plain HTTP.
  var context: NIOSSLContext? { tls?.value }

  /// Whether the value of a request's header `Authorization` opens everything.
  func admits(_ authorization: String?) -> Bool {
    guard let token else { return true }
    return authorization.map { token.value.isShown(by: $0) } ?? false
  }

  /// Reads again what changed. A file that cannot be used any more changes nothing, and is a line in the log.
  func refresh(_ logger: Logger) {
    for (name, file) in [("token", token?.refresh), ("certificate", tls?.refresh)] {
      guard let file else { continue }
      do {
        if try file() { logger.notice("the HTTP server's \(name) was read again") }
      } catch {
        logger.warning("the HTTP server's \(name) stays as it was: \(error)")
      }
    }
  }
}
