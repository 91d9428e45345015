/// Merges the sources' entries and checks them against the table of keys.
struct Resolution {
  typealias Problem = SettingsError.Problem

  private var entries: [String: Entry] = [:]
  private(set) var purposes: [Key.Purpose] = [.trail]
  /// Entries that passed the check, by name.
  private(set) var accepted: [String: Entry] = [:]
  private(set) var problems: [Problem] = []
  private(set) var notices: [String] = []

  mutating func add(_ file: FileReader) {
    add(file.entries)
    problems += file.problems
  }

  mutating func add(_ environment: EnvironmentReader) {
    add(environment.entries)
    problems += environment.problems
    notices += environment.notices
  }

  mutating func add(_ later: [Entry]) {
    for entry in later { entries[entry.key] = entry }
  }

  /// Checks everything, so that all problems are told at once.
  mutating func check(requiring: Settings.Requirement) {
    var requiring = requiring
    // A trail that writes events beside it serves both purposes.
    if requiring.contains(.audit), isKafkaOn || isSet("events.output") { requiring.insert(.events) }
    purposes = requiring.purposes
    if !purposes.contains(.events), isKafkaOn || isSet("events.output") { purposes.append(.events) }
    if requiring.contains(.audit), !isKafkaOn { checkOutput() }
    for entry in entries.values.sorted(by: { $0.key < $1.key }) { check(entry) }
    checkContradictions()
    checkRequired(requiring)
  }

  /// Whether brokers are named.
  var isKafkaOn: Bool { Values(entries: entries).isKafkaOn }

  /// Events beside the trail go to a file that has a name, and so do their positions.
  private mutating func checkOutput() {
    if let output = entries["events.output"], !output.text.isEmpty {
      if Values.trimmed(output.text) == "-" {
        report(.badValue, output, "beside the trail events go to a file", hint: "Name one.")
      } else if entries["offset.storage.file.filename"]?.text.isEmpty ?? true {
        report(
          .badValue, output, "events beside the trail need a place for their own offset",
          hint: "Set offset.storage.file.filename.")
      }
    }
  }

  private mutating func check(_ entry: Entry) {
    guard let key = KeyTable.find(entry.key) else {
      if let owner = javaOwner(of: entry.key) {
        notices.append(
          "\(Masking.shown(name: entry.key)) (\(entry.origin)) has no meaning here: it is part of \(owner)")
        accepted[entry.key] = entry
      } else {
        unknown(entry)
      }
      return
    }
    // An empty text means unset: the default holds. A transform may tell the two apart.
    guard !entry.text.isEmpty || entry.key.hasPrefix("transforms.") else { return }
    let support = support(of: key)
    if isDefault(entry.text, of: key), support.isDeadEnd { return }
    switch support {
    case .refused(let reason), .others(let reason):
      report(.refused, entry, "it is not supported: \(reason)", hint: "Remove it.")
    case .later(let reason):
      report(.notYetSupported, entry, "it is not yet supported: \(reason)", hint: "Remove it for now.")
    case .honoured, .honouredWith:
      if isWell(entry, key), isComplete(entry) { accepted[entry.key] = entry }
    case .noMeaning(let reason):
      guard isWell(entry, key), isHarmless(entry) else { return }
      accepted[entry.key] = entry
      notices.append("\(entry.key) (\(entry.origin)) has no meaning here: \(reason)")
    }
  }

  private func isDefault(_ text: String, of key: Key) -> Bool {
    !key.defaultText.isEmpty && Values.trimmed(text).lowercased() == key.defaultText.lowercased()
  }

