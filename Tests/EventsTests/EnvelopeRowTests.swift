import Decoder
import Testing
import WAL

@testable import Events

/// Events of rows.
@Suite struct EnvelopeRowTests {
  private typealias Sample = EnvelopeSample

  @Test func `an insert says where it stands, by whom and when`() throws {
    let output = try Sample.transaction(state: EncoderState(lastCommit: LSN(77))) { encoder, plan in
      encoder.change(.insert, plan, new: [.text("7"), .text("O'Néil \"x\"\n\u{1}"), .text("1.5"), .null])
    }
    let line = try #require(output.lines.first)
    #expect(output.lines.count == 1)
    #expect(line.names == ["topic", "partition", "key", "value", "headers"])
    #expect(line.topic == "srv.public.people" && line.partition == nil && line.headers == .object([:]))
    #expect(line.key == .object(["id": 7]))
    #expect(line.value.names == ["before", "after", "source", "transaction", "op", "ts_ms", "ts_us", "ts_ns"])
    #expect(line.value.op == "c" && line.value.before == nil && line.value.transaction == nil)
    #expect(line.value.after.id == 7 && line.value.after.name == "O'Néil \"x\"\n\u{1}" && line.value.after.done == nil)
    #expect(line.value.after.amount == .object(["scale": 1, "value": "Dw=="]))
    let source = line.value.source
    #expect(source.db == "shop" && source.schema == "public" && source.table == "people" && source.name == "srv")
    #expect(
      source.lsn == 750 && source.txId == 731 && source.snapshot == "false" && source.sequence == "[\"77\",\"750\"]")
    #expect(source.ts_ms == 1_766_684_800_123 && source.ts_us == 1_766_684_800_123_456)
    #expect(EncoderState(output.state).lastCommit == LSN(808))
  }

  @Test func `keys, values and headers carry their schemas where they are to`() throws {
    let settings = Sample.settings {
      $0.keySchemas = true
      $0.valueSchemas = true
      $0.headerSchemas = true
    }
    let lines = try Sample.transaction(settings) { encoder, plan in
      encoder.change(.update, plan, old: Sample.key(1), .identity, new: Sample.row(2))
    }.lines
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.key.schema.name == "srv.public.people.Key" })
    #expect(lines[0].value.schema.name == "srv.public.people.Envelope" && lines[1].value == nil)
    #expect(lines[0].value.payload.op == "d" && lines[2].value.payload.op == "c")
    #expect(lines[0].headers["__debezium.newkey"].payload.id == 2)
    #expect(lines[2].headers["__debezium.oldkey"].payload.id == 1)
    #expect(lines[2].headers["__debezium.oldkey"].schema.name == "srv.public.people.Key")
  }

  @Test func `context headers come after the event's own`() throws {
    let lines = try Sample.transaction(Sample.settings { $0.contextHeaders = true }) { encoder, plan in
      encoder.change(.insert, plan, new: Sample.row(1))
      encoder.change(.update, plan, old: Sample.key(1), .identity, new: Sample.row(2))
    }.lines
    let context: Set = ["connectorLogicalName", "connectorName", "runId", "taskId"]
    #expect(lines[0].headers.names == Set(context.map { "__debezium.context.\($0)" }))
    #expect(lines[0].headers["__debezium.context.connectorLogicalName"] == "srv")
    #expect(lines.map { $0.headers.names.count } == [4, 5, 5, 5])
    #expect(Set(lines.map { "\($0.headers["__debezium.context.runId"])" }).count == 1)
  }

  @Test func `an update shows the old row as far as it was sent`() throws {
    let plain = try Sample.transaction { encoder, plan in
      encoder.change(.update, plan, new: [.text("1"), .toast, .null, .text("f")])
    }.lines
    #expect(plain.map(\.value.op) == ["u"])
    #expect(plain[0].value.before == nil && plain[0].value.after.name == "__debezium_unavailable_value")
    let full = try Sample.transaction(Sample.settings(), Sample.people(.full)) { encoder, plan in
      encoder.change(.update, plan, old: Sample.row(1), .full, new: [.text("1"), .toast, .null, .text("f")])
    }.lines
    #expect(full[0].value.before.name == "Ada" && full[0].value.before.done == true)
    #expect(full[0].value.after.name == "Ada" && full[0].value.after.done == false)
  }

  @Test func `a delete is followed by a tombstone, unless there are to be none`() throws {
    for tombstones in [true, false] {
      let lines = try Sample.transaction(Sample.settings { $0.tombstones = tombstones }) { encoder, plan in
        encoder.change(.delete, plan, old: Sample.key(3), .identity)
      }.lines
      #expect(lines.map(\.value.op) == (tombstones ? ["d", .missing] : ["d"]))
      #expect(lines.allSatisfy { $0.key.id == 3 && $0.topic == "srv.public.people" })
      #expect(lines[0].value.before.id == 3 && lines[0].value.after == nil)
      if tombstones { #expect(lines[1].value == nil) }
    }
  }

  @Test func `a key change is a delete, a tombstone and a create`() throws {
    let lines = try Sample.transaction { encoder, plan in
      encoder.change(.update, plan, old: Sample.key(1), .identity, new: Sample.row(2))
    }.lines
    #expect(lines.map(\.value.op) == ["d", .missing, "c"])
    #expect(lines.map(\.key.id) == [1, 1, 2])
    #expect(
      lines[0].headers == .object(["__debezium.newkey": .object(["id": 2])]) && lines[1].headers == lines[0].headers)
    #expect(lines[2].headers == .object(["__debezium.oldkey": .object(["id": 1])]))
    #expect(lines[2].value.before == nil && lines[2].value.after.name == "Ada")
  }

  @Test func `an old row with the same key is no key change`() throws {
    let lines = try Sample.transaction(Sample.settings(), Sample.people(.full)) { encoder, plan in
      encoder.change(.update, plan, old: Sample.row(1), .full, new: Sample.row(1, "Eve"))
    }.lines
    #expect(lines.map(\.value.op) == ["u"])
  }

  @Test func `what is skipped makes no event, a truncation first of all`() throws {
    func operations(_ skipped: Set<Change.Operation>) throws -> [EnvelopeJSON] {
      try Sample.transaction(Sample.settings { $0.skippedOperations = skipped }) { encoder, plan in
        encoder.change(.insert, plan, new: Sample.row(1))
        encoder.change(.update, plan, new: Sample.row(1, "Eve"))
        encoder.change(.update, plan, old: Sample.key(1), .identity, new: Sample.row(2))
        encoder.change(.delete, plan, old: Sample.key(2), .identity)
        encoder.change(.truncate, plan)
      }.lines.map(\.value.op)
    }
    #expect(try operations([.truncate]) == ["c", "u", "d", .missing, "c", "d", .missing])
    #expect(try operations([.delete]) == ["c", "u", "c", "t"])
    #expect(try operations([.insert, .update]) == ["d", .missing, "d", .missing, "t"])
    #expect(try operations([.insert, .update, .delete, .truncate]).isEmpty)
  }

  @Test func `a truncation has neither key nor rows`() throws {
    let lines = try Sample.transaction(Sample.settings { $0.skippedOperations = [] }) { encoder, plan in
      encoder.change(.truncate, plan)
    }.lines
    #expect(lines.map(\.key) == [nil] && lines[0].value.before == nil && lines[0].value.after == nil)
    #expect(lines[0].topic == "srv.public.people" && lines[0].value.source.table == "people")
  }

  @Test func `an update without a change is left out where that is wanted`() throws {
    let settings = Sample.settings { $0.skipsUnchanged = true }
    let lines = try Sample.transaction(settings, Sample.people(.full)) { encoder, plan in
      encoder.change(.update, plan, old: Sample.row(1), .full, new: Sample.row(1))
      encoder.change(.update, plan, old: Sample.row(1), .full, new: Sample.row(1, "Eve"))
      encoder.change(.update, plan, new: Sample.row(1))
    }.lines
    #expect(lines.map(\.value.after.name) == ["Eve", "Ada"])
  }

  @Test func `a value that cannot be converted is null, and its event is there`() throws {
    let lines = try Sample.transaction { encoder, plan in
      for id in 1...3 { encoder.change(.insert, plan, new: [.text("\(id)"), .null, .text("no number"), .null]) }
    }.lines
    #expect(lines.map(\.value.after.amount) == [nil, nil, nil])
    #expect(lines.map(\.key.id) == [1, 2, 3])
  }

  @Test func `a table that was not introduced, or is not wanted, makes no event`() throws {
    let output = try Sample.output { encoder in
      encoder.begin(Sample.begin(800), at: LSN(700))
      encoder.change(.insert, Sample.people(), new: Sample.row(1))
      encoder.end(Sample.end(800))
    }
    #expect(output.lines.isEmpty)
  }
}
