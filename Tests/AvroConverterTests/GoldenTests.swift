import Decoder
import Events
import FoundationEssentials
import Testing

@testable import AvroConverter

/// The converter against what `io.confluent.connect.avro.AvroConverter` made of the same events.
///
/// `AVRO_GOLDENS` names another recording than the one beside the tests; `AVRO_OUTPUT` a file to write ours to, for an
/// independent reader.
@Suite struct GoldenTests {
  static func recorded() throws -> [Golden] {
    if let path = ProcessInfo.processInfo.environment["AVRO_GOLDENS"] { return try Golden.lines(path) }
    let directory = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
    return try Golden.lines(directory + "/Goldens/events.jsonl")
  }

  @Test func `schemas and bodies are those of the real converter`() throws {
    var output: [String] = []
    for golden in try GoldenTests.recorded() {
      let name = golden.schema.name ?? golden.schema.kind.rawValue
      guard let expected = golden.avro else {
        for event in golden.events { expectRefusal(golden, event, name) }
        continue
      }
      let avro = try AvroSchema(golden.schema, golden.settings)
      #expect(avro.text == expected, "the schema of \(name)")
      #expect(try AvroType(parsing: expected) == avro.type, "the parsed schema of \(name)")
      for event in golden.events {
        guard let body = event.body else {
          expectRefusal(golden, event, name)
          continue
        }
        let writer = try writer(golden, avro)
        let payload = String(decoding: event.payload, as: UTF8.self)
        let ours = try writer.body(event.payload)
        #expect(ours == body, "the body of \(payload.prefix(1000)) in \(name)")
        output.append("{\"avro\":\(avro.text),\"payload\":\(payload),\"body\":\"\(ours)\"}")
      }
    }
    if let path = ProcessInfo.processInfo.environment["AVRO_OUTPUT"] {
      try output.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  private func writer(_ golden: Golden, _ avro: AvroSchema) throws -> AvroWriter {
    try AvroWriter(id: 7, subject: "t-value", golden.schema, own: avro.type, written: avro.type, golden.settings)
  }

  private func expectRefusal(_ golden: Golden, _ event: Golden.Event, _ name: String) {
    #expect(throws: AvroError.self, "the real converter refuses \(name)") {
      let avro = try AvroSchema(golden.schema, golden.settings)
      _ = try writer(golden, avro).body(event.payload)
    }
  }
}
