internal import Glibc

/// What the process uses, as the kernel counts it; nil where the kernel does not say.
public struct ProcessReading: Sendable, Hashable {
  /// Bytes of memory in use now.
  public var residentBytes: UInt64?
  /// The most bytes of memory that were ever in use.
  public var peakResidentBytes: UInt64?
  /// Seconds of processor time, user and system together.
  public var cpuSeconds: Double?
  /// Open file descriptors.
  public var openDescriptors: Int?

  /// A reading by its parts.
  public init(
    residentBytes: UInt64? = nil, peakResidentBytes: UInt64? = nil, cpuSeconds: Double? = nil,
    openDescriptors: Int? = nil
  ) {
    self.residentBytes = residentBytes
    self.peakResidentBytes = peakResidentBytes
    self.cpuSeconds = cpuSeconds
    self.openDescriptors = openDescriptors
  }

  /// This process, now. Source: proc(5), `/proc/[pid]/status` and `/proc/[pid]/fd`; getrusage(2).
  public static func current() -> ProcessReading {
    let status = contents(of: "/proc/self/status")
    return ProcessReading(
      residentBytes: kibibytes("VmRSS:", in: status), peakResidentBytes: kibibytes("VmHWM:", in: status),
      cpuSeconds: processorSeconds(), openDescriptors: entries(of: "/proc/self/fd"))
  }

  /// The value of a line such as `VmRSS:     12345 kB`, in bytes.
  static func kibibytes(_ name: String, in status: String) -> UInt64? {
    for line in status.split(separator: "\n") where line.hasPrefix(name) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count == 3, words[2] == "kB", let value = UInt64(words[1]) else { return nil }
      let (bytes, overflow) = value.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
    return nil
  }

  private static func contents(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
  }

  private static func processorSeconds() -> Double? {
    let ticks = clock()
    return ticks < 0 ? nil : Double(ticks) / 1e6
  }

  /// How many entries a directory has, without `.`, `..` and the descriptor that reads it.
  private static func entries(of path: String) -> Int? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return max(0, count - 3)
  }
}
