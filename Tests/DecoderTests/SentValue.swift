/// A column's value as pgoutput sends it in a tuple.
enum SentValue: Hashable {
  case null
  case unchangedToast
  case text(String)
  case bytes([UInt8])
  case binary([UInt8])
}

extension SentValue: ExpressibleByStringLiteral, ExpressibleByNilLiteral {
  init(stringLiteral text: String) { self = .text(text) }
  init(nilLiteral: ()) { self = .null }
}
