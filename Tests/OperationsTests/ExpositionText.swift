/// Reads Prometheus' text form back, strictly: whatever it does not know is an error.
struct ExpositionText {
  struct Malformed: Error { let line: String }
  struct Sample: Hashable {
    let name: String
    let labels: [String: String]
    let value: String
  }

  private(set) var kinds: [String: String] = [:]
  private(set) var samples: [Sample] = []

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(line: "no line break at the end") }
    var helped: Set<String> = []
    var current = ""
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP "), words.count == 4 {
        guard helped.insert(words[2]).inserted else { throw Malformed(line: line) }
        current = words[2]
      } else if line.hasPrefix("# TYPE "), words.count == 4 {
        guard words[2] == current, kinds[current] == nil, ["counter", "gauge", "histogram"].contains(words[3]) else {
          throw Malformed(line: line)
        }
        kinds[current] = words[3]
      } else {
        let sample = try ExpositionText.sample(line)
        guard ExpositionText.family(of: sample.name, kinds[current]) == current else { throw Malformed(line: line) }
        samples.append(sample)
      }
    }
  }

  subscript(_ name: String, _ labels: [String: String] = [:]) -> String? {
    samples.first { $0.name == name && $0.labels == labels }?.value
  }

  private static func family(of name: String, _ kind: String?) -> String {
    guard kind == "histogram" else { return name }
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return name
  }

  private static func sample(_ line: String) throws -> Sample {
    var rest = Substring(line)
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    rest = rest.dropFirst(name.count)
    var labels: [String: String] = [:]
    if rest.first == "{" {
      rest = rest.dropFirst()
      while rest.first != "}" {
        let label = rest.prefix { $0 != "=" }
        rest = rest.dropFirst(label.count)
        guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Malformed(line: line) }
        rest = rest.dropFirst(2)
        labels[String(label)] = try quoted(&rest, line)
        if rest.first == "," { rest = rest.dropFirst() }
      }
      rest = rest.dropFirst()
    }
    let value = String(rest.dropFirst())
    guard !name.isEmpty, rest.first == " ", ["+Inf", "-Inf", "NaN"].contains(value) || Double(value) != nil else {
      throw Malformed(line: line)
    }
    return Sample(name: String(name), labels: labels, value: value)
  }

  private static func quoted(_ rest: inout Substring, _ line: String) throws -> String {
    var value = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return value
      case "\\":
        switch rest.popFirst() {
        case "n": value.append("\n")
        case "\\": value.append("\\")
        case "\"": value.append("\"")
        default: throw Malformed(line: line)
        }
      default: value.append(character)
      }
    }
    throw Malformed(line: line)
  }
}
