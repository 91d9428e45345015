import Decoder
import Testing
import WAL

@Suite struct RowImageTests {
  static let people = [
    Relation.Column(name: "id", type: 20, isIdentity: true), Relation.Column(name: "name", type: 25, isIdentity: false),
    Relation.Column(name: "photo", type: 25, isIdentity: false),
  ]
  static let whole = people.map { Relation.Column(name: $0.name, type: $0.type, isIdentity: true) }

  @Test func `an insert has its new row and key, and no old row`() throws {
    let image = try RowImageBench(Self.people).insert(["7", "Ada", nil])
    #expect(image.new == #"{"id":7,"name":"Ada","photo":null}"#)
    #expect(image.key == #"{"id":7}"#)
    #expect(image.hasNew && !image.hasOld && image.notes.isEmpty)
    #expect(image.isChanged == [nil, nil, nil])
  }

  @Test func `an update without old row leaves an unchanged out-of-line value out and says so`() throws {
    let image = try RowImageBench(Self.people).update(to: ["7", "Ada", .unchangedToast])
    #expect(image.new == #"{"id":7,"name":"Ada"}"#)
    #expect(image.key == #"{"id":7}"#)
    #expect(image.notes.unchangedToast == [2] && image.notes.recordedAsText.isEmpty)
    #expect(!image.hasOld)
  }

  @Test func `an update that changes the key has the old identity alone, without nulls for what was not sent`() throws {
    let image = try RowImageBench(Self.people).update(.identity, ["7", nil, nil], to: ["8", nil, .unchangedToast])
    #expect(image.new == #"{"id":8,"name":null}"#)
    #expect(image.old == #"{"id":7}"#)
    #expect(image.key == #"{"id":8}"#)
    #expect(image.isChanged == [true, nil, nil])
  }

  @Test func `under FULL an unchanged out-of-line value is taken from the old row`() throws {
    let image = try RowImageBench(Self.whole, .full).update(
      .full, ["7", nil, "long"], to: ["7", "Ada", .unchangedToast])
    #expect(image.new == #"{"id":7,"name":"Ada","photo":"long"}"#)
    #expect(image.old == #"{"id":7,"name":null,"photo":"long"}"#)
    #expect(image.notes.isEmpty)
    #expect(image.isChanged == [false, true, false])
  }

  @Test func `a key's unchanged out-of-line value is taken from the old identity`() throws {
    // PostgreSQL sends the identity with every update of a row whose key is stored out of line.
    let columns = [
      Relation.Column(name: "id", type: 25, isIdentity: true), Relation.Column(name: "n", type: 23, isIdentity: false),
    ]
    let image = try RowImageBench(columns).update(.identity, ["long key", nil], to: [.unchangedToast, "1"])
    #expect(image.new == #"{"id":"long key","n":1}"#)
    #expect(image.key == #"{"id":"long key"}"#)
    #expect(image.notes.isEmpty)
  }

  @Test func `a delete has its old identity, or the whole row under FULL`() throws {
    let identity = try RowImageBench(Self.people).delete(.identity, ["7", nil, nil])
    #expect(identity.old == #"{"id":7}"# && identity.key == #"{"id":7}"# && !identity.hasNew)
    let full = try RowImageBench(Self.whole, .full).delete(.full, ["7", nil, "x"])
    #expect(full.old == #"{"id":7,"name":null,"photo":"x"}"# && full.key == #"{"id":7}"#)
    #expect(full.isChanged == [nil, nil, nil])
  }

  @Test func `a delete that does not carry the primary key has no key`() throws {
    let columns = [
      Relation.Column(name: "id", type: 20, isIdentity: false),
      Relation.Column(name: "mail", type: 25, isIdentity: true),
    ]
    let bench = RowImageBench(columns, .index)
    let gone = try bench.delete(.identity, [nil, "a@b"])
    #expect(gone.key == nil && gone.old == #"{"mail":"a@b"}"#)
    #expect(try bench.update(.identity, [nil, "a@b"], to: ["1", "c@d"]).key == #"{"id":1}"#)
  }

  @Test func `a key that holds an out-of-line value which was not sent cannot be told`() throws {
    let columns = [
      Relation.Column(name: "id", type: 25, isIdentity: false),
      Relation.Column(name: "mail", type: 25, isIdentity: true),
    ]
    let image = try RowImageBench(columns, .index).update(to: [.unchangedToast, "a@b"])
    #expect(image.key == nil && image.notes.unchangedToast == [0])
  }

  @Test func `a table without key has no key`() throws {
    #expect(try RowImageBench(Self.whole, .full, primaryKey: []).delete(.full, ["7", nil, nil]).key == nil)
    #expect(try RowImageBench(Self.people, .nothing, primaryKey: []).insert(["7", nil, nil]).key == nil)
  }

