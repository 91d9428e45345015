import Decoder
import Testing

@Suite struct CopyRowTests {
  private func read(_ line: [UInt8], columns: Int) throws(DecodeError) -> [SentValue] {
    var row = CopyRow()
    try row.read(line.span.bytes, columns: columns)
    return values(row)
  }

  private func values(_ row: borrowing CopyRow) -> [SentValue] {
    let bytes = row.bytes
    return row.cells.map { cell in
      cell.kind == .null
        ? .null
        : String(validating: bytes[cell.range], as: UTF8.self).map { .text($0) } ?? .bytes(Array(bytes[cell.range]))
    }
  }

  @Test(
    arguments: [
      ("1\tAda\n", ["1", "Ada"]), ("1\tAda", ["1", "Ada"]), ("\\N\n", [nil]), ("\\N\t\\N\t\\N\n", [nil, nil, nil]),
      ("\n", [""]), ("", [""]), ("\t\n", ["", ""]), ("\t\t", ["", "", ""]), ("a\t\\N\t\n", ["a", nil, ""]),
      (#"\b\f\n\r\t\v\\"# + "\n", ["\u{8}\u{C}\n\r\t\u{B}\\"]), (#"a\tb"# + "\tc\n", ["a\tb", "c"]),
      (#"\\N"# + "\n", ["\\N"]), (#"a\N"# + "\n", ["aN"]), (#"N"#, ["N"]), (#"\."# + "\n", ["."]),
      (#"\x\0\é"#, ["x0é"]),
      ("zwölf 🦊\tß\n", ["zwölf 🦊", "ß"]), ("a\nb\n", ["a\nb"]), (#"{"k": "a\\nb"}"#, [#"{"k": "a\nb"}"#]),
    ] as [(String, [SentValue])])
  func `a row is taken apart`(line: String, expected: [SentValue]) throws {
    #expect(try read(Array(line.utf8), columns: expected.count) == expected)
  }

  @Test func `a table without columns has rows without columns`() throws {
    #expect(try read([], columns: 0).isEmpty)
    #expect(try read([UInt8(ascii: "\n")], columns: 0).isEmpty)
  }

  @Test func `every byte but the format's own comes through as it is`() throws {
    let special: Set<UInt8> = [9, 10, 92]
    for byte in UInt8.min ... .max where !special.contains(byte) {
      var row = CopyRow()
      try row.read([120, byte, 120, 9, byte, 10].span.bytes, columns: 2)
      #expect(row.bytes == [120, byte, 120, byte], "byte \(byte)")
    }
  }

  @Test(
    arguments: [
      ("1\t2\n", 1, .columnCount(found: 2, expected: 1)), ("1\n", 2, .columnCount(found: 1, expected: 2)),
      ("x\n", 0, .columnCount(found: 1, expected: 0)), ("\n", 2, .columnCount(found: 1, expected: 2)),
      ("a\\\n", 1, .truncated(field: "an escape")), ("\\", 1, .truncated(field: "an escape")),
      ("\\Nx\n", 1, .unknownTag(UInt8(ascii: "x"), field: "byte after NULL")),
      ("\\N\\N\n", 1, .unknownTag(UInt8(ascii: "\\"), field: "byte after NULL")),
    ] as [(String, Int, DecodeError.Reason)])
  func `a malformed row is an error with its place`(line: String, columns: Int, reason: DecodeError.Reason) {
    let error = #expect(throws: DecodeError.self) { try read(Array(line.utf8), columns: columns) }
    #expect(error?.reason == reason)
    #expect((0...line.utf8.count).contains(error?.offset ?? -1))
  }

  @Test func `the room of a row is used again and holds nothing of the row before, nor of a malformed one`() throws {
    var row = CopyRow()
    try row.read(Array("a\tb\tc\n".utf8).span.bytes, columns: 3)
    try? row.read(Array("d\te\\\n".utf8).span.bytes, columns: 3)
    try row.read(Array("x\t\\N\n".utf8).span.bytes, columns: 2)
    #expect(values(row) == ["x", nil])
    #expect(row.bytes == [120])
  }

  @Test func `random lines give a row or an error`() {
    var random = SplitMix(11)
    let telling = Array("\\\t\nNbx.".utf8)
    for _ in 0..<10_000 {
      let line = (0..<random.below(12)).map { _ in
        random.below(4) == 0 ? UInt8(random.below(256)) : telling[random.below(telling.count)]
      }
      let columns = random.below(4)
      do throws(DecodeError) {
        let found = try read(line, columns: columns).count
        if found != columns { Issue.record("\(found) columns for \(columns) in \(line)") }
      } catch {
        if error.offset < 0 || error.offset > line.count { Issue.record("\(error) in \(line)") }
      }
    }
  }
}
