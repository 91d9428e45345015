/// Everything that can be set, read, checked and typed.
public struct Settings: Sendable {
  /// What a command cannot do without.
  public struct Requirement: OptionSet, Sendable {
    /// The raw bits.
    public let rawValue: Int
    /// Makes a set from raw bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// A way to reach the source database.
    public static let database = Requirement(rawValue: 1)
    /// A way to reach the audit database.
    public static let audit = Requirement(rawValue: 2)
    /// What Debezium's events cannot do without: `topic.prefix`. Keys are then judged by what becomes of them for events,
    /// and with ``audit`` by what becomes of them for both.
    public static let events = Requirement(rawValue: 4)

    /// What the settings are read for.
    var purposes: [Key.Purpose] {
      guard contains(.events) else { return [.trail] }
      return contains(.audit) ? [.trail, .events] : [.events]
    }
  }

  /// One key with the value in force, fit to be printed.
  public struct Effective: Sendable, Hashable {
    /// The key's name; a salt in it is masked.
    public let key: String
    /// The value's text; a secret as asterisks.
    public let text: String
    /// Where it was given.
    public let origin: Origin
    /// Whether it is the default.
    public let isDefault: Bool
    /// What becomes of it; nil for a name that belongs to a converter or the like.
    public let support: Key.Support?
  }

  /// How the source database is reached.
  public let database: Database
  /// How the audit database is reached, and how rows are written to it.
  public let audit: Audit
  /// The replication slot.
  public let slot: Slot
  /// The publication.
  public let publication: Publication
  /// What is captured.
  public let capture: Capture
  /// The snapshot.
  public let snapshot: Snapshot
  /// The heartbeat.
  public let heartbeat: Heartbeat
  /// The stream and its memory.
  public let stream: Stream
  /// Retries and errors.
  public let retry: Retry
  /// The HTTP server.
  public let http: HTTP
  /// The logs.
  public let log: Log
  /// Debezium's events.
  public let events: Events
  /// Kafka; nil where it is off.
  public let kafka: Kafka?
  /// How long an orderly stop may take.
  public let shutdownTimeout: Duration
  /// Every honoured key with its value in force, and every other key that is set, in the order of the reference.
  public let effective: [Effective]
  /// What to log once at the start: keys without a meaning here, aliases, variables that look misspelled. No secrets.
  public let notices: [String]

  /// Reads, merges and checks the settings; later sources win: files in their order, environment, command line.
  ///
  /// - Parameters:
  ///   - files: Paths of files, or JSON texts, which begin with `{`. When empty, the file that `CDC_DIRECT_CONFIG` names in `environment` is read, if any.
  ///   - environment: The environment's variables.
  ///   - arguments: Pairs of the command line, in their order.
  ///   - requiring: What must be reachable: `[]` for commands that connect nowhere.
  /// - Throws: ``SettingsError`` with all that is wrong.
  public static func load(
    files: [String] = [], environment: [String: String] = [:], arguments: [Entry] = [],
    requiring: Requirement = [.database, .audit]
  ) throws(SettingsError) -> Settings {
    var paths = files
    if paths.isEmpty, let path = environment[EnvironmentReader.configVariable], !path.isEmpty { paths = [path] }
    var resolution = Resolution()
    for path in paths { resolution.add(FileReader(file: path)) }
    return try load(&resolution, environment: environment, arguments: arguments, requiring: requiring)
  }

  /// The same with files whose text is at hand; the name's end tells the format.
  public static func load(
    texts: [(name: String, text: String)], environment: [String: String] = [:], arguments: [Entry] = [],
    requiring: Requirement = [.database, .audit]
  ) throws(SettingsError) -> Settings {
    var resolution = Resolution()
    for file in texts { resolution.add(FileReader(path: file.name, text: file.text)) }
    return try load(&resolution, environment: environment, arguments: arguments, requiring: requiring)
  }

  private static func load(
    _ resolution: inout Resolution, environment: [String: String], arguments: [Entry], requiring: Requirement
  ) throws(SettingsError) -> Settings {
    resolution.add(EnvironmentReader(environment))
    resolution.add(arguments)
    resolution.check(requiring: requiring)
    guard resolution.problems.isEmpty else { throw SettingsError(problems: resolution.problems) }
    return Settings(resolution)
  }

  private init(_ resolution: Resolution) {
    let values = Values(entries: resolution.accepted)
    database = Database(values)
    audit = Audit(values)
    slot = Slot(values)
    publication = Publication(values)
    capture = Capture(values)
    snapshot = Snapshot(values)
    heartbeat = Heartbeat(values)
    stream = Stream(values)
    retry = Retry(values)
    http = HTTP(values)
    log = Log(values)
    events = Events(values)
    kafka = values.isKafkaOn ? Kafka(values, isBesideTrail: resolution.purposes.contains(.trail)) : nil
    let isDebeziums = !values.isSet("shutdown.timeout.ms") && values.isSet("executor.shutdown.timeout.ms")
    shutdownTimeout = values.milliseconds(isDebeziums ? "executor.shutdown.timeout.ms" : "shutdown.timeout.ms")
    effective = Self.effective(resolution)
    notices = resolution.notices
  }

  private static func effective(_ resolution: Resolution) -> [Effective] {
    let entries = resolution.accepted
    var rows: [Effective] = []
    for key in KeyTable.all {
      let support = resolution.support(of: key)
      let set = key.isFamily ? [] : [entries[key.name]].compactMap { $0 }
      for entry in set { rows.append(row(entry, key, support)) }
      if set.isEmpty, support == .honoured, !key.isFamily {
        rows.append(
          Effective(key: key.name, text: key.defaultText, origin: .builtIn, isDefault: true, support: .honoured))
      }
    }
    let others = entries.values.filter { KeyTable.find($0.key)?.isFamily ?? true }.sorted { $0.key < $1.key }
    return rows
      + others.map {
        let key = KeyTable.find($0.key)
        return row($0, key, key.map { resolution.support(of: $0) })
      }
  }

  private static func row(_ entry: Entry, _ key: Key?, _ support: Key.Support?) -> Effective {
    let shown = Masking.shown(entry.text, name: entry.key, key: key)
    let isDefault = key.map { $0.defaultText == entry.text } ?? false
    return Effective(
      key: Masking.shown(name: entry.key), text: shown, origin: entry.origin, isDefault: isDefault, support: support)
  }
}
