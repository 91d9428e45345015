internal import Pipeline

/// Writes metric families in Prometheus' text form.
///
/// Source: Prometheus documentation, "Exposition formats", text-based format, version 0.0.4.
struct ExpositionWriter {
  /// What a family holds.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// A value with the labels that tell it from its siblings.
  struct Sample {
    let value: Value
    let labels: [(name: String, value: String)]

    init(_ value: Value, _ labels: (String, String)...) {
      self.value = value
      self.labels = labels.map { (name: $0.0, value: $0.1) }
    }
  }

  /// A number. Whole ones are kept apart because a log position does not fit a Double.
  enum Value {
    case whole(UInt64)
    case real(Double)
  }

  private(set) var text = ""

  mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
    family(name, .counter, help, [Sample(.whole(value))])
  }

  mutating func counter(_ name: String, _ help: String, _ samples: [Sample]) { family(name, .counter, help, samples) }

  /// Nothing is written for a value that is not known.
  mutating func gauge(_ name: String, _ help: String, _ value: UInt64?) {
    family(name, .gauge, help, value.map { [Sample(.whole($0))] } ?? [])
  }

  mutating func gauge(_ name: String, _ help: String, _ value: Double?) {
    family(name, .gauge, help, value.map { [Sample(.real($0))] } ?? [])
  }

  mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) { family(name, .gauge, help, samples) }

  mutating func histogram(_ name: String, _ help: String, _ counts: Histogram.Snapshot?) {
    guard let counts else { return }
    header(name, .histogram, help)
    var running: UInt64 = 0
    for (index, count) in counts.counts.enumerated() {
      running &+= count
      let bound = index < counts.bounds.count ? ExpositionWriter.number(counts.bounds[index]) : "+Inf"
      text += "\(name)_bucket{le=\"\(bound)\"} \(running)\n"
    }
    text += "\(name)_sum \(ExpositionWriter.number(counts.sum))\n\(name)_count \(running)\n"
  }

  private mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    header(name, kind, help)
    for sample in samples {
      text += name
      if !sample.labels.isEmpty {
        let pairs = sample.labels.map { "\($0.name)=\"\(ExpositionWriter.escaped($0.value, quotes: true))\"" }
        text += "{\(pairs.joined(separator: ","))}"
      }
      switch sample.value {
      case .whole(let number): text += " \(number)\n"
      case .real(let number): text += " \(ExpositionWriter.number(number))\n"
      }
    }
  }

  private mutating func header(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(ExpositionWriter.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Whole numbers without a fraction, as Prometheus' own libraries write them.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