  private mutating func isWell(_ entry: Entry, _ key: Key) -> Bool {
    if let reason = purposes.lazy.compactMap({ ValueRefusal.reason(entry.key, entry.text, for: $0) }).first {
      report(.refused, entry, "'\(Values.trimmed(entry.text))' is not supported", hint: Self.sentence(reason))
      return false
    }
    guard let expectation = ValueCheck.expectation(entry.text, key.kind) else { return true }
    let isShown =
      !key.isSecret && !Masking.isSensitive(name: entry.key) && entry.text.count <= 200
      && !entry.text.contains(where: \.isNewline)
    let text = isShown ? "'\(entry.text)' is not what it needs" : "its value is not what it needs"
    report(.badValue, entry, text, hint: Self.sentence(expectation))
    return false
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

  /// Transformations may drop rows or hide values: only those known to do neither are accepted.
  private mutating func isHarmless(_ entry: Entry) -> Bool {
    guard purposes.contains(.trail), entry.key.hasPrefix("transforms."), entry.key.hasSuffix(".type"),
      entry.key.split(separator: ".").count == 3, !KeyTable.harmlessTransforms.contains(Values.trimmed(entry.text))
    else { return true }
    let hint = "Remove it, and leave out what it hides by table.exclude.list or column.exclude.list."
    report(.refused, entry, "this transformation may hide rows or values, and the trail has them all", hint: hint)
    return false
  }

  /// A name that is part value must be readable too: a digest's algorithm, a number of characters.
  private mutating func isComplete(_ entry: Entry) -> Bool {
    guard entry.key.hasPrefix("column.mask.") || entry.key.hasPrefix("column.truncate.") else { return true }
    switch Settings.Events.ColumnAction(name: entry.key) {
    case .hash(let algorithm, _, _) where !Settings.Events.ColumnAction.isKnown(algorithm: algorithm):
      let known = Settings.Events.ColumnAction.algorithms.joined(separator: ", ")
      report(.refused, entry, "the digest '\(algorithm)' is not supported", hint: "Choose one of \(known).")
      return false
    case nil:
      report(
        .badValue, entry, "the key's name is not complete", hint: "A number, or an algorithm and a salt, is expected.")
      return false
    default: return true
    }
  }

  /// The list that names the converter or post processor this key configures.
  private func javaOwner(of name: String) -> String? {
    for list in ["converters", "post.processors"] {
      let owners = Values.list(entries[list]?.text ?? "")
      if owners.contains(where: { name.hasPrefix($0 + ".") }) { return list }
    }
    return nil
  }

  private mutating func unknown(_ entry: Entry) {
    let nearest = KeyTable.nearest(to: entry.key)
    let hint = nearest.map { "Did you mean \($0)?" } ?? "`cdc-direct config --reference` lists all keys."
    report(.unknownKey, entry, "there is no such key", hint: hint)
  }

  mutating func report(_ code: Problem.Code, _ entry: Entry, _ text: String, hint: String) {
    problems.append(Problem(code, key: entry.key, origin: entry.origin, text, hint: hint))
  }

  mutating func report(missing key: String, _ text: String, hint: String) {
    problems.append(Problem(.missing, key: key, text, hint: hint))
  }

  mutating func tell(_ notice: String) { notices.append(notice) }

  // MARK: Several keys together

  /// The trimmed text that was given; empty for none.
  func text(_ name: String) -> String { Values.trimmed(entries[name]?.text ?? "") }

  func isSet(_ name: String) -> Bool { entries[name].map { !$0.text.isEmpty } ?? false }

  mutating func exclude(_ first: String, _ second: String, hint: String) {
    guard isSet(first), isSet(second), let entry = entries[first], let other = entries[second] else { return }
    report(.contradiction, entry, "it excludes \(second) (\(other.origin))", hint: hint)
  }

  private mutating func checkContradictions() {
    for kind in ["schema", "table", "column"] {
      exclude("\(kind).include.list", "\(kind).exclude.list", hint: "Keep one of them.")
    }
    exclude("message.prefix.include.list", "message.prefix.exclude.list", hint: "Keep one of them.")
    for group in ["database", "audit"] {
      // A password may stand beside a URL without one: it often comes from a file of its own.
      for part in ["hostname", "port", "user", "dbname"] {
        exclude("\(group).url", "\(group).\(part)", hint: "Give the URL, or the parts, not both.")
      }
    }
    for name in ["reconnect.backoff.initial.ms", "reconnect.backoff.max.ms"] {
      exclude("retriable.restart.connector.wait.ms", name, hint: "Give the fixed pause, or the growing one.")
    }
    let files = ["http.tls.certificate_file", "http.tls.key_file"]
    if let set = files.first(where: { isSet($0) }), let unset = files.first(where: { !isSet($0) }) {
      report(missing: unset, "\(set) needs it", hint: "Set both, or none.")
    }
    checkValues()
  }

  private mutating func checkValues() {
    let values = Values(entries: accepted)
    let skipped = values.list("skipped.operations")
    if skipped.contains("none"), skipped.count > 1, let entry = accepted["skipped.operations"] {
      report(.contradiction, entry, "none stands beside other operations", hint: "Give none alone, or the others.")
    }
    tellAliases(values)
    if purposes.contains(.events) {
      checkEvents(values)
      checkConverters(values)
      if isKafkaOn { checkKafka(values) } else { checkWithoutKafka(values) }
    }
  }

  private mutating func checkRequired(_ requirement: Settings.Requirement) {
    if requirement.contains(.database) { requireConnection("database", example: "DATABASE_URL") }
    if requirement.contains(.audit) { requireConnection("audit", example: "AUDIT_URL") }
    if requirement.contains(.events), !isSet("topic.prefix") {
      let hint = "Set it (environment TOPIC_PREFIX): every topic begins with it."
      problems.append(Problem(.missing, key: "topic.prefix", "it is required and not set", hint: hint))
    }
  }

  private mutating func requireConnection(_ group: String, example: String) {
    guard !isSet("\(group).url") else { return }
    let parts = ["hostname", "user", "dbname"].map { "\(group).\($0)" }
    let missing = parts.filter { !isSet($0) }
    if missing.count == parts.count {
      let hint = "Set \(group).url (environment \(example)), or \(parts.joined(separator: ", "))."
      problems.append(Problem(.missing, key: "\(group).url", "it is required and not set", hint: hint))
    } else {
      for name in missing {
        let hint = "Set it (environment \(Key.environmentName(of: name)))."
        problems.append(Problem(.missing, key: name, "it is required and not set", hint: hint))
      }
    }
  }
}
