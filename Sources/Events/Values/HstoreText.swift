/// An hstore taken apart: `"a"=>"1", "b"=>NULL`.
///
/// Source: PostgreSQL documentation, F.18 "hstore".
enum HstoreText {
  /// A key and its value; nil is NULL.
  typealias Pair = (key: [UInt8], value: [UInt8]?)

  /// The pairs in the server's order; nil when the text is no hstore.
  static func pairs(_ text: RawSpan) -> [Pair]? {
    var pairs: [Pair] = []
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      guard let key = quoted(&cursor), cursor.skip(UInt8(ascii: "=")), cursor.skip(UInt8(ascii: ">")) else {
        return nil
      }
      if cursor.next == UInt8(ascii: "N") {
        cursor.place += 4
        pairs.append((key, nil))
      } else {
        guard let value = quoted(&cursor) else { return nil }
        pairs.append((key, value))
      }
      if cursor.isAtEnd { break }
      guard cursor.skip(UInt8(ascii: ",")) else { return nil }
      cursor.skipBlanks()
    }
    return pairs
  }

  private static func quoted(_ cursor: inout TextCursor) -> [UInt8]? {
    guard cursor.skip(UInt8(ascii: "\"")) else { return nil }
    var bytes: [UInt8] = []
    while !cursor.isAtEnd {
      if cursor.skip(UInt8(ascii: "\"")) { return bytes }
      _ = cursor.skip(UInt8(ascii: "\\"))
      bytes.append(cursor.next)
      cursor.place += 1
    }
    return nil
  }
}
