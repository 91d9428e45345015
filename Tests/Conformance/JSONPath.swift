/// A pattern of places in an event: `$.value.source.lsn`, `$.headers["a.b"]`, `$.value.list[*].x`.
///
/// `*` is any one step, `**` any number of steps.
struct JSONPath: Hashable, Sendable {
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  let steps: [String]

  init(_ text: String) throws(Malformed) {
    var rest = text.hasPrefix("$") ? text.dropFirst() : "." + text
    var steps: [String] = []
    while !rest.isEmpty {
      if let step = rest.prefixMatch(of: #/\.(\*\*|\*|[^.\[\]]+)/#) {
        steps.append(String(step.output.1))
        rest = rest[step.range.upperBound...]
      } else if let step = rest.prefixMatch(of: #/\[(\d+|\*)\]/#) {
        steps.append(String(step.output.1))
        rest = rest[step.range.upperBound...]
      } else if let step = rest.prefixMatch(of: #/\["([^"]*)"\]/#) {
        steps.append(String(step.output.1))
        rest = rest[step.range.upperBound...]
      } else {
        throw Malformed(description: "not a path: \(text)")
      }
    }
    self.steps = steps
  }

  /// A place as a path is written.
  static func shown(_ steps: [String]) -> String {
    steps.reduce("$") { path, step in
      if Int(step) != nil { return path + "[\(step)]" }
      return path + (step.wholeMatch(of: #/[A-Za-z_][\w-]*/#) == nil ? "[\"\(step)\"]" : "." + step)
    }
  }
}
