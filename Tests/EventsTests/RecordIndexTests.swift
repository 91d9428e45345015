import Decoder
import Testing
import WAL

@testable import Events
@testable import Pipeline

/// Where records stand in a batch's bytes: exactly where the parts of their lines are.
@Suite struct RecordIndexTests {
  private typealias Sample = EnvelopeSample

  /// A way to write events.
  struct Form: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout EventSettings) -> Void
  }

  private static let forms: [Form] = [
    Form(testDescription: "without schemas") { _ in },
    Form(testDescription: "with schemas") { ($0.keySchemas, $0.valueSchemas, $0.headerSchemas) = (true, true, true) },
    Form(testDescription: "keys with schemas") { $0.keySchemas = true },
    Form(testDescription: "values with schemas") { $0.valueSchemas = true },
    Form(testDescription: "context headers") { $0.contextHeaders = true },
    Form(testDescription: "context headers with schemas") { ($0.contextHeaders, $0.headerSchemas) = (true, true) },
    Form(testDescription: "no tombstones") { $0.tombstones = false },
    Form(testDescription: "unwrapped") {
      $0.transformProperties = [
        "transforms": "u", "transforms.u.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.u.delete.tombstone.handling.mode": "rewrite", "transforms.u.add.headers": "op,source.table",
      ]
    },
    Form(testDescription: "unwrapped with schemas") {
      ($0.keySchemas, $0.valueSchemas, $0.headerSchemas, $0.contextHeaders) = (true, true, true, true)
      $0.transformProperties = [
        "transforms": "u", "transforms.u.type": "io.debezium.transforms.ExtractNewRecordState",
      ]
    },
    Form(testDescription: "routed") {
      $0.transformProperties = [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.r.regex": "(.*)", "transforms.r.replacement": "a \\\"quoted\\\" $1",
      ]
    },
    Form(testDescription: "without keys") {
      $0.transformProperties = [
        "transforms": "d", "transforms.d.type": "org.apache.kafka.connect.transforms.Filter",
        "transforms.d.predicate": "t", "predicates": "t",
        "predicates.t.type": "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
      ]
    },
    Form(testDescription: "topics with quotes") { $0.topicPrefix = "s\"r\\v" },
  ]

  /// One event of each kind.
  private func encode(_ encoder: inout EventEncoder) {
    let (people, keyless) = (Sample.people(), Sample.people(.nothing))
    encoder.relation(people, Sample.facts)
    encoder.begin(Sample.begin(800), at: LSN(700))
    encoder.change(.insert, people, at: 750, new: Sample.row(1, "quo\"te, \\ {brace} \u{1F600}"))
    encoder.change(.update, people, at: 751, new: Sample.row(1, ""))
    encoder.change(.update, people, at: 752, old: Sample.key(1), .identity, new: Sample.row(2))
    encoder.change(.delete, people, at: 753, old: Sample.key(2), .identity)
    encoder.message(
      LogicalMessage(isTransactional: true, lsn: LSN(754), prefix: "a\"b", content: [0, 255]), at: LSN(754))
    encoder.end(Sample.end(800))
    encoder.heartbeat()
    encoder.message(LogicalMessage(isTransactional: false, lsn: LSN(810), prefix: "", content: []), at: LSN(810))
    encoder.relation(keyless, Sample.facts)
    encoder.begin(Sample.begin(900, transaction: 732), at: LSN(850))
    encoder.change(.insert, keyless, at: 860, new: Sample.row(3))
    encoder.end(Sample.end(900))
  }

  private func settings(_ form: Form) -> EventSettings {
    Sample.settings {
      form.change(&$0)
      $0.indexesRecords = true
      $0.transactionMetadata = true
    }
  }

  @Test(arguments: forms)
  func `key, value and headers are the texts of the line`(_ form: Form) throws {
    let settings = settings(form)
    var encoder = try EventEncoder(settings, run: RunIdentity(), state: EncoderState())
    // The second batch has shapes that the first one had, too.
    for _ in 0..<2 {
      encode(&encoder)
      try expectSame(encoder.exchange(for: EncodedBatch()), settings)
    }
  }

  @Test func `a batch of CloudEvents is indexed, too`() throws {
    var (form, settings) = try CloudEventsTests.settings("json.schemas.enable=false")
    settings.valueForm = .cloudEvents(form)
    (settings.indexesRecords, settings.transactionMetadata) = (true, true)
    var encoder = try EventEncoder(settings, run: RunIdentity(), state: EncoderState())
    encode(&encoder)
    try expectSame(encoder.exchange(for: EncodedBatch()), settings)
  }

  @Test func `rows of a snapshot, of a window and notifications are indexed, too`() throws {
    let settings = settings(Form(testDescription: "") { $0.notificationTopic = "notes" })
    var encoder = try EventEncoder(settings, run: RunIdentity(), state: EncoderState())
    let plan = Sample.people()
    encoder.beginSnapshot(Sample.begin(500, transaction: 600), restarts: false)
    encoder.relation(plan, Sample.facts)
    encoder.change(.snapshot, plan, at: 500, new: Sample.row(1), marker: .first)
    encoder.change(.snapshot, plan, at: 500, new: Sample.row(2), marker: .last)
    encoder.endSnapshot()
    encoder.notify(
      SnapshotNotification(
        id: "i\"d", aggregate: .incremental, kind: .started, details: [.init("a", "\\"), .init("b", "c")],
        time: PostgresTime(microseconds: 0)))
    var rows = RowBatch()
    for id in 3...4 { rows.append(Array("\(id)\tread\t\\N\tt\n".utf8).span.bytes) }
    encoder.relation(plan, Sample.facts)
    encoder.fillWindow(plan, Sample.facts, rows)
    encoder.openWindow()
    encoder.emitWindow()
    let batch = encoder.exchange(for: EncodedBatch())
    #expect(batch.records.count == 5)
    try expectSame(batch, settings)
  }

  @Test func `places tell records of one change apart, and are the same when it is read again`() throws {
    let settings = settings(Form(testDescription: "") { _ in })
    func places(_ isSplit: Bool) throws -> [RecordPlace] {
      var encoder = try EventEncoder(settings, run: RunIdentity(), state: EncoderState())
      let plan = Sample.people()
      encoder.relation(plan, Sample.facts)
      encoder.begin(Sample.begin(800), at: LSN(700))
      encoder.change(.update, plan, at: 752, old: Sample.key(1), .identity, new: Sample.row(2))
      var places = isSplit ? encoder.exchange(for: EncodedBatch()).records.map(\.place) : []
      encoder.end(Sample.end(800))
      places += encoder.exchange(for: EncodedBatch()).records.map(\.place)
      return places
    }
    let whole = try places(false)
    #expect(whole.count == 5 && Set(whole).count == 5, "begin, delete, tombstone, create, end")
    #expect(whole[1...3].map(\.part) == [0, 1, 2])
    #expect(try places(true) == whole)
  }

  @Test func `without anyone who asks there is no index`() throws {
    var encoder = try EventEncoder(Sample.settings(), run: RunIdentity(), state: EncoderState())
    encode(&encoder)
    let batch = encoder.exchange(for: EncodedBatch())
    #expect(batch.records.isEmpty && batch.shapes.isEmpty && batch.changes > 0)
  }

  private func expectSame(
    _ batch: borrowing EncodedBatch, _ settings: EventSettings, at location: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = batch.bytes.withUnsafeBytes { Array($0) }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    #expect(batch.records.count == lines.count && batch.changes == lines.count, sourceLocation: location)
    for (record, line) in zip(batch.records, lines) {
      var reader = PayloadReader(bytes: line)
      let all = reader.members()
      let members = try #require(all, sourceLocation: location)
      let parts = members.map { String(decoding: line[$0.value], as: UTF8.self) }
      func text(_ range: Range<Int>?) -> String { range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "null" }
      let shape = try #require(batch.shapes[record.shape] as? EventShape, sourceLocation: location)
      let found = [
        text(nil), record.partition.map(String.init) ?? "null", text(record.key), text(record.value),
        text(record.headers),
      ]
      #expect(Array(found[1...]) == Array(parts[1...]), sourceLocation: location)
      #expect(JSONString.decode(line[members[0].value]) == shape.topic, sourceLocation: location)
      for (text, schema, isThere) in [
        (found[2], shape.keySchema, settings.keySchemas), (found[3], shape.valueSchema, settings.valueSchemas),
      ] where isThere && text != "null" {
        let begin = "{\"schema\":" + (schema.map { String(decoding: $0.text, as: UTF8.self) } ?? "null")
        #expect(text.hasPrefix(begin + ",\"payload\":"), "\(text)", sourceLocation: location)
      }
    }
  }
}
