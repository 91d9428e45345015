import AuditStore
import Decoder
import Pipeline
import Testing
import WAL

@Suite struct EncoderTests {
  /// Encodes, writes, commits, and reads the trail back, oldest first.
  private func roundTrip(_ body: (inout AuditEncoder) -> Void) async throws -> [TrailRow] {
    let database = try await AuditServer.database()
    let writer = try await database.writer()
    var encoder = AuditEncoder(sourceID: try #require(await writer.sourceID))
    body(&encoder)
    _ = try await writer.write(encoder.take())
    try await writer.commit(through: LSN(1 << 40), batch: "test")
    var filter = TrailFilter()
    filter.newestFirst = false
    return try Trail(database.settings()).changes(filter)
  }

  @Test func `an insert arrives in every column`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(0x16_0000_0100), at: .zero)
      encoder.change(
        .insert, at: 0x16_0000_0100, 3, Sample.people(),
        new: [.text("7"), .text("O'Néil \"x\"\n"), .text(#"{"a": 1.50}"#), .null])
    }
    let row = try #require(rows.first)
    #expect(rows.count == 1)
    #expect((row.schema, row.table, row.operation) == ("public", "people", "INSERT"))
    #expect(row.changeTimestamp == "2025-12-25 17:46:40.123456+00")
    #expect(row.transaction == "731")
    #expect((row.commitLSN, row.lsn, row.ordinal) == ("16/100", "16/F8", 3))
    #expect(row.rowKey == #"{"id": 7}"#)
    #expect(row.oldData == nil)
    #expect(row.newData == #"{"id": 7, "done": null, "name": "O'Néil \"x\"\n", "note": {"a": 1.50}}"#)
    #expect(row.changedColumns == nil && row.user == nil && row.context == nil && row.sourceMetadata == nil)
    #expect(row.json.contains(#""transaction_id":731,"commit_lsn":"16/100""#))
  }

  @Test func `an update with the whole old row names what changed`() async throws {
    let rows = try await roundTrip { encoder in
      let plan = Sample.people(identity: .full)
      let old: [Sample.Value] = [.text("7"), .text("Ada"), .text("{}"), .text("f")]
      encoder.begin(Sample.begin(200), at: .zero)
      encoder.change(
        .update, at: 200, 0, plan, old: old, oldRow: .full, new: [.text("7"), .text("Eve"), .text("{}"), .null])
      encoder.change(.update, at: 200, 1, plan, old: old, oldRow: .full, new: old)
      encoder.change(
        .update, at: 200, 2, plan, old: old, oldRow: .full, new: [.text("7"), .text("Ada"), .toast, .text("f")])
      encoder.change(.delete, at: 200, 3, plan, old: old, oldRow: .full)
    }
    #expect(rows.map(\.changedColumns) == [#"["name","done"]"#, "[]", "[]", nil])
    #expect(rows[0].oldData == #"{"id": 7, "done": false, "name": "Ada", "note": {}}"#)
    #expect(rows[2].newData == rows[0].oldData && rows[2].sourceMetadata == nil)
    #expect((rows[3].rowKey, rows[3].newData) == (#"{"id": 7}"#, nil))
  }

  @Test func `an unchanged TOAST value is left out and named`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(300), at: .zero)
      encoder.change(.update, at: 300, 0, Sample.people(), new: [.text("7"), .text("Ada"), .toast, .text("t")])
    }
    #expect(rows[0].newData == #"{"id": 7, "done": true, "name": "Ada"}"#)
    #expect(rows[0].sourceMetadata == #"{"unchanged_toast": ["note"]}"#)
    #expect(rows[0].changedColumns == nil && rows[0].oldData == nil)
  }

  @Test func `a value that is not in its type's form is recorded as text and named once`() async throws {
    let rows = try await roundTrip { encoder in
      let plan = Sample.people(identity: .full)
      encoder.begin(Sample.begin(310), at: .zero)
      let values: [Sample.Value] = [.text("7"), .toast, .null, .text("perhaps")]
      encoder.change(
        .update, at: 310, 0, plan, old: [.text("7"), .toast, .null, .text("maybe")], oldRow: .full, new: values)
    }
    #expect(rows[0].newData == #"{"id": 7, "done": "perhaps", "note": null}"#)
    #expect(rows[0].sourceMetadata == #"{"unchanged_toast": ["name"], "recorded_as_text": ["done"]}"#)
  }

  @Test func `a key change keeps the old key in old_data`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(320), at: .zero)
      encoder.change(
        .update, at: 320, 0, Sample.people(), old: [.text("7"), .null, .null, .null], oldRow: .identity,
        new: [.text("8"), .text("Ada"), .null, .null])
      encoder.change(.delete, at: 320, 1, Sample.people(), old: [.text("8"), .null, .null, .null], oldRow: .identity)
    }
    #expect(rows[0].oldData == #"{"id": 7}"#)
    #expect(rows[0].rowKey == #"{"id": 8}"#)
    #expect((rows[1].operation, rows[1].rowKey, rows[1].oldData) == ("DELETE", #"{"id": 8}"#, #"{"id": 8}"#))
  }

  @Test func `a table without a key has none`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(330), at: .zero)
      encoder.insert(1, at: 330, 0, Sample.people(identity: .nothing))
    }
    #expect(rows[0].rowKey == nil)
    #expect(rows[0].newData != nil)
  }

  @Test func `a TRUNCATE is a row with its options`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(340), at: .zero)
      encoder.change(.truncate, at: 340, 0, Sample.people(), truncate: [.cascade])
      encoder.change(.truncate, at: 340, 1, Sample.people(name: "roles"), truncate: [.restartIdentity])
    }
    #expect(rows.map(\.table) == ["people", "roles"])
    #expect(rows.map(\.operation) == ["TRUNCATE", "TRUNCATE"])
    #expect(rows[0].sourceMetadata == #"{"cascade": true, "restart_identity": false}"#)
    #expect(rows[1].sourceMetadata == #"{"cascade": false, "restart_identity": true}"#)
    #expect(rows[0].rowKey == nil && rows[0].oldData == nil && rows[0].newData == nil)
  }

  @Test func `snapshot rows have no transaction`() async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(350, transaction: 0), at: .zero)
      encoder.change(.snapshot, at: 350, 0, Sample.people(), new: [.text("1"), .null, .null, .null])
    }
    #expect((rows[0].operation, rows[0].transaction) == ("SNAPSHOT", nil))
  }

  @Test func `the context holds from its message on, and for its transaction alone`() async throws {
    let plan = Sample.people()
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(400), at: .zero)
      encoder.insert(1, at: 400, 0, plan)
      encoder.message(Sample.context(#"{"user": "al\u0069ce", "request_id": "7f"}"#), at: .zero)
      encoder.insert(2, at: 400, 1, plan)
      encoder.message(Sample.context(#"{"user": "bob"}"#, prefix: "other"), at: .zero)
      encoder.message(Sample.context(#"{"user": "bob"}"#, transactional: false), at: .zero)
      encoder.insert(3, at: 400, 2, plan)
      encoder.message(Sample.context(#"{"user": 5}"#), at: .zero)
      encoder.insert(4, at: 400, 3, plan)
      encoder.begin(Sample.begin(500), at: .zero)
      encoder.insert(5, at: 500, 0, plan)
    }
    #expect(rows.map(\.user) == [nil, "alice", "alice", nil, nil])
    #expect(rows[1].context == #"{"user": "alice", "request_id": "7f"}"#)
    #expect(rows.map { $0.context == nil } == [true, false, false, false, true])
  }

  @Test(arguments: [
    "", "[]", "7", "null", "{", #"{"a":1} x"#, #"{"a":}"#, #"{"a":"\u0000"}"#, #"{"a":"\ud800"}"#, #"{"a":1e200000}"#,
    #"{'a':1}"#, "{\"a\":\"\u{1}\"}", "nul\u{0}l", #"{"a":01}"#, #"{"a":1.}"#, #"{"a":"\x"}"#,
    String(repeating: #"{"a":"#, count: 200) + "1" + String(repeating: "}", count: 200),
    #"{"a":""# + String(repeating: "x", count: 70_000) + #""}"#,
  ])
  func `a context that jsonb would refuse fails nothing`(_ content: String) async throws {
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(600), at: .zero)
      encoder.message(Sample.context(content), at: .zero)
      encoder.insert(1, at: 600, 0, Sample.people())
    }
    #expect(rows[0].user == nil)
    #expect(rows[0].context?.contains(#""invalid": "#) == true, "\(rows[0].context ?? "")")
  }

  @Test func `contexts at the edge of JSON are taken as they are`() async throws {
    let contents = [
      #" {"user":"a","user":"b","n":-0.5e-3,"l":[1,[],{}],"t":true,"f":false,"z":null} "#,
      #"{"user":"\ud83d\ude00\"\\\/\b\f\n\r\t","e":1E+10}"#, "{}",
    ]
    let rows = try await roundTrip { encoder in
      encoder.begin(Sample.begin(700), at: .zero)
      for (index, content) in contents.enumerated() {
        encoder.message(Sample.context(content), at: .zero)
        encoder.insert(index, at: 700, UInt64(index), Sample.people())
      }
    }
    #expect(rows.map(\.user) == ["b", "😀\"\\/\u{8}\u{c}\n\r\t", nil])
    #expect(rows.allSatisfy { $0.context?.contains("invalid") == false })
  }

  @Test func `a NUL escape in json is set aside, one in text is not`() {
    var encoder = AuditEncoder(sourceID: 1)
    let plan = Sample.people()
    encoder.begin(Sample.begin(800), at: .zero)
    encoder.insert(1, at: 800, 0, plan, note: #"{"a":"\u0000"}"#)
    encoder.insert(2, at: 800, 1, plan, note: #"{"a":"\\u0000"}"#, name: #"\u0000"#)
    encoder.insert(3, at: 800, 2, plan, note: #"{"a":"\\\u0000"}"#)
    #expect(encoder.changeCount == 3)
    let batch = encoder.take()
    #expect(batch.changes == 1)
    #expect(batch.quarantined.map(\.position.ordinal) == [0, 2])
    #expect(batch.quarantined[0].code == "22P05")
    #expect(
      batch.quarantined[0].payload
        == #"{"operation":"INSERT","row_key":{"id":1},"old_data":null,"#
        + #""new_data":{"id":1,"name":"Ada","note":{"a":"\u0000"},"done":true},"#
        + #""changed_columns":null,"change_user":null,"context":null,"source_metadata":null}"#)
    #expect(encoder.changeCount == 0 && encoder.byteCount == 0)
  }

  @Test func `columns that are not captured stay out of images and changed columns`() async throws {
    let rows = try await roundTrip { encoder in
      let plan = Sample.people(identity: .full) { $0 != "name" }
      encoder.begin(Sample.begin(900), at: .zero)
      encoder.change(
        .update, at: 900, 0, plan, old: [.text("1"), .text("a"), .null, .text("t")], oldRow: .full,
        new: [.text("1"), .text("b"), .null, .text("f")])
    }
    #expect(rows[0].changedColumns == #"["done"]"#)
    #expect(rows[0].newData == #"{"id": 1, "done": false, "note": null}"#)
  }
}
