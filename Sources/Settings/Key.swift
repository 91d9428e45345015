/// One known setting: its name, its form, its default and what becomes of it.
///
/// All keys stand in one table, ``KeyTable``; checks, help, the print-out of `config` and `docs/configuration.md` are made
/// from it. A name with parts in angle brackets (`log.<x>`) is a family: each part stands for one or more characters.
public struct Key: Sendable {
  /// What settings are read for: the two faces of the program.
  public enum Purpose: String, Sendable, Hashable, CaseIterable {
    /// The audit trail, which `run` writes.
    case trail
    /// Debezium's events, which `stream` writes.
    case events
  }

  /// What a key is about: the sections of the reference.
  public enum Group: String, Sendable, CaseIterable {
    case database = "Source database"
    case slot = "Replication slot"
    case publication = "Publication"
    case capture = "What is captured"
    case snapshot = "Snapshot"
    case stream = "Stream"
    case heartbeat = "Heartbeat"
    case audit = "Audit database"
    case pipeline = "Pipeline, errors and retries"
    case http = "HTTP"
    case log = "Logs"
    case events = "Events: output, converters and positions"
    case names = "Events: topics and names"
    case values = "Events: values"
    case signals = "Events: signals, incremental snapshots and notifications"
    case kafka = "Kafka"
    case topicCreation = "Kafka: how topics are made"
    case converters = "Avro and CloudEvents"
    case debezium = "Debezium's other properties"
  }

  /// The form a value must have. Values are text first; this says how the text is read.
  public enum Kind: Sendable, Equatable {
    /// Any text.
    case text
    /// Text that is never shown.
    case secret
    /// A PostgreSQL connection URI; its password and parameters are never shown.
    case secretURI
    /// URLs of HTTP servers, separated by commas; a user and a password in one are never shown.
    case secretURLs
    /// A path of a file.
    case path
    /// `true` or `false`.
    case boolean
    /// A whole number within bounds.
    case integer(ClosedRange<Int64>)
    /// A whole number of milliseconds within bounds.
    case milliseconds(ClosedRange<Int64>)
    /// A whole number of seconds within bounds.
    case seconds(ClosedRange<Int64>)
    /// A whole number of bytes within bounds, optionally followed by KiB, MiB or GiB.
    case bytes(ClosedRange<Int64>)
    /// One of these words, in either case.
    case enumeration([String])
    /// Some of these words, separated by commas.
    case options([String])
    /// Regular expressions, separated by commas, each matching a whole name without regard to case.
    case patterns
    /// Texts, separated by commas.
    case list
    /// SQL statements, separated by `;`, where `;;` stands for a semicolon inside one.
    case statements
    /// `name=value` pairs, separated by `;`.
    case parameters
    /// Rules `schema.table:FULL|DEFAULT|NOTHING|INDEX name`, separated by commas.
    case replicaIdentities
    /// A replication slot's name: 1 to 63 lower-case letters, digits and underscores.
    case slotName
    /// An SQL identifier: 1 to 63 bytes.
    case identifier
    /// First part of topic names: letters, digits, `.`, `_` and `-`.
    case topicName
    /// Keys `tables:column,column`, separated by `;`.
    case keyColumns

    /// Whether the text must not be shown, and may come from a file of its own.
    var isSecret: Bool { self == .secret || self == .secretURI || self == .secretURLs }
  }

  /// What becomes of a key that is set, for one purpose.
  public enum Support: Sendable, Hashable {
    /// It does what its meaning says.
    case honoured
    /// As honoured where this is so, else it is accepted, with one log line.
    case honouredWith(Need)
    /// It is accepted, with one log line that gives this reason.
    case noMeaning(String)
    /// A value other than the default stops the start, with this reason.
    case refused(String)
    /// A value other than the default stops the start: not yet supported, and by what it will be.
    case later(String)
    /// As refused, unless the other purpose is served too: then it is that one's alone.
    case others(String)

    /// Whether any value but the default is turned down.
    public var isDeadEnd: Bool {
      switch self {
      case .refused, .later, .others: true
      case .honoured, .honouredWith, .noMeaning: false
      }
    }

    /// Whether it does what its meaning says, if need be where something else is so.
    public var isHonoured: Bool {
      switch self {
      case .honoured, .honouredWith: true
      case .noMeaning, .refused, .later, .others: false
      }
    }
  }

  /// The key's name, lower-case words joined by dots; with parts in angle brackets for a family.
  public let name: String
  /// The form of its value.
  public let kind: Kind
  /// The value it has when unset, as text; empty for none.
  public let defaultText: String
  /// The section of the reference it belongs to.
  public let group: Group
  /// One line that says what it does.
  public let meaning: String
  /// What becomes of it for the audit trail.
  public let trail: Support
  /// What becomes of it for Debezium's events.
  public let events: Support
  /// Whether Debezium, its engine and Kafka Connect know no such property.
  public let isOurs: Bool

  init(
    _ name: String, _ kind: Kind, _ defaultText: String, _ group: Group, _ meaning: String, trail: Support,
    events: Support, isOurs: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.defaultText = defaultText
    self.group = group
    self.meaning = meaning
    self.trail = trail
    self.events = events
    self.isOurs = isOurs
  }

  /// What becomes of it for a purpose.
  public func support(for purpose: Purpose) -> Support {
    switch purpose {
    case .trail: trail
    case .events: events
    }
  }

  /// What becomes of it for several purposes at once: refused by one it is refused, else honoured by one it is honoured.
  public func support(for purposes: [Purpose]) -> Support {
    var all = purposes.map { support(for: $0) }
    if all.count > 1 {
      all.removeAll { if case .others = $0 { true } else { false } }
    }
    return all.first(where: \.isDeadEnd) ?? all.first { $0 == .honoured } ?? all.first(where: \.isHonoured)
      ?? all.first ?? trail
  }

  /// Whether it does what its meaning says for any purpose.
  public var isHonoured: Bool { trail.isHonoured || events.isHonoured }

  /// Whether the key stands for many names.
  public var isFamily: Bool { name.contains("<") }

  /// Whether the value must not be shown anywhere.
  public var isSecret: Bool { kind.isSecret || Masking.isSensitive(name: name) }

  /// The name of the environment variable that sets the key; nil where only the `CDC_` form exists or none.
  ///
  /// Keys of one word (`name`, `transforms`) have no plain form: such variables belong to others too often.
  public var environmentName: String? {
    guard !isFamily, name.contains(".") else { return nil }
    return Self.environmentName(of: name)
  }

  static func environmentName(of name: String) -> String {
    String(name.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
  }

  /// Whether `other` is this key or one of this family.
  func matches(_ other: String) -> Bool {
    guard isFamily else { return name == other }
    var literals: [Substring] = []
    for piece in name.split(separator: "<", omittingEmptySubsequences: false) {
      let afterBracket = piece.firstIndex(of: ">").map { piece[piece.index(after: $0)...] }
      literals.append(afterBracket ?? piece)
    }
    guard let first = literals.first, let last = literals.last, other.hasPrefix(first) else { return false }
    var rest = other.dropFirst(first.count)
    for literal in literals.dropFirst().dropLast() {
      // A part in angle brackets is at least one character long.
      guard let found = rest.dropFirst().firstRange(of: literal) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.count > last.count && rest.hasSuffix(last)
  }
}
