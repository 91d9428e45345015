/// Random literals of any type, as its input function takes them. Some are refused by the server: those are left out.
struct OracleValues {
  let catalogue: OracleCatalogue
  var random: OracleRandom
  private var depth = 0

  init(catalogue: OracleCatalogue, random: OracleRandom) {
    self.catalogue = catalogue
    self.random = random
  }

  /// A literal; nil for a type without any.
  mutating func literal(_ oid: UInt32) -> String? {
    guard let type = catalogue.types[oid], depth < 6 else { return nil }
    depth += 1
    defer { depth -= 1 }
    if type.kind == "d" { return domain(type) }
    if type.kind == "c" { return composite(type) }
    if type.isArray { return array(type) }
    switch type.kind {
    case "e": return type.labels.isEmpty ? nil : random.pick(type.labels)
    case "r": return range(type.rangeSubtype)
    case "m":
      return "{" + (0..<random.below(4)).compactMap { _ in range(type.rangeSubtype) }.joined(separator: ",") + "}"
    default: return OracleScalars.literal(type.name, &random)
    }
  }

  private mutating func domain(_ type: OracleCatalogue.TypeRow) -> String? {
    switch type.name {
    case "cardinal_number": return String(random.below(1 << 20))
    case "yes_or_no": return random.pick(["YES", "NO"])
    case "positive", "positive_too": return "\(random.below(1 << 20) + 1).\(random.below(9999))"
    case "padded": return random.pick(["", "a", "ab c", "\"x\""])
    case "short_bits": return random.pick(["", "1", "010101010"])
    default: return literal(type.base)
    }
  }

  private mutating func composite(_ type: OracleCatalogue.TypeRow) -> String {
    let fields = type.attributes.map { attribute -> String in
      guard random.below(6) > 0, let value = literal(attribute.type) else { return "" }
      return "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? [$0, $0] : [$0] } + "\""
    }
    return "(" + fields.joined(separator: ",") + ")"
  }

  private mutating func array(_ type: OracleCatalogue.TypeRow) -> String? {
    // In rows of rows, arrays stay short: quoting doubles with each level.
    let dimensions = random.below(depth > 2 ? 2 : 4)
    guard dimensions > 0 else { return "{}" }
    let lengths = (0..<dimensions).map { _ in random.below(depth > 1 ? 2 : 3) + 1 }
    var bounds = ""
    if random.below(3) == 0 {
      for length in lengths {
        let lower = random.below(7) - 3
        bounds += "[\(lower):\(lower + length - 1)]"
      }
      bounds += "="
    }
    let delimiter = String(decoding: [type.elementDelimiter], as: UTF8.self)
    return bounds + dimension(lengths[...], of: type.element, delimiter: delimiter)
  }

  private mutating func dimension(_ lengths: ArraySlice<Int>, of element: UInt32, delimiter: String) -> String {
    guard let length = lengths.first else {
      guard random.below(6) > 0, let value = literal(element) else { return "NULL" }
      return "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }
    var parts: [String] = []
    for _ in 0..<length { parts.append(dimension(lengths.dropFirst(), of: element, delimiter: delimiter)) }
    return "{" + parts.joined(separator: delimiter) + "}"
  }

  private mutating func range(_ subtype: UInt32) -> String? {
    if random.below(8) == 0 { return random.pick(["empty", "(,)"]) }
    guard let a = literal(subtype), let b = literal(subtype) else { return nil }
    let quote = { (value: String) in "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? [$0, $0] : [$0] } + "\"" }
    let open = random.pick(["[", "("])
    let close = random.pick(["]", ")"])
    switch random.below(6) {
    case 0: return open + quote(a) + "," + close
    case 1: return open + "," + quote(b) + close
    case 2: return "[" + quote(a) + "," + quote(a) + "]"
    default: return open + (a < b ? quote(a) + "," + quote(b) : quote(b) + "," + quote(a)) + close
    }
  }
}
