/// The shapes that need no look inside: one byte in a relation's plan, so that the way of a row has no enum with a payload.
public enum ScalarKind: UInt8, Hashable, Sendable {
  /// A JSON number where the text is one, otherwise (`NaN`, `Infinity`) a string.
  case number
  /// `t` or `f`.
  case boolean
  /// `2024-01-01 10:00:00.5`, which JSON writes with a `T`.
  case timestamp
  /// The same with an offset from UTC, which JSON writes with its minutes.
  case timestampWithTimeZone
  /// JSON already: embedded as it is.
  case json
  /// Everything else: its text as a JSON string.
  case text
}
