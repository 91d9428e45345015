internal import Decoder

/// A client of Confluent's schema registry.
///
/// Source: Confluent documentation, "Schema Registry API Reference".
public actor SchemaRegistry {
  /// What an answer says of a schema's compatibility.
  public enum Compatibility: Sendable, Equatable {
    /// The subject has no schema yet.
    case new
    /// The schema is the latest one.
    case same
    /// The schema can follow the latest one.
    case compatible
    /// The schema cannot; why, in the registry's words.
    case incompatible([String])
  }

  /// A schema as the registry holds it.
  struct Registered: Sendable {
    let id: Int32
    let version: Int?
    let text: String
  }

  private struct Place: Hashable {
    let subject: String
    let text: String
  }

  private let settings: AvroSettings
  private let transport: RegistryTransport
  /// The registry to ask first: the one that answered last.
  private var first = 0
  private var known: BoundedCache<Place, Int32>
  private var latest: BoundedCache<String, Registered>
  private var isClosed = false

  /// A client; it connects when it is asked first. `close` must be called before it goes.
  /// - Throws: `RegistryError` for URLs or TLS files that cannot be used.
  public init(_ settings: AvroSettings) throws(RegistryError) {
    self.settings = settings
    transport = try RegistryTransport(settings)
    known = BoundedCache(capacity: settings.registryCacheSize)
    latest = BoundedCache(capacity: settings.registryCacheSize)
  }

  /// Ends all connections; the client cannot be used afterwards.
  public func close() async {
    guard !isClosed else { return }
    isClosed = true
    await transport.close()
  }

  /// The number of a schema under a subject: it is registered, or looked up where `autoRegister` is off.
  public func id(of schema: AvroSchema, subject: String) async throws(RegistryError) -> Int32 {
    let place = Place(subject: subject, text: schema.text)
    if let id = known[place] { return id }
    let versions = settings.autoRegister ? "/versions" : ""
    let query = "?normalize=\(settings.normalize)" + (settings.autoRegister ? "" : "&deleted=false")
    let path = "/subjects/\(RegistryEndpoint.encoded(subject))\(versions)\(query)"
    let reply = try await send("POST", path, subject, body: SchemaRegistry.body(schema.text))
    struct Answer: Decodable { let id: Int32 }
    let id = try reply.decoded(Answer.self).id
    known.insert(id, for: place)
    return id
  }

  /// The latest schema of a subject; asked for once.
  func latest(_ subject: String) async throws(RegistryError) -> Registered {
    if let schema = latest[subject] { return schema }
    let schema = try await currentLatest(subject)
    latest.insert(schema, for: subject)
    return schema
  }

  private func currentLatest(_ subject: String) async throws(RegistryError) -> Registered {
    let path = "/subjects/\(RegistryEndpoint.encoded(subject))/versions/latest"
    let reply = try await send("GET", path, subject)
    struct Answer: Decodable {
      let id: Int32
      let version: Int
      let schema: String
      let schemaType: String?
    }
    let answer = try reply.decoded(Answer.self)
    guard answer.schemaType ?? "AVRO" == "AVRO" else {
      throw RegistryError(.unexpected, "the latest schema is one of \(answer.schemaType ?? "")", subject: subject)
    }
    return Registered(id: answer.id, version: answer.version, text: answer.schema)
  }

  /// Whether a schema may follow the latest one of a subject; nothing is registered.
  public func compatibility(of schema: AvroSchema, subject: String) async throws(RegistryError) -> Compatibility {
    do {
      let latest = try await currentLatest(subject)
      if latest.text == schema.text || (try? AvroType(parsing: latest.text)) == schema.type { return .same }
    } catch {
      if error.kind == .notFound { return .new }
      throw error
    }
    var path = "/compatibility/subjects/\(RegistryEndpoint.encoded(subject))/versions/latest?verbose=true"
    if settings.normalize { path += "&normalize=true" }
    let reply = try await send("POST", path, subject, body: SchemaRegistry.body(schema.text))
    struct Answer: Decodable {
      let is_compatible: Bool
      let messages: [String]?
    }
    let answer = try reply.decoded(Answer.self)
    return answer.is_compatible ? .compatible : .incompatible(answer.messages ?? [])
  }

  /// Asks for something harmless, to see whether a registry answers and lets the program in.
  public func probe() async throws(RegistryError) {
    _ = try await send("GET", "/subjects", nil)
  }

  private static func body(_ text: String) -> [UInt8] {
    var body = OutputBuffer(capacity: text.utf8.count * 2)
    body.append(literal: "{\"schema\":")
    body.appendJSONString(text)
    body.append(UInt8(ascii: "}"))
    return body.withUnsafeBytes { Array($0) }
  }

  private func send(
    _ method: String, _ path: String, _ subject: String?, body: [UInt8]? = nil
  ) async throws(RegistryError) -> RegistryTransport.Reply {
    guard !isClosed else { throw RegistryError(.unexpected, "the client is closed", subject: subject) }
    let reply: RegistryTransport.Reply
    do { reply = try await anyReply(method, path, body) } catch {
      throw RegistryError(error.kind, error.message, status: error.status, code: error.code, subject: subject)
    }
    guard reply.status != 200 else { return reply }
    let failure = reply.error
    let kind: RegistryError.Kind =
      switch reply.status {
      case 401, 403: .unauthorized
      case 404: .notFound
      case 409: .incompatible
      case 400, 422: .invalid
      default: .unexpected
      }
    throw RegistryError(
      kind, failure?.message ?? "an answer without a message", status: reply.status, code: failure?.error_code,
      subject: subject)
  }

  /// The answer of the first registry that gives one; all are asked again where it may help.
  private func anyReply(
    _ method: String, _ path: String, _ body: [UInt8]?
  ) async throws(RegistryError) -> RegistryTransport.Reply {
    var wait = settings.retryBackoff
    var round = 0
    while true {
      var failure = RegistryError(.unreachable, "no registry answers")
      for _ in transport.endpoints {
        let index = first
        do { return try await transport.send(method, transport.endpoints[index], path, body) } catch { failure = error }
        // Another request may have gone on already.
        if first == index { first = (index + 1) % transport.endpoints.count }
      }
      guard !Task.isCancelled, round < settings.retries else { throw failure }
      round += 1
      do { try await Task.sleep(for: wait * Double.random(in: 0.5...1)) } catch { throw failure }
      wait = min(wait * 2, .seconds(10))
    }
  }
}
