/// One measured value, with what it is judged by.
struct Figure: Codable, Sendable {
  /// What a figure must be.
  enum Target: Codable, Sendable {
    case atLeast(Double)
    case atMost(Double)

    /// Whether `value` is good enough.
    func isMet(by value: Double) -> Bool {
      switch self {
      case .atLeast(let bound): value >= bound
      case .atMost(let bound): value <= bound
      }
    }

    /// For people.
    func text(_ unit: String) -> String {
      switch self {
      case .atLeast(let bound): ">= \(Report.number(bound))\(unit)"
      case .atMost(let bound): "<= \(Report.number(bound))\(unit)"
      }
    }
  }

  /// The measurement it belongs to, as `--only` names it.
  let measurement: String
  /// What was measured.
  let name: String
  /// The median.
  let value: Double
  /// Its unit; empty for a ratio.
  let unit: String
  /// What it must be; nil for what is only told.
  var target: Target?
  /// Each run's value, in order.
  var samples: [Double] = []
  /// The two sides of a ratio, or whatever else explains the value.
  var remark = ""

  /// `pass`, `miss` with the distance, or nothing without a target.
  var verdict: String {
    guard let target else { return "" }
    if target.isMet(by: value) { return "pass" }
    switch target {
    case .atLeast(let bound), .atMost(let bound):
      return "MISS by \(Report.number(abs(value - bound) / bound * 100)) %"
    }
  }
}

extension Array where Element == Double {
  /// The middle value, or the mean of the two middle ones; 0 without any.
  var median: Double {
    guard !isEmpty else { return 0 }
    let ordered = sorted()
    let middle = count / 2
    return count.isMultiple(of: 2) ? (ordered[middle - 1] + ordered[middle]) / 2 : ordered[middle]
  }
}
