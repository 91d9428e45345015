import FoundationEssentials
import ServerKit
import Testing

/// A `KafkaScene` whose keys and values are Avro, with a schema registry of its own.
struct AvroScene: Sendable {
  let kafka: KafkaScene
  let registry: SchemaRegistryServer
  /// A way to the registry that can be broken.
  let network: TCPProxy

  static func make(
    _ table: String = "CREATE TABLE t (id int PRIMARY KEY, v text)", _ options: SchemaRegistryServer.Options = .init()
  ) async throws -> AvroScene {
    let registry = try await SchemaRegistryServer.start(options)
    return AvroScene(
      kafka: try await KafkaScene.make(table), registry: registry,
      network: try TCPProxy.start(toPort: registry.port))
  }

  var bed: TestBed { kafka.bed }
  var subject: String { "\(kafka.topic)-value" }
  var client: SchemaRegistryClient { SchemaRegistryClient(url: registry.url) }
  /// What the program knows the registry by.
  var url: String { registry.url.replacing(":\(registry.port)", with: ":\(network.port)") }

  /// The connector's properties of both converters.
  func properties(_ converter: [String: String] = [:], _ own: [String: String] = [:]) -> [String: String] {
    var properties = ["converter.schemas.enable": ""]
    for side in ["key", "value"] {
      properties["\(side).converter"] = "io.confluent.connect.avro.AvroConverter"
      properties["\(side).converter.schema.registry.url"] = url
      for (name, value) in converter { properties["\(side).converter.\(name)"] = value }
    }
    return properties.merging(own) { $1 }
  }

  /// The same as the environment of `run`.
  func environment(_ own: [String: String] = [:]) -> [String: String] {
    var environment = ["CONVERTER_SCHEMAS_ENABLE": ""]
    for (name, value) in properties([:], own) where !value.isEmpty {
      environment[name.uppercased().replacing(".", with: "_")] = value
    }
    return environment
  }

  /// What became of the table's records.
  func records() async throws -> [AvroLine] { try await records(of: kafka.topic) }

  func records(of topic: String) async throws -> [AvroLine] {
    let records = try await kafka.broker.client.records(topic.replacing(".", with: "\\."))
    return try await client.decode(records).map { try JSONDecoder().decode(AvroLine.self, from: Data($0.utf8)) }
  }

  func end() async throws {
    await network.close()
    try await registry.destroy()
  }
}

/// A decoded record, or a line of `stream`.
struct AvroLine: Decodable, Equatable {
  let topic: String
  let key: JSONPart
  var value: JSONPart
  var keySchema: Int?
  var valueSchema: Int?

  /// Without what tells when the event was made, and by which schemas.
  var timeless: AvroLine {
    var line = self
    line.value.remove(["ts_ms", "ts_us", "ts_ns"])
    (line.keySchema, line.valueSchema) = (nil, nil)
    return line
  }

  var story: String { "\(value["op"].text ?? "-")\(key["id"].number.map { String($0) } ?? "")" }
}

/// A JSON value, with integers that stay whole.
enum JSONPart: Decodable, Equatable, CustomStringConvertible {
  case null
  case bool(Bool)
  case integer(Int64)
  case decimal(Double)
  case string(String)
  case list([JSONPart])
  case object([String: JSONPart])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .decimal(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONPart].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONPart].self))
    }
  }

  subscript(name: String) -> JSONPart {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Int64? { if case .integer(let number) = self { number } else { nil } }

  mutating func remove(_ names: [String]) {
    guard case .object(var members) = self else { return }
    for name in names { members[name] = nil }
    self = .object(members)
  }

  var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .decimal(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .list(let parts): "[\(parts.map(\.description).joined(separator: ","))]"
    case .object(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
    }
  }
}
