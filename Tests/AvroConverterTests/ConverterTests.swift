import Decoder
import Events
import Testing

@testable import AvroConverter

@Suite(.timeLimit(.minutes(1))) struct ConverterTests {
  private static let schema = ConnectSchema(
    .structure, name: "shop.Order",
    fields: [
      .init("id", ConnectSchema(.int32)), .init("note", ConnectSchema(.string, optional: true)),
      .init("price", ConnectSchema(.double)),
    ])
  private static let payload = Array(#"{"id":3,"note":"x","price":2.0}"#.utf8)

  /// Answers with a latest schema.
  private static func latest(_ text: String) -> RegistryStub.Answer {
    { _, _ in (200, #"{"subject":"s","id":9,"version":2,"schema":"\#(text.replacing("\"", with: "\\\""))"}"#) }
  }

  /// The order as a body written with another schema, which is the registry's latest.
  private func body(
    latest text: String, isStrict: Bool = true, _ payload: [UInt8] = ConverterTests.payload
  ) async throws -> String {
    let stub = try await RegistryStub(ConverterTests.latest(text))
    let settings = RegistryTests.settings(stub.url) {
      $0.autoRegister = false
      $0.useLatestVersion = true
      $0.latestCompatibilityStrict = isStrict
    }
    let registry = try SchemaRegistry(settings)
    var converter = AvroConverter(settings, registry: registry)
    let result: Result<String, any Error>
    do {
      let writer = try await converter.writer(for: ConverterTests.schema, topic: "t", isKey: false)
      #expect(writer.id == 9)
      result = .success(try writer.body(payload))
    } catch { result = .failure(error) }
    await registry.close()
    try await stub.stop()
    return try result.get()
  }

  @Test func `a writer is made once for schema and subject`() async throws {
    try await RegistryStub.with({ _, count in (200, #"{"id":\#(count + 1)}"#) }) { stub in
      let settings = RegistryTests.settings(stub.url)
      let registry = try SchemaRegistry(settings)
      var converter = AvroConverter(settings, registry: registry)
      let schema = ConverterTests.schema
      #expect(converter.known(schema, topic: "a", isKey: false) == nil)
      let writer = try await converter.writer(for: schema, topic: "a", isKey: false)
      #expect(converter.known(schema, topic: "a", isKey: false) === writer)
      #expect(try await converter.writer(for: schema, topic: "a", isKey: false) === writer)
      #expect(converter.known(schema, topic: "a", isKey: true) == nil)
      #expect(try await converter.writer(for: schema, topic: "b", isKey: true).id == 2)
      #expect(try await converter.writer(for: schema.with(), topic: "a", isKey: false).id == 1, "the text is the same")
      await registry.close()
      #expect(stub.requests.map(\.path) == ["a-value", "b-key"].map { "/subjects/\($0)/versions?normalize=false" })
    }
  }

  @Test func `among many schemas the oldest are forgotten`() async throws {
    try await RegistryStub.with({ _, _ in (200, #"{"id":1}"#) }) { stub in
      let settings = RegistryTests.settings(stub.url) { $0.schemaCacheSize = 2 }
      let registry = try SchemaRegistry(settings)
      var converter = AvroConverter(settings, registry: registry)
      let schemas = [ConnectSchema.Kind.int32, .int64, .string].map { ConnectSchema($0) }
      for schema in schemas { _ = try await converter.writer(for: schema, topic: "t", isKey: true) }
      #expect(schemas.map { converter.known($0, topic: "t", isKey: true) != nil } == [false, true, true])
      await registry.close()
    }
  }

  @Test func `a message begins with the schemas number`() throws {
    let settings = AvroSettings(urls: [])
    let type = try AvroSchema(ConverterTests.schema, settings).type
    let writer = try AvroWriter(
      id: 0x0102_0304, subject: "s", ConverterTests.schema, own: type, written: type, settings)
    var buffer = OutputBuffer(capacity: 0)
    buffer.append(7)
    try writer.append(ConverterTests.payload.span.bytes, to: &buffer)
    let bytes = buffer.withUnsafeBytes { Array($0) }
    #expect(bytes == [7, 0, 1, 2, 3, 4, 6, 2, 2, UInt8(ascii: "x"), 0, 0, 0, 0, 0, 0, 0, 0x40])
  }

  @Test func `subjects are named by the strategy`() throws {
    let settings = AvroSettings(urls: [])
    let record = try AvroSchema(ConverterTests.schema, settings)
    #expect(try SubjectNames.topic.subject(of: record, topic: "t", isKey: true) == "t-key")
    #expect(try SubjectNames.record.subject(of: record, topic: "t", isKey: true) == "shop.Order")
    #expect(try SubjectNames.topicRecord.subject(of: record, topic: "t", isKey: false) == "t-shop.Order")
    let text = try AvroSchema(ConnectSchema(.string), settings)
    #expect(try SubjectNames.topic.subject(of: text, topic: "t", isKey: false) == "t-value")
    #expect(throws: AvroError.self) { try SubjectNames.record.subject(of: text, topic: "t", isKey: false) }
    let package = "io.confluent.kafka.serializers.subject."
    #expect(SubjectNames(className: package + "TopicRecordNameStrategy") == .topicRecord)
    #expect(SubjectNames(className: "com.example.Own") == nil)
  }

  // MARK: The latest schema

  @Test func `the latest schema is written with`() async throws {
    let own = try AvroSchema(ConverterTests.schema, AvroSettings(urls: [])).text
    #expect(try await body(latest: own) == "0602027800000000" + "00000040")
    let wider =
      #"{"type":"record","name":"Order","fields":[{"name":"id","type":["string","int","null"]},"#
      + #"{"name":"note","type":["string","null"]},{"name":"price","type":"double"}]}"#
    #expect(try await body(latest: wider) == "0206" + "000278" + "0000000000000040")
    let longer = #"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"}]}"#
    #expect(try await body(latest: longer) == "06", "what the latest schema lacks at its end is left out")
  }

  @Test func `a latest schema that cannot read the events is refused`() async throws {
    let text = #"{"type":"record","name":"Order","fields":[{"name":"id","type":"int"},{"name":"other","type":"int"}]}"#
    let error = await #expect(throws: RegistryError.self) { try await body(latest: text) }
    #expect(error?.kind == .incompatible && error?.message.contains("/other") == true)
    await #expect(throws: AvroError.self) { try await body(latest: text, isStrict: false) }
    let narrow = text.replacing(
      #"{"name":"id","type":"int"},{"name":"other","type":"int"}"#, with: #"{"name":"id","type":"string"}"#)
    await #expect(throws: RegistryError.self) { try await body(latest: narrow) }
    await #expect(throws: AvroError.self) { try await body(latest: narrow, isStrict: false) }
    for broken in ["{", #""x""#, #"{"type":"record","name":"a"}"#] {
      await #expect(throws: AvroError.self) { try await body(latest: broken) }
    }
  }

  @Test func `compatibility follows the rules of resolution`() throws {
    let cases: [(reader: String, writer: String, isReadable: Bool)] = [
      (#""long""#, #""int""#, true), (#""int""#, #""long""#, false), (#""bytes""#, #""string""#, true),
      (#"["null","long"]"#, #""int""#, true), (#""int""#, #"["null","int"]"#, false),
      (#"["null","int"]"#, #"["int","null"]"#, true), (#"{"type":"array","items":"int"}"#, #""int""#, false),
      (#"{"type":"array","items":"double"}"#, #"{"type":"array","items":"float"}"#, true),
      (#"{"type":"map","values":"int"}"#, #"{"type":"map","values":"string"}"#, false),
      (#"{"type":"fixed","name":"f","size":2}"#, #"{"type":"fixed","name":"f","size":3}"#, false),
      (#"{"type":"enum","name":"e","symbols":["a"]}"#, #"{"type":"enum","name":"e","symbols":["a","b"]}"#, false),
      (
        #"{"type":"enum","name":"e","symbols":["a"],"default":"a"}"#, #"{"type":"enum","name":"e","symbols":["b"]}"#,
        true
      ),
      (#"{"type":"record","name":"r","fields":[]}"#, #"{"type":"record","name":"s","fields":[]}"#, false),
      (
        #"{"type":"record","name":"r","fields":[{"name":"x","type":"int","default":1}]}"#,
        #"{"type":"record","name":"n.r","fields":[]}"#, true
      ),
    ]
    for (reader, writer, isReadable) in cases {
      let obstacles = AvroResolution.obstacles(
        reader: try AvroType(parsing: reader), writer: try AvroType(parsing: writer))
      #expect(obstacles.isEmpty == isReadable, "\(reader) reads \(writer): \(obstacles)")
    }
  }

  // MARK: The check beforehand

  @Test func `the check tells what would become of each schema`() async throws {
    let own = try AvroSchema(ConverterTests.schema, AvroSettings(urls: [])).text
    let answer: RegistryStub.Answer = { request, count in
      if request.path.contains("/new-value") { return (404, #"{"error_code":40401,"message":"Subject not found"}"#) }
      if request.method == "GET" {
        return ConverterTests.latest(request.path.contains("/same") ? own : "\"int\"")(request, count)
      }
      if request.path.contains("/good") { return (200, #"{"is_compatible":true,"messages":[]}"#) }
      if request.path.contains("/bad") { return (200, #"{"is_compatible":false,"messages":["MISSING"]}"#) }
      return (422, #"{"error_code":42201,"message":"Invalid schema"}"#)
    }
    try await RegistryStub.with(answer) { stub in
      let settings = RegistryTests.settings(stub.url)
      let registry = try SchemaRegistry(settings)
      var candidates = ["new", "same", "good", "bad", "odd"].map {
        RegistryCheck.Candidate(topic: $0, isKey: false, schema: ConverterTests.schema)
      }
      candidates.append(.init(topic: "name", isKey: true, schema: ConnectSchema(.structure, name: "a-b")))
      let findings = try await RegistryCheck(settings, registry: registry).findings(candidates)
      await registry.close()
      #expect(findings.prefix(4).map(\.outcome) == [.new, .same, .compatible, .incompatible(["MISSING"])])
      #expect(findings[4].outcome == .unusable("Invalid schema"))
      #expect(findings.map(\.isUsable) == [true, true, true, false, false, false])
      #expect(findings.map(\.subject) == ["new", "same", "good", "bad", "odd"].map { $0 + "-value" } + [nil])
      #expect(stub.requests.allSatisfy { !$0.path.hasSuffix("/versions?normalize=false") }, "nothing is registered")
    }
  }
}
