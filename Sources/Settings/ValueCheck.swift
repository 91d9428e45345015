/// Checks a text by its key's type.
enum ValueCheck {
  /// What was expected, when `text` is not that; nil when it is.
  static func expectation(_ text: String, _ kind: Key.Kind) -> String? {
    switch kind {
    case .text, .secret, .path, .list, .statements:
      return text.contains("\0") ? "text without a zero byte is expected" : nil
    case .secretURI:
      let isURI = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
      return isURI ? nil : "a connection URI is expected: postgresql://user:password@host:5432/dbname"
    case .secretURLs:
      let urls = Values.list(text)
      let areURLs = urls.allSatisfy { $0.hasPrefix("http://") || $0.hasPrefix("https://") } && !urls.isEmpty
      return areURLs ? nil : "URLs are expected, separated by commas: https://host:8081"
    case .boolean:
      return Values.boolean(text) == nil ? "true or false is expected" : nil
    case .integer(let range): return number(Values.integer(text), range, "a whole number")
    case .milliseconds(let range): return number(Values.integer(text), range, "a whole number of milliseconds")
    case .seconds(let range): return number(Values.integer(text), range, "a whole number of seconds")
    case .bytes(let range):
      return number(Values.bytes(text), range, "a whole number of bytes (or KiB, MiB, GiB)")
    case .enumeration(let words):
      let isOne = words.contains { $0.lowercased() == Values.trimmed(text).lowercased() }
      return isOne ? nil : words.count == 1 ? "\(words[0]) is expected" : "one of \(spoken(words)) is expected"
    case .options(let words):
      let areSome = Values.list(text).allSatisfy { words.contains($0.lowercased()) }
      return areSome ? nil : "some of \(spoken(words)) are expected, separated by commas"
    case .patterns: return patterns(text)
    case .parameters:
      return Values.parameters(text) == nil ? "name=value pairs are expected, separated by ';'" : nil
    case .replicaIdentities:
      return ReplicaIdentityRule.parse(text) == nil
        ? "schema.table:FULL, :DEFAULT, :NOTHING or :INDEX name is expected, separated by commas" : nil
    case .slotName: return slotName(Values.trimmed(text))
    case .identifier:
      let count = Values.trimmed(text).utf8.count
      return (1...63).contains(count) && !text.contains("\0") ? nil : "an SQL name of 1 to 63 bytes is expected"
    case .topicName:
      let isName = Values.trimmed(text).unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || "._-".unicodeScalars.contains($0)
      }
      return isName ? nil : "letters, digits, '.', '_' and '-' are expected"
    case .keyColumns:
      return (try? KeyColumns(text)) == nil ? "schema.table:column,column is expected, separated by ';'" : nil
    }
  }

  private static func number(_ value: Int64?, _ range: ClosedRange<Int64>, _ what: String) -> String? {
    if let value, range.contains(value) { return nil }
    return "\(what) from \(range.lowerBound) to \(range.upperBound) is expected"
  }

  private static func spoken(_ words: [String]) -> String { words.joined(separator: ", ") }

  private static func patterns(_ text: String) -> String? {
    do throws(PatternList.InvalidPattern) {
      _ = try PatternList(text)
      return nil
    } catch {
      return "regular expressions are expected, separated by commas; \(error)"
    }
  }

  private static func slotName(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "_")
    }
    let fits = (1...63).contains(text.utf8.count)
    return isName && fits ? nil : "1 to 63 lower-case letters, digits and underscores are expected"
  }
}
