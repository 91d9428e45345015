internal import Decoder
internal import Glibc

/// Finds in rendered JSON what `jsonb` is known to refuse, before a server has to say so.
enum JSONProbe {
  /// Whether the JSON holds the escape of the NUL character, which jsonb cannot store.
  ///
  /// `\\u0000` is an escaped backslash and five letters. Between images stand lengths and versions, whose last byte is
  /// never a backslash.
  /// Source: PostgreSQL documentation, 8.14 "JSON Types".
  static func holdsNUL(_ json: RawSpan) -> Bool {
    json.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var from = 0
      // Read from the left, a backslash always begins an escape, and the byte after it belongs to it.
      while from < bytes.count, let hit = memchr(base + from, Int32(UInt8(ascii: "\\")), bytes.count - from) {
        let place = UnsafeRawPointer(hit) - base
        if bytes.count - place >= 6, bytes[(place + 1)..<(place + 6)].elementsEqual("u0000".utf8) { return true }
        from = place + 2
      }
      return false
    }
  }

  /// Whether rows of the relation may hold JSON that the source's `json` type took without looking into it.
  static func embedsJSON(_ plan: RelationPlan) -> Bool {
    plan.relation.columns.contains { column in
      // jsonb itself was checked by the source.
      if column.type == 3802 || column.type == 3807 { return false }
      return (ValueShape.builtIn(column.type) ?? plan.detail.shapes[column.type]).map(embedsJSON) ?? false
    }
  }

  private static func embedsJSON(_ shape: ValueShape) -> Bool {
    switch shape {
    case .json: true
    case .array(let element, _), .vector(let element): embedsJSON(element)
    case .composite(let fields): fields.contains { embedsJSON($0.shape) }
    case .number, .boolean, .timestamp, .timestampWithTimeZone, .text, .hstore: false
    }
  }
}