  @Test func `a key of several columns is written in the key's order`() throws {
    let columns = ["a", "b", "c"].map { Relation.Column(name: $0, type: 23, isIdentity: $0 != "b") }
    let image = try RowImageBench(columns, primaryKey: ["c", "a"]).insert(["1", "2", "3"])
    #expect(image.key == #"{"c":3,"a":1}"#)
  }

  @Test func `a truncate has neither rows nor key`() {
    let image = RowImageBench(Self.people).truncate()
    #expect(!image.hasNew && !image.hasOld && image.key == nil)
  }

  @Test func `a row of a table without columns is an empty object, not absent`() throws {
    let image = try RowImageBench([], .nothing, primaryKey: []).insert([])
    #expect(image.hasNew && image.new == "{}" && image.key == nil)
  }
}

// MARK: Columns and values

extension RowImageTests {
  @Test func `columns that are not captured are in no image, but in the key`() throws {
    let bench = RowImageBench(Self.whole, .full, captures: { $0 == "name" })
    let image = try bench.update(.full, ["7", "A", "x"], to: ["8", "B", .unchangedToast])
    #expect(image.new == #"{"name":"B"}"# && image.old == #"{"name":"A"}"# && image.key == #"{"id":8}"#)
    let unsent = try RowImageBench(Self.people, captures: { $0 != "photo" }).update(to: ["7", nil, .unchangedToast])
    #expect(unsent.notes.isEmpty, "a column nobody asked for was noted")
    #expect(try RowImageBench(Self.people, captures: { _ in false }).insert(["7", "A", "x"]).new == "{}")
  }

  @Test func `a malformed value is recorded as its text and noted, and the rest of the row stands`() throws {
    let columns = [
      Relation.Column(name: "id", type: 20, isIdentity: true), Relation.Column(name: "ok", type: 16, isIdentity: false),
      Relation.Column(name: "tags", type: 1007, isIdentity: false),
      Relation.Column(name: "at", type: 1184, isIdentity: false),
    ]
    let image = try RowImageBench(columns).insert(["7", "maybe \"\\\n", "{1,2", "2024-01-01 10:00:00+00"])
    #expect(image.new == #"{"id":7,"ok":"maybe \"\\\n","tags":"{1,2","at":"2024-01-01T10:00:00+00:00"}"#)
    #expect(image.notes.recordedAsText == [1, 2])
    #expect(!image.notes.isEmpty)
  }

  @Test func `both rows' malformed values are noted, and notes can be cleared`() throws {
    let columns = [Relation.Column(name: "id", type: 16, isIdentity: true)]
    let image = try RowImageBench(columns, .full).update(.full, ["x"], to: ["y"])
    #expect(image.notes.recordedAsText == [0, 0])
    var notes = image.notes
    notes.clear()
    #expect(notes.isEmpty)
  }

  @Test func `column names are escaped`() throws {
    let names = [#"a "quoted" \ name"#, "tab\tand\u{1}", "größe", ""]
    let columns = names.map { Relation.Column(name: $0, type: 23, isIdentity: false) }
    let image = try RowImageBench(columns, .nothing, primaryKey: []).insert(["1", "2", "3", "4"])
    #expect(image.new == #"{"a \"quoted\" \\ name":1,"tab\tand\u0001":2,"größe":3,"":4}"#)
  }

  @Test func `the catalogue's shape of a type is used, and text where there is none`() throws {
    let columns = [
      Relation.Column(name: "a", type: 90_000, isIdentity: false),
      Relation.Column(name: "b", type: 90_001, isIdentity: false),
    ]
    let bench = RowImageBench(
      columns, .nothing, primaryKey: [], shapes: [90_000: .composite([ValueShape.Field(name: "x", shape: .number)])])
    #expect(try bench.insert(["(1)", "(1)"]).new == #"{"a":{"x":1},"b":"(1)"}"#)
  }

  @Test(
    arguments: [
      ("a", "a", false), ("a", "b", true), ("a", "ab", true), ("", "", false), ("a", nil, true), (nil, "a", true),
      (nil, nil, false), (nil, "", true), ("a", .unchangedToast, false), (.unchangedToast, "a", nil),
    ] as [(SentValue, SentValue, Bool?)])
  func `whether a column changed`(before: SentValue, after: SentValue, expected: Bool?) throws {
    let column = [Relation.Column(name: "t", type: 25, isIdentity: true)]
    #expect(
      try RowImageBench(column, .full, primaryKey: []).update(.full, [before], to: [after]).isChanged == [expected])
  }
}
