internal import FoundationEssentials
internal import Glibc
internal import ServerKit

/// Where the figures come from.
struct Machine: Codable, Sendable {
  let cores: Int
  let processor: String
  let kernel: String
  let postgres: String
  let swift: String
  let loadAverageBefore: Double
  var loadAverageAfter: Double?

  /// This machine, now.
  static func current() async throws -> Machine {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
    let postgres = try await Programs.run("psql", ["--version"], within: .seconds(10)).output
    let swift = ProcessInfo.processInfo.environment["BENCHMARK_SWIFT_VERSION"] ?? "unknown"
    let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
    return Machine(
      cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      processor: model.flatMap { $0.split(separator: ":").last }.map { String($0.drop { $0 == " " }) } ?? "unknown",
      kernel: kernel.filter { !$0.isNewline }, postgres: postgres.filter { !$0.isNewline }, swift: swift,
      loadAverageBefore: loadAverage())
  }

  /// The number of runnable processes over the last minute.
  static func loadAverage() -> Double {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return text.split(separator: " ").first.flatMap { Double($0) } ?? 0
  }

  /// One line.
  var text: String {
    "\(cores) cores, \(processor), Linux \(kernel), \(postgres), Swift \(swift), "
      + "load average before \(Report.number(loadAverageBefore))"
  }

  /// Why the figures may be worth little, before anything ran.
  var warning: String? {
    guard loadAverageBefore > 0.5 else { return nil }
    return "warning: the machine is busy (load average \(Report.number(loadAverageBefore))); figures will be noisy, "
      + "and those that are no ratio too large"
  }
}
