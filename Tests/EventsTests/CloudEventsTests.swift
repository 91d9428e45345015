import Decoder
import Testing

@testable import Events

/// Values as CloudEvents, against what Debezium's converter made of the same records.
@Suite struct CloudEventsTests {
  /// The settings of a converter whose properties stand between blanks.
  static func settings(_ text: String) throws -> (form: CloudEventsSettings, others: EventSettings) {
    var properties: [String: String] = [:]
    for property in text.split(separator: " ") {
      let halves = property.split(separator: "=", maxSplits: 1)
      properties["value.converter.\(halves[0])"] = String(halves[1])
    }
    var settings = EventSettings(topicPrefix: "srv", database: "shop")
    settings.valueSchemas = properties["value.converter.json.schemas.enable"] != "false"
    settings.values.replacesNullWithDefault = properties["value.converter.json.replace.null.with.default"] != "false"
    return (try CloudEventsSettings(properties: properties), settings)
  }

  /// A record's value under such settings, `null` for none.
  private func value(_ record: EventRecord, _ properties: String) throws -> String {
    let (form, others) = try Self.settings(properties)
    var cloudEvents = try CloudEvents(form, others)
    var text = OutputBuffer(capacity: 1024)
    guard try cloudEvents.append(record, to: &text) else {
      #expect(text.count == 0, "something was written for a record without a value")
      return "null"
    }
    let first = text.array
    text.clear()
    #expect(try cloudEvents.append(record, to: &text) && text.array == first, "the second time differs from the first")
    return String(decoding: first, as: UTF8.self)
  }

  @Test(arguments: CloudEventsRecording.cases.indices)
  func `a value is byte for byte the converter's`(number: Int) throws {
    let (properties, name, recorded) = CloudEventsRecording.cases[number]
    let record = try #require(CloudEventsRecording.records[name].flatMap(RecordedLine.record))
    if recorded.hasPrefix("error ") {
      #expect(throws: CloudEventsError.self, "'\(name)' with '\(properties)'") { try value(record, properties) }
    } else {
      #expect(try value(record, properties) == recorded, "'\(name)' with '\(properties)'")
    }
  }

  @Test(arguments: [
    ("value.converter.serializer.type", "avro", "avro are not supported"),
    ("converter.data.serializer.type", "avro", "avro are not supported"),
    ("value.converter.avro.schema.registry.url", "x", "unknown option 'avro.schema.registry.url'"),
    ("value.converter.json.schema.content", "x", "unknown option 'json.schema.content'"),
    ("value.converter.metadata.source", "value", "id:generate"),
    ("value.converter.metadata.source", "", "not with ''"),
    ("value.converter.metadata.source", "header,subject:header", "'subject'"),
  ])
  func `what cannot be honoured is refused by name`(property: String, text: String, part: String) {
    let error = #expect(throws: CloudEventsError.self) { try CloudEventsSettings(properties: [property: text]) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "nothing") lacks \(part)")
  }

  @Test func `properties of a converter of all hold where the value's has none`() throws {
    let settings = try CloudEventsSettings(properties: [
      "converter.extension.attributes.enable": "false", "converter.opentelemetry.tracing.attributes.enable": "true",
      "value.converter.opentelemetry.tracing.attributes.enable": "FALSE", "converter.schemas.enable": "false",
      "value.converter": CloudEventsSettings.className, "value.converter.json.decimal.format": "numeric",
    ])
    #expect(!settings.extensionAttributes && !settings.tracingAttributes && !settings.readsHeaders)
  }
}
