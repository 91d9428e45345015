/// How much is measured.
struct Plan: Sendable {
  /// Pairs of runs for each ratio.
  let pairs: Int
  /// Divides the number of rows of each workload.
  let divisor: Int
  /// Seconds of the latency's steady load.
  let latencySeconds: Int
  /// Starts of the program that are measured.
  let starts: Int

  /// What the targets are judged by.
  static let full = Plan(pairs: 5, divisor: 1, latencySeconds: 30, starts: 10)
  /// A look: fewer pairs of a tenth of the rows. Start and connect weigh more in it.
  static let quick = Plan(pairs: 3, divisor: 10, latencySeconds: 5, starts: 5)

  /// The number of rows for a workload of `full` rows.
  func rows(_ full: Int) -> Int { max(1000, full / divisor) }
}
