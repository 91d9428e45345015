internal import FoundationEssentials
internal import PGReplication
internal import ServerKit

/// Programs that are timed from outside, each the same way: from the request to start it to its end.
enum Programs {
  /// Runs a program to its end; seconds.
  static func timed(_ program: String, _ arguments: [String], within limit: Duration) async throws -> Double {
    try await run(program, arguments, within: limit).seconds
  }

  /// Runs a program to its end; seconds and its output.
  static func run(
    _ program: String, _ arguments: [String], within limit: Duration
  ) async throws -> (seconds: Double, output: String, error: String) {
    let began = MonotonicClock.nanoseconds()
    let result = try await ChildProcess.run(program, arguments, within: limit)
    let seconds = Double(MonotonicClock.nanoseconds() - began) / 1e9
    guard result.status.isSuccess else {
      throw BenchError("\(program) ended with \(result.status): \(result.error.suffix(2000))")
    }
    return (seconds, result.output, result.error)
  }

  /// Another product of this package, built beside this one.
  static func beside(_ name: String) throws -> String {
    try own().split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
  }

  /// This program's own path.
  static func own() throws -> String { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }
}
