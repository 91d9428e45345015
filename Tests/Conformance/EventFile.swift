import FoundationEssentials
import Glibc

/// The files that one workload's program writes, one a start, watched as they grow.
struct EventFile {
  private let directory: String
  private let clockPrefix: [UInt8]
  private var paths: [String] = []
  private var sizeSeen = 0
  /// Bytes of events so far, as of the last look.
  private(set) var eventBytes = 0
  /// Events so far, as of the last look.
  private(set) var eventCount = 0

  /// - Parameter clockPrefix: how the topics of records begin that come by the clock and are not waited for.
  init(directory: String, clockPrefix: String) {
    self.directory = directory
    self.clockPrefix = Array("{\"topic\":\"\(clockPrefix)".utf8)
  }

  /// The file that is written now.
  var path: String { paths.last ?? "" }

  mutating func startFile(numbered number: Int) { paths.append("\(directory)/events.\(number).jsonl") }

  /// All that was written, over all starts.
  func bytes() -> [UInt8] { paths.flatMap { [UInt8](FileManager.default.contents(atPath: $0) ?? Data()) } }

  /// Brings the counts up to date.
  mutating func look() {
    // Files are read again only when they have grown: many are watched at a time.
    let size = paths.reduce(0) { sum, path in
      var status = stat()
      return stat(path, &status) == 0 ? sum + Int(status.st_size) : sum
    }
    guard size != sizeSeen else { return }
    sizeSeen = size
    let lines = bytes().split(separator: UInt8(ascii: "\n")).filter { !$0.starts(with: clockPrefix) }
    eventBytes = lines.reduce(0) { $0 + $1.count }
    eventCount = lines.count
  }
}
