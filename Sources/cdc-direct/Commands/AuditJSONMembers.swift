/// The members of a JSON object's text as they are written there: numbers keep every digit.
struct JSONMembers {
  /// Names with their values' text, in order.
  let members: [(name: String, value: String)]

  /// Reads an object; anything else has no members.
  init(_ text: String?) {
    var scanner = Scanner(Array((text ?? "").utf8))
    members = scanner.object()
  }

  /// The value of a member.
  subscript(_ name: String) -> String? { members.first { $0.name == name }?.value }

  /// Splits at the commas and colons of the outermost level; what the server sent is valid JSON.
  private struct Scanner {
    let bytes: [UInt8]
    var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func object() -> [(name: String, value: String)] {
      guard bytes.first == UInt8(ascii: "{") else { return [] }
      place = 1
      var members: [(name: String, value: String)] = []
      while let name = value(until: UInt8(ascii: ":")), let value = value(until: UInt8(ascii: ",")) {
        members.append((JSONMembers.plain(name), value))
      }
      return members
    }

    /// The text up to a mark of the outermost level or the object's end; nil when nothing is left.
    private mutating func value(until mark: UInt8) -> String? {
      let start = place
      var depth = 0
      var isQuoted = false
      while place < bytes.count {
        let byte = bytes[place]
        if isQuoted {
          if byte == UInt8(ascii: "\\") { place += 1 } else if byte == UInt8(ascii: "\"") { isQuoted = false }
        } else if byte == UInt8(ascii: "\"") {
          isQuoted = true
        } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
          depth += 1
        } else if depth > 0, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
          depth -= 1
        } else if depth == 0, byte == mark || byte == UInt8(ascii: "}") {
          break
        }
        place += 1
      }
      let end = min(place, bytes.count)
      place = end + 1
      let blank = UInt8(ascii: " ")
      let text = bytes[min(start, end)..<end].drop { $0 == blank }
      return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }
  }

  /// A string without its quotes where nothing in it is escaped; anything else as it is.
  static func plain(_ value: String) -> String {
    guard value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\""), !value.contains("\\") else {
      return value
    }
    return String(value.dropFirst().dropLast())
  }
}
