internal import FoundationEssentials
internal import Glibc

/// What a process has used since its start.
struct ProcessUsage: Codable, Sendable {
  /// CPU time, user and system.
  var cpuSeconds: Double
  /// The largest resident memory.
  var peakBytes: Int

  /// Of this process, to the microsecond.
  static func own() throws -> ProcessUsage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessUsage(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakBytes: try peak(of: "self"))
  }

  /// Of a running process, to a hundredth of a second.
  ///
  /// Source: proc(5), `/proc/PID/stat` fields 14 and 15, `/proc/PID/status` VmHWM.
  static func of(_ pid: Int32) throws -> ProcessUsage {
    // The name in parentheses may hold blanks.
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw BenchError("/proc/\(pid)/stat cannot be read")
    }
    return ProcessUsage(
      cpuSeconds: (user + system) / Double(sysconf(Int32(_SC_CLK_TCK))), peakBytes: try peak(of: "\(pid)"))
  }

  private static func peak(of process: String) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    guard let kilobytes = line.split(separator: " ").dropLast().last.flatMap({ Int($0.filter(\.isNumber)) }) else {
      throw BenchError("/proc/\(process)/status has no VmHWM")
    }
    return kilobytes << 10
  }
}
