/// Reads a Java properties file.
///
/// Source: `java.util.Properties.load`: comments by `#` or `!`, a key ended by `=`, `:` or white space, lines continued by
/// a backslash at their end, `\uXXXX`, `\t`, `\n`, `\r`, `\f`, and a backslash before any other character dropped.
enum PropertiesReader {

  static func read(_ text: String) throws(DocumentError) -> [(key: String, text: String, line: Int)] {
    var entries: [(key: String, text: String, line: Int)] = []
    for line in logicalLines(text) {
      let (key, value) = split(line.scalars)
      entries.append((try unescaped(key, line: line.number), try unescaped(value, line: line.number), line.number))
    }
    return entries
  }

  /// Lines with their continuations joined; blank ones and comments left out.
  private static func logicalLines(_ text: String) -> [(number: Int, scalars: [Unicode.Scalar])] {
    var result: [(number: Int, scalars: [Unicode.Scalar])] = []
    var pending: (number: Int, scalars: [Unicode.Scalar])?
    for (index, scalars) in naturalLines(text).enumerated() {
      let body = Array(scalars.drop(while: isSpace))
      if pending == nil, body.first == nil || body.first == "#" || body.first == "!" { continue }
      var line = pending ?? (index + 1, [])
      line.scalars += body
      // Only an odd number of backslashes at the end continues the line: a pair is one backslash of the value.
      let backslashes = body.reversed().prefix { $0 == "\\" }.count
      if backslashes.isMultiple(of: 2) {
        result.append(line)
        pending = nil
      } else {
        line.scalars.removeLast()
        pending = line
      }
    }
    if let pending { result.append(pending) }
    return result
  }

  private static func naturalLines(_ text: String) -> [[Unicode.Scalar]] {
    var lines: [[Unicode.Scalar]] = [[]]
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\r" || scalar == "\n" && previous != "\r" {
        lines.append([])
      } else if scalar != "\n" {
        lines[lines.count - 1].append(scalar)
      }
      previous = scalar
    }
    return lines
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar.value == 0x0C
  }

  /// Divides at the first `=`, `:` or white space that no backslash precedes.
  private static func split(_ line: [Unicode.Scalar]) -> (key: ArraySlice<Unicode.Scalar>, ArraySlice<Unicode.Scalar>) {
    var end = 0
    while end < line.count, line[end] != "=", line[end] != ":", !isSpace(line[end]) {
      end += line[end] == "\\" ? 2 : 1
    }
    end = min(end, line.count)
    var rest = line[end...].drop(while: isSpace)
    if let separator = rest.first, separator == "=" || separator == ":" {
      rest = rest.dropFirst().drop(while: isSpace)
    }
    return (line[..<end], rest)
  }

  private static func unescaped(_ text: ArraySlice<Unicode.Scalar>, line: Int) throws(DocumentError) -> String {
    // UTF-16, as in Java: a pair of `\u` escapes may be one character.
    var units: [UInt16] = []
    var rest = text
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escaped = rest.popFirst() else {
        if scalar != "\\" { units += Array(String(Character(scalar)).utf16) }
        continue
      }
      switch escaped {
      case "t": units.append(0x09)
      case "n": units.append(0x0A)
      case "r": units.append(0x0D)
      case "f": units.append(0x0C)
      case "u":
        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
        guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16) else {
          throw DocumentError(line: line, text: "four hexadecimal digits are expected after \\u")
        }
        units.append(unit)
        rest = rest.dropFirst(4)
      default: units += Array(String(Character(escaped)).utf16)
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
