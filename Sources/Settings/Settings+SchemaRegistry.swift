extension Settings.Events {
  /// How a schema registry is reached.
  public struct SchemaRegistry: Sendable, Hashable {
    /// Who asks.
    public enum Credentials: Sendable, Hashable {
      /// `user:password`, for HTTP's basic authentication.
      case basic(Settings.Secret)
      /// A bearer token.
      case bearer(Settings.Secret)
    }

    /// Its URLs, without user and password; another is tried when one does not answer.
    public let urls: [String]
    /// Who asks; nil for nobody.
    public let credentials: Credentials?
    /// Longest wait for a connection; zero for no limit.
    public let connectTimeout: Duration
    /// Longest wait for an answer; zero for no limit.
    public let readTimeout: Duration
    /// TLS, for URLs that have it.
    public let tls: TLS

    init(_ values: Values, _ name: String) {
      let given = values.list("\(name).schema.registry.url").map(Self.parts)
      urls = given.map(\.url)
      credentials = Self.credentials(values, name) ?? given.lazy.compactMap(\.user).first.map { .basic($0) }
      connectTimeout = values.milliseconds("\(name).http.connect.timeout.ms")
      readTimeout = values.milliseconds("\(name).http.read.timeout.ms")
      tls = TLS(values, "\(name).schema.registry.ssl")
    }

    /// Which credentials are meant: those of the source that is named, or of the only kind that is given.
    private static func credentials(_ values: Values, _ name: String) -> Credentials? {
      let source = Values.trimmed(values.text("\(name).basic.auth.credentials.source")).uppercased()
      let user =
        values.secret("\(name).basic.auth.user.info") ?? values.secret("\(name).schema.registry.basic.auth.user.info")
      switch source {
      case "URL": return nil
      case "USER_INFO": return user.map { .basic($0) }
      default:
        return values.secret("\(name).bearer.auth.token").map { .bearer($0) } ?? user.map { .basic($0) }
      }
    }

    /// A URL without user and password, and these, decoded.
    private static func parts(_ url: String) -> (url: String, user: Settings.Secret?) {
      guard let scheme = url.firstRange(of: "://") else { return (url, nil) }
      let rest = url[scheme.upperBound...]
      let authority = rest.prefix { $0 != "/" && $0 != "?" }
      guard let at = authority.lastIndex(of: "@") else { return (url, nil) }
      let user = Settings.Secret(text: percentDecoded(rest[..<at]))
      return (url[..<scheme.upperBound] + String(rest[rest.index(after: at)...]), user)
    }

    private static func percentDecoded(_ text: Substring) -> String {
      var bytes: [UInt8] = []
      var rest = Array(text.utf8)[...]
      while let byte = rest.popFirst() {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(\.isHexDigit),
          let code = UInt8(digits, radix: 16)
        {
          bytes.append(code)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Certificates and keys in PEM form.
  public struct TLS: Sendable, Hashable {
    /// Where root certificates are.
    public enum Trust: Sendable, Hashable {
      /// In a file.
      case file(String)
      /// Here.
      case text(String)
    }
    /// Where the client's certificate and key are.
    public enum Identity: Sendable, Hashable {
      /// Both in one file.
      case file(String)
      /// Here.
      case text(certificates: String, key: Settings.Secret)
    }

    /// Root certificates that the server's must come from; nil for the system's.
    public let trust: Trust?
    /// The client's certificate and key; nil for none.
    public let identity: Identity?
    /// Password of the key; nil for none.
    public let keyPassword: Settings.Secret?
    /// Whether the certificate must name the server's host.
    public let checksHost: Bool

    init(_ values: Values, _ name: String) {
      let roots = values.optionalText("\(name).truststore.certificates").map { Trust.text($0) }
      trust = values.optionalText("\(name).truststore.location").map { .file(Values.trimmed($0)) } ?? roots
      var identity = values.optionalText("\(name).keystore.location").map { Identity.file(Values.trimmed($0)) }
      if identity == nil, let certificates = values.optionalText("\(name).keystore.certificate.chain"),
        let key = values.secret("\(name).keystore.key")
      {
        identity = .text(certificates: certificates, key: key)
      }
      self.identity = identity
      keyPassword = values.secret("\(name).key.password")
      checksHost = Values.trimmed(values.text("\(name).endpoint.identification.algorithm")).lowercased() != "none"
    }
  }
}
