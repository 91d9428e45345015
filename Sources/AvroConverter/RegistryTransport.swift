internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Sends requests to registries.
///
/// Source: Confluent documentation, "Schema Registry API Reference".
struct RegistryTransport: Sendable {
  /// An answer.
  struct Reply: Sendable {
    let status: Int
    let body: [UInt8]

    /// The body as what it should be.
    func decoded<Value: Decodable>(_ type: Value.Type) throws(RegistryError) -> Value {
      do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
        throw RegistryError(.unexpected, "an answer cannot be understood", status: status)
      }
    }
  }

  private static let contentType = "application/vnd.schemaregistry.v1+json"
  private static let largestAnswer = 16 << 20

  private let settings: AvroSettings
  /// The registries.
  let endpoints: [RegistryEndpoint]
  private let client: HTTPClient

  init(_ settings: AvroSettings) throws(RegistryError) {
    self.settings = settings
    endpoints = settings.urls.compactMap { RegistryEndpoint($0) }
    guard !endpoints.isEmpty, endpoints.count == settings.urls.count else {
      throw RegistryError(.unexpected, "schema.registry.url must be a list of http or https URLs")
    }
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.tlsConfiguration = try RegistryTransport.tls(settings.tls)
    configuration.httpVersion = .http1Only
    // Another registry is asked instead, and this one again later.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.timeout.connect = RegistryTransport.amount(settings.connectTimeout)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  private static func amount(_ duration: Duration) -> TimeAmount {
    let (seconds, attoseconds) = duration.components
    return .seconds(min(seconds, 1 << 31)) + .nanoseconds(attoseconds / 1_000_000_000)
  }

  private static func tls(_ tls: AvroSettings.TLS) throws(RegistryError) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if !tls.verifiesName { configuration.certificateVerification = .noHostnameVerification }
    var place = ""
    func bytes(_ pem: AvroSettings.TLS.PEM, _ what: String) throws -> [UInt8] {
      switch pem {
      case .text(let text):
        place = "the \(what) in the settings"
        return Array(text.utf8)
      case .file(let path):
        place = "the file \(path)"
        return Array(try Data(contentsOf: URL(filePath: path)))
      }
    }
    do {
      if let pem = tls.authority {
        configuration.trustRoots = .certificates(
          try NIOSSLCertificate.fromPEMBytes(try bytes(pem, "authority's certificate")))
      }
      if let pem = tls.certificate {
        configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(try bytes(pem, "client's certificate")).map
        {
          .certificate($0)
        }
      }
      if let pem = tls.key {
        let password = Array((tls.keyPassword ?? "").utf8)
        let key = try NIOSSLPrivateKey(bytes: try bytes(pem, "client's key"), format: .pem) { setter in setter(password)
        }
        configuration.privateKey = .privateKey(key)
      }
    } catch {
      throw RegistryError(.unexpected, "\(place) cannot be read as PEM, or holds something else")
    }
    return configuration
  }

  /// Ends all connections.
  func close() async { try? await client.shutdown() }

  /// Sends a request to one of the registries.
  /// - Throws: `RegistryError` when it gives no answer, or says that it cannot for now.
  func send(
    _ method: String, _ endpoint: RegistryEndpoint, _ path: String, _ body: [UInt8]?
  ) async throws(RegistryError) -> Reply {
    let reply: Reply
    do { reply = try await once(method, endpoint, path, body) } catch {
      throw RegistryError(.unreachable, "\(endpoint.url) does not answer: \(RegistryTransport.reason(error))")
    }
    guard reply.status < 500, reply.status != 429, reply.status != 408 else {
      let message = reply.error?.message.map { ": \($0)" } ?? ""
      throw RegistryError(
        .unreachable, "\(endpoint.url) cannot answer for now\(message)", status: reply.status,
        code: reply.error?.error_code)
    }
    return reply
  }

  private func once(
    _ method: String, _ endpoint: RegistryEndpoint, _ path: String, _ body: [UInt8]?
  ) async throws -> Reply {
    var request = HTTPClientRequest(url: endpoint.url + path)
    request.method = .RAW(value: method)
    request.headers.add(name: "Accept", value: RegistryTransport.contentType)
    request.headers.add(name: "User-Agent", value: "cdc-direct")
    if let authorization = authorization(endpoint) { request.headers.add(name: "Authorization", value: authorization) }
    for header in settings.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
    if let body {
      request.headers.add(name: "Content-Type", value: RegistryTransport.contentType)
      request.body = .bytes(body)
    }
    let response = try await client.execute(request, timeout: RegistryTransport.amount(settings.requestTimeout))
    let bytes = try await response.body.collect(upTo: RegistryTransport.largestAnswer)
    return Reply(status: Int(response.status.code), body: Array(buffer: bytes))
  }

  private func authorization(_ endpoint: RegistryEndpoint) -> String? {
    switch settings.credentials {
    case .bearer(let token): "Bearer \(token)"
    case .userInfo(let text): "Basic \(Data(text.utf8).base64EncodedString())"
    case .url: endpoint.userInfo.map { "Basic \(Data($0.utf8).base64EncodedString())" }
    }
  }

  /// BoringSSL's last word, without where in its source files it comes from.
  private static func words(_ text: String) -> Substring {
    let said = text.split(separator: " at /", maxSplits: 1).first ?? ""
    return said.split(separator: ":").last ?? said
  }

  /// Why there was no answer, without what a library may have put of the request into its text.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "TLS failed (\(words("\(error)")))"
    case let error as HTTPClientError: error.shortDescription
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { "\($0.error)" } ?? error.dnsAError.map { "\($0)" } ?? "no connection"
    case let error as IOError: error.description
    default: String(describing: Swift.type(of: error))
    }
  }
}

extension RegistryTransport.Reply {
  /// The body of an answer that is an error.
  struct Failure: Decodable {
    var error_code: Int?
    var message: String?
  }

  /// What the registry said of an error.
  var error: Failure? { try? JSONDecoder().decode(Failure.self, from: Data(body)) }
}
