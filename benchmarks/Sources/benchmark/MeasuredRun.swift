internal import Glibc
internal import PGReplication
internal import ServerKit

/// A program that ran to its end, measured from outside, each the same way.
struct MeasuredRun: Sendable {
  /// From the request to start it to its end.
  let seconds: Double
  /// Its CPU time and largest memory. The latter is looked at every 20 ms: what it grew by in its last moment is missed.
  let usage: ProcessUsage
  /// Its standard error.
  let error: String

  /// Runs a program to its end, while no other child of this process ends.
  static func of(_ program: String, _ arguments: [String], within limit: Duration) async throws -> MeasuredRun {
    let before = childrenSeconds()
    let began = MonotonicClock.nanoseconds()
    let process = try await ChildProcess.start(program, arguments)
    var peak = 0
    let deadline = ContinuousClock.now + limit
    while process.exitStatus == nil {
      // It may end while it is looked at.
      if let usage = try? ProcessUsage.of(process.pid) { peak = max(peak, usage.peakBytes) }
      if await process.wait(within: .milliseconds(20)) != nil { break }
      guard ContinuousClock.now < deadline else {
        _ = await process.terminate(within: .seconds(5))
        throw BenchError("\(program) did not end within \(limit): \(process.standardError.suffix(2000))")
      }
    }
    let seconds = Double(MonotonicClock.nanoseconds() - began) / 1e9
    guard let status = await process.wait(), status.isSuccess else {
      throw BenchError("\(program) failed: \(process.standardError.suffix(2000))")
    }
    return MeasuredRun(
      seconds: seconds, usage: ProcessUsage(cpuSeconds: childrenSeconds() - before, peakBytes: peak),
      error: process.standardError)
  }

  /// CPU time of all children that have ended, to the microsecond.
  private static func childrenSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
