import FoundationEssentials
import Testing

/// One workload as its files in `conformance/workloads` describe it.
struct Workload: Sendable, CustomTestStringConvertible {
  /// What happens between two pieces of SQL.
  enum Marker: Sendable, Equatable {
    case begin
    case sync
    case stop
    case start
    case sleep(Duration)
  }

  struct Step: Sendable {
    let marker: Marker
    /// What is run after it; empty when there is nothing but comments.
    let sql: String
  }

  let name: String
  /// SQL run before the program starts.
  let setup: String
  let steps: [Step]
  /// The program's properties, without those of connection and offsets.
  let properties: String
  private let directives: [(name: String, value: String)]

  var testDescription: String { name }

  static let directory = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/conformance"

  /// Every workload that has a recording, by number; only those that `CONFORMANCE_WORKLOADS` lists, if it is set (as in
  /// `57,68-bulk`).
  static let all: [Workload] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/recordings")) ?? []
    let names = files.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }
    func number(_ name: String) -> Int { Int(name.prefix { $0 != "-" }) ?? 0 }
    let only = ProcessInfo.processInfo.environment["CONFORMANCE_WORKLOADS"]?.split(separator: ",") ?? []
    return names.filter { name in only.isEmpty || only.contains { name == $0 || name.hasPrefix($0 + "-") } }
      .sorted { (number($0), $0) < (number($1), $1) }.map(Workload.init)
  }()

  init(named name: String) {
    func text(_ file: String) -> String { Self.text("workloads/" + file) ?? "" }
    let own = text(name + ".properties")
    let directives = Self.directives(in: own)
    let sql = directives.first { $0.name == "same-sql-as" }?.value ?? name
    self.init(
      name: name, setup: text(sql + ".setup.sql"), script: text(sql + ".sql"),
      properties: text("common.properties") + "\n" + own)
  }

  init(name: String, setup: String, script: String, properties: String) {
    self.name = name
    self.setup = Self.isBlank(setup) ? "" : setup
    self.properties = properties
    directives = Self.directives(in: properties)
    steps = Self.steps(of: script)
  }

  /// The database it runs in, also part of its slot's name.
  var database: String { "w" + name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() }
  var readsSnapshotOnly: Bool { setting("snapshot.mode") == "initial_only" }
  /// How the topics of records begin that come by the clock.
  var heartbeatPrefix: String { setting("topic.heartbeat.prefix") ?? "__debezium-heartbeat" }
  /// Silence that counts as the end of work which the program does by itself.
  var settle: Duration? { directive("settle").compactMap { Double($0) }.max().map { .seconds($0) } }
  var ignoredPaths: [String] { directive("ignore") + directive("ignore-recorded") }
  var ignoredTopics: [String] { directive("ignore-topic") + directive("ignore-topic-recorded") }

  func recording() throws -> [ChangeEvent] {
    guard let bytes = FileManager.default.contents(atPath: Self.directory + "/recordings/\(name).jsonl") else {
      throw ChangeEvent.Unusable(description: "there is no recording of \(name)")
    }
    return try ChangeEvent.all([UInt8](bytes))
  }

  /// The last value of a property.
  func setting(_ name: String) -> String? {
    var found: String?
    for line in properties.split(separator: "\n") {
      let line = line.drop { $0 == " " || $0 == "\t" }
      guard line.hasPrefix(name) else { continue }
      let rest = line.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
      guard rest.hasPrefix("=") || rest.hasPrefix(":") else { continue }
      found = Self.trimmed(rest.dropFirst())
    }
    return found
  }

  private func directive(_ name: String) -> [String] { directives.filter { $0.name == name }.map(\.value) }

  /// Lines such as `# @ignore $.key.id`.
  private static func directives(in properties: String) -> [(name: String, value: String)] {
    properties.split(separator: "\n").compactMap { line in
      guard let found = line.wholeMatch(of: #/#\s*@(\S+)\s*(.*)/#) else { return nil }
      return (String(found.output.1), trimmed(found.output.2))
    }
  }

  /// The script cut at lines such as `-- @sync`.
  private static func steps(of script: String) -> [Step] {
    var steps: [Step] = []
    var marker = Marker.begin
    var lines: [Substring] = []
    func finish() {
      let sql = lines.joined(separator: "\n")
      steps.append(Step(marker: marker, sql: isBlank(sql) ? "" : sql))
      lines = []
    }
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let found = line.wholeMatch(of: #/--\s*@(sync|stop|start|sleep)\s*(.*)/#) else {
        lines.append(line)
        continue
      }
      finish()
      switch found.output.1 {
      case "stop": marker = .stop
      case "start": marker = .start
      case "sleep": marker = .sleep(.seconds(Double(trimmed(found.output.2)) ?? 0))
      default: marker = .sync
      }
    }
    finish()
    return steps
  }

  /// Whether there is nothing but blanks and comments.
  private static func isBlank(_ sql: String) -> Bool {
    sql.split(separator: "\n").allSatisfy { line in
      let line = line.drop { $0.isWhitespace }
      return line.isEmpty || line.hasPrefix("--")
    }
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: directory + "/" + path).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
