import Decoder
import Pipeline
import Testing
import WAL

@testable import Events

/// Events beside those of rows, and what goes on from one to the next.
@Suite struct EnvelopeStreamTests {
  private typealias Sample = EnvelopeSample

  private func message(_ text: String, transactional: Bool, prefix: String = "audit") -> LogicalMessage {
    LogicalMessage(isTransactional: transactional, lsn: LSN(740), prefix: prefix, content: Array(text.utf8))
  }

  @Test func `a message is an event of the message topic, keyed by its prefix`() throws {
    let lines = try Sample.transaction(state: EncoderState(lastCommit: LSN(9))) { encoder, _ in
      encoder.message(message("hello", transactional: true), at: LSN(741))
    }.lines
    let line = try #require(lines.first)
    #expect(line.topic == "srv.message" && line.key == .object(["prefix": "audit"]))
    #expect(line.value.op == "m" && line.value.transaction == nil)
    #expect(line.value.message == .object(["prefix": "audit", "content": "aGVsbG8="]))
    #expect(line.value.source.lsn == 741 && line.value.source.txId == 731 && line.value.source.table == "")
    #expect(line.value.source.sequence == "[\"9\",\"741\"]")
  }

  @Test func `a message outside of transactions stands for itself, and what follows knows it`() throws {
    let lines = try Sample.output { encoder in
      let plan = Sample.people()
      encoder.relation(plan, Sample.facts)
      encoder.message(message("", transactional: false), at: LSN(600))
      encoder.begin(Sample.begin(800), at: LSN(700))
      encoder.change(.insert, plan, new: Sample.row(1))
    }.lines
    #expect(lines.map(\.value.op) == ["m", "c"])
    #expect(lines[0].value.source.txId == nil && lines[0].value.message.content == "")
    #expect(lines[1].value.source.sequence == "[\"600\",\"750\"]")
  }

  @Test func `only messages of wanted prefixes are events`() throws {
    let settings = Sample.settings { $0.includesMessage = { $0.hasPrefix("a") } }
    let lines = try Sample.transaction(settings) { encoder, _ in
      encoder.message(message("1", transactional: true, prefix: "other"), at: LSN(741))
      encoder.message(message("2", transactional: true), at: LSN(742))
    }.lines
    #expect(lines.map(\.key.prefix) == ["audit"])
  }

