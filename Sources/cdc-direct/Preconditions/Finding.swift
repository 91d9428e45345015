internal import Pipeline

/// One thing that was looked at: how it stands, and what mends it.
struct Finding: Encodable, Sendable {
  /// How it stands.
  enum Level: String, Encodable, Sendable {
    /// As it should be.
    case ok
    /// Worth knowing.
    case info
    /// It works, and may hurt later.
    case warn
    /// `run` would stop, or lose something.
    case error
  }

  /// How it stands.
  let level: Level
  /// What was looked at, such as `source.wal_level`.
  let check: String
  /// What was found.
  let what: String
  /// The SQL or the setting that mends it; nil where nothing needs to be done.
  let remedy: String?
  /// For errors: the failure that `run` would stop with.
  let kind: Failure.Kind?

  private enum CodingKeys: String, CodingKey { case level, check, what, remedy, failure, exitCode = "exit_code" }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(level, forKey: .level)
    try container.encode(check, forKey: .check)
    try container.encode(what, forKey: .what)
    try container.encodeIfPresent(remedy, forKey: .remedy)
    try container.encodeIfPresent(kind?.rawValue, forKey: .failure)
    try container.encodeIfPresent(kind?.exitCode, forKey: .exitCode)
  }
}

/// What an inspection found, in the order in which it looked.
struct Findings: Sendable {
  private(set) var all: [Finding] = []

  mutating func ok(_ check: String, _ what: String) { add(.ok, check, what, nil, nil) }
  mutating func info(_ check: String, _ what: String, _ remedy: String? = nil) { add(.info, check, what, remedy, nil) }
  mutating func warn(_ check: String, _ what: String, _ remedy: String) { add(.warn, check, what, remedy, nil) }
  mutating func error(_ kind: Failure.Kind, _ check: String, _ what: String, _ remedy: String? = nil) {
    add(.error, check, what, remedy ?? kind.advice, kind)
  }
  mutating func error(_ failure: Failure, _ check: String) {
    add(.error, check, failure.what, failure.advice, failure.kind)
  }

  /// The failure that decides the exit code.
  var firstError: Failure.Kind? { all.lazy.compactMap(\.kind).first }

  /// Takes another inspection's findings.
  mutating func append(contentsOf others: Findings) { all += others.all }

  /// How many findings have a level.
  func count(_ level: Finding.Level) -> Int { all.count { $0.level == level } }

  private mutating func add(
    _ level: Finding.Level, _ check: String, _ what: String, _ remedy: String?, _ kind: Failure.Kind?
  ) {
    all.append(Finding(level: level, check: check, what: what, remedy: remedy, kind: kind))
  }
}
