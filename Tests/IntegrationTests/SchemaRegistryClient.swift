import FoundationEssentials

@testable import ServerKit

/// A client of a schema registry that shares nothing with the program under test: Python's, with Apache's own library for
/// Avro, by the tools of `testkit`.
struct SchemaRegistryClient: Sendable {
  /// The registry's address.
  let url: String
  /// Name and password; nil: none.
  var user: (name: String, password: String)?
  /// The file of who signed its certificate; nil without TLS.
  var authority: String?

  /// A client of the registry at `url`.
  init(url: String, user: (name: String, password: String)? = nil, authority: String? = nil) {
    self.url = url
    self.user = user
    self.authority = authority
  }

  /// The numbers of a subject's schemas, oldest first; none for no such subject.
  ///
  /// - Throws: `ServerKitError` with the client's own words.
  func versions(of subject: String) async throws -> [Int] {
    try JSONDecoder().decode([Int].self, from: Data(try await run(["versions", subject]).utf8))
  }

  /// Sets what a subject's new schema must be to those before it: `BACKWARD`, `NONE`, ….
  func setCompatibility(of subject: String, to level: String) async throws {
    _ = try await run(["level", subject, level])
  }

  /// Records in Confluent's wire format as lines of JSON: `key` and `value` are what Avro says, bytes in base64;
  /// `keySchema` and `valueSchema` are the numbers of their schemas.
  func decode(_ records: [ConsumedRecord]) async throws -> [String] {
    struct Line: Encodable {
      let topic: String
      let key: Data?
      let value: Data?

      // Null is written, too.
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Names.self)
        try container.encode(topic, forKey: .topic)
        try container.encode(key, forKey: .key)
        try container.encode(value, forKey: .value)
      }
      private enum Names: CodingKey { case topic, key, value }
    }
    let encoder = JSONEncoder()
    let lines = try records.map { record in
      let line = Line(topic: record.topic, key: record.key.map { Data($0) }, value: record.value.map { Data($0) })
      return String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
    }
    return try await run(["decode"], input: .text(lines.joined())).split(separator: "\n").map(String.init)
  }

  private func run(_ words: [String], input: ChildProcess.Input = .empty) async throws -> String {
    var options = user.map { ["--user", "\($0.name):\($0.password)"] } ?? []
    options += authority.map { ["--authority", $0] } ?? []
    return try await TestKit.run("schemas", options + [url] + words, input: input)
  }
}