  @Test func `transactions tell of themselves, and events of their place in them`() throws {
    let lines = try Sample.transaction(Sample.settings { $0.transactionMetadata = true }) { encoder, plan in
      encoder.change(.insert, plan, at: 750, new: Sample.row(1))
      encoder.message(message("x", transactional: true), at: LSN(755))
      encoder.change(.delete, plan, at: 760, old: Sample.key(1), .identity)
    }.lines
    #expect(
      lines.map(\.topic) == [
        "srv.transaction", "srv.public.people", "srv.message", "srv.public.people", "srv.public.people",
        "srv.transaction",
      ])
    #expect(lines[0].value.status == "BEGIN" && lines[0].value.event_count == nil)
    #expect(lines[0].key.id == "731:700" && lines[5].key.id == "731:808")
    #expect(lines[1].value.transaction == .object(["id": "731:750", "total_order": 1, "data_collection_order": 1]))
    #expect(lines[2].value.transaction.total_order == 2)
    #expect(lines[3].value.transaction == .object(["id": "731:760", "total_order": 3, "data_collection_order": 2]))
    let end = lines[5].value
    #expect(end.status == "END" && end.event_count == 3 && end.ts_ms == 1_766_684_800_123)
    #expect(end.data_collections[0] == .object(["data_collection": "public.people", "event_count": 2]))
  }

  @Test func `a heartbeat is of its own topic and partition`() throws {
    let line = try #require(try Sample.output { $0.heartbeat() }.lines.first)
    #expect(line.topic == "__debezium-heartbeat.srv" && line.partition == 0)
    #expect(line.key == .object(["serverName": "srv"]) && line.value.names == ["ts_ms"])
  }

  @Test func `an origin is told of its own transaction alone`() throws {
    let lines = try Sample.output { encoder in
      let plan = Sample.people()
      encoder.relation(plan, Sample.facts)
      for number in 0..<2 as Range<UInt64> {
        encoder.begin(Sample.begin(800 + 100 * number), at: LSN(700))
        if number == 0 { encoder.origin(Origin(commitLSN: LSN(5), name: "\"else\"where")) }
        encoder.change(.insert, plan, new: Sample.row(Int(number)))
        encoder.end(Sample.end(800 + 100 * number))
      }
    }.lines
    #expect(lines.map(\.value.source.origin) == ["\"else\"where", nil])
    #expect(lines.map(\.value.source.origin_lsn) == [5, nil])
    #expect(lines.map(\.value.source.sequence) == ["[null,\"750\"]", "[\"808\",\"750\"]"])
  }

  @Test func `a snapshot's rows are read, and the stream goes on where it stood`() throws {
    let plan = Sample.people()
    let output = try Sample.output(state: EncoderState(lastCommit: LSN(50))) { encoder in
      encoder.takeXmin(90)
      encoder.begin(Sample.begin(100), at: LSN(60))
      encoder.end(Sample.end(100))
      encoder.beginSnapshot(Sample.begin(500, transaction: 600), restarts: false)
      encoder.relation(plan, Sample.facts)
      encoder.change(.snapshot, plan, at: 500, new: Sample.row(1), marker: .first)
      encoder.change(.snapshot, plan, at: 500, new: Sample.row(2), marker: .last)
      encoder.endSnapshot()
      encoder.begin(Sample.begin(800), at: LSN(700))
      encoder.change(.insert, plan, new: Sample.row(3))
    }
    let sources = output.lines.map(\.value.source)
    #expect(output.lines.map(\.value.op) == ["r", "r", "c"])
    #expect(sources.map(\.snapshot) == ["first", "last", "false"])
    #expect(sources.map(\.lsn) == [500, 500, 750] && sources.map(\.txId) == [600, 600, 731])
    #expect(sources[2].sequence == "[\"108\",\"750\"]" && sources[2].xmin == 90)
    #expect(EncoderState(output.state).lastCommit == LSN(108))
  }

  @Test func `a window gives up the rows that changed meanwhile`() throws {
    let plan = Sample.people()
    let output = try Sample.output { encoder in
      encoder.relation(plan, Sample.facts)
      encoder.begin(Sample.begin(800), at: LSN(700))
      encoder.change(.insert, plan, new: Sample.row(1))
      var rows = RowBatch()
      for id in 1...3 { rows.append(Array("\(id)\tread\t\\N\tt\n".utf8).span.bytes) }
      encoder.fillWindow(plan, Sample.facts, rows)
      encoder.change(.update, plan, new: Sample.row(1, "before the window"))
      encoder.openWindow()
      encoder.change(.update, plan, new: Sample.row(2, "in the window"))
      encoder.change(.delete, plan, old: Sample.key(3), .identity)
      encoder.emitWindow()
      encoder.emitWindow()
      encoder.end(Sample.end(800))
    }
    let read = output.lines.filter { $0.value.op == "r" }
    #expect(output.lines.count == 6 && read.count == 1)
    #expect(read[0].key.id == 1 && read[0].value.after.name == "read")
    #expect(read[0].value.source.snapshot == "incremental" && read[0].value.source.lsn == nil)
  }

  @Test func `what signals need is kept in the state, whatever it is`() throws {
    let signals = Array("{\"a\": [\"x y\\n\", null]}".utf8)
    let output = try Sample.output { encoder in
      encoder.remember(signals)
      encoder.heartbeat()
    }
    #expect(EncoderState(output.state) == EncoderState(lastCommit: nil, signals: signals))
    #expect(EncoderState(EncoderState(lastCommit: LSN(7), signals: []).text) == EncoderState(lastCommit: LSN(7)))
    #expect(EncoderState(Array("nonsense".utf8)) == EncoderState())
    #expect(EncoderState([]) == EncoderState())
  }

  @Test func `an event that a transform cannot take is refused, and the others are there`() throws {
    let settings = Sample.settings {
      $0.transformProperties = [
        "transforms": "unwrap,mask", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.mask.type": "org.apache.kafka.connect.transforms.MaskField$Value",
        "transforms.mask.fields": "done", "transforms.mask.replacement": "no boolean",
        "transforms.mask.predicate": "people",
        "predicates": "people",
        "predicates.people.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
        "predicates.people.pattern": "srv\\.public\\.people",
      ]
    }
    let output = try Sample.transaction(settings) { encoder, plan in
      encoder.change(.insert, plan, new: Sample.row(1))
      encoder.message(message("kept", transactional: true), at: LSN(760))
    }
    #expect(output.refused.count == 1 && output.refused[0].contains("done"), "\(output.refused)")
    #expect(output.lines.map(\.topic) == ["srv.message"])
  }
}
