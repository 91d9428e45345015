internal import Decoder
internal import Glibc

/// Finds in rendered JSON what `jsonb` is known to refuse, before a server has to say so.
enum JSONProbe {
  /// Whether the JSON holds the escape of the NUL character, which jsonb cannot store.
  ///
  /// An escape is a backslash with an even number of backslashes before it; `\\u0000` is a backslash and five letters.
  /// Source: PostgreSQL documentation, 8.14 "JSON Types".
  static func holdsNUL(_ json: RawSpan) -> Bool {
    json.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return false }
      var from = 0
      while from + pattern.utf8CodeUnitCount <= bytes.count,
        let hit = memmem(base + from, bytes.count - from, pattern.utf8Start, pattern.utf8CodeUnitCount)
      {
        let place = UnsafeRawPointer(hit) - base
        var backslashes = 0
        while backslashes < place, bytes[place - 1 - backslashes] == UInt8(ascii: "\\") { backslashes += 1 }
        if backslashes.isMultiple(of: 2) { return true }
        from = place + 1
      }
      return false
    }
  }

  private static let pattern: StaticString = "\\u0000"

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
