extension Settings {
  /// The text of `docs/configuration.md`: every key with its type, default and meaning.
  public static func referenceMarkdown() -> String {
    var text = introduction
    for group in Key.Group.allCases where group != .debezium {
      text += "\n## \(group.rawValue)\n\n| key | type | default | for | meaning |\n|---|---|---|---|---|\n"
      for key in KeyTable.all where key.group == group {
        let cells = [
          code(key.name), type(of: key.kind), code(key.defaultText), purposes(of: key), cell(key.meaning),
        ]
        text += row(cells)
      }
    }
    text += "\n" + others
    for key in KeyTable.all where key.group == .debezium {
      text += row([code(key.name), code(key.defaultText), reasons(of: key)])
    }
    return text
  }

  /// What becomes of each property of Debezium's connector, its engine and Kafka Connect, for both purposes, as a Markdown
  /// table in the order of the names: the one in `docs/debezium.md`.
  public static func debeziumTable() -> String {
    var text = "| property | default | events | audit trail |\n|---|---|---|---|\n"
    for key in KeyTable.all.filter({ !$0.isOurs }).sorted(by: { $0.name < $1.name }) {
      let events = decision(key.events) + (key.events.isHonoured ? ": \(cell(key.meaning))" : "")
      text += row([code(key.name), code(key.defaultText), events, decision(key.trail)])
    }
    return text
  }

  private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }

  private static func decision(_ support: Key.Support) -> String {
    switch support {
    case .honoured: "honoured"
    case .honouredWith(let need): "honoured \(need.place)"
    case .noMeaning(let reason): "no meaning: \(cell(reason))"
    case .refused(let reason), .others(let reason): "refused: \(cell(reason))"
    case .later(let reason): "not yet: \(cell(reason))"
    }
  }

  private static func reasons(of key: Key) -> String {
    key.trail == key.events
      ? decision(key.trail) : "trail: \(decision(key.trail)); events: \(decision(key.events))"
  }

  private static func purposes(of key: Key) -> String {
    switch (key.trail.isHonoured, key.events.isHonoured) {
    case (true, true): "both"
    case (true, false): "trail"
    default: "events"
    }
  }

  private static let others = """
    ## \(Key.Group.debezium.rawValue)

    No meaning: one log line says so, and why. Refused, not yet: a value other than the default stops the start. Parts in
    angle brackets stand for any text. [debezium.md](debezium.md#every-property) has all of Debezium's properties.

    | property | Debezium's default | here |
    |---|---|---|

    """

  private static let introduction = """
    # Settings

    <!-- Made by `cdc-direct config --reference > docs/configuration.md`; do not edit. -->

    Where Debezium's PostgreSQL connector has a property, ours has its name, default and meaning: an existing connector's
    JSON or properties file works unchanged. Properties that are ours alone say so, or belong to groups that Debezium has
    not (`audit.*`, `http.*`, `kafka.*`, `log.*`). The column "for" says which of them the audit trail (`run`) honours, and
    which Debezium's events (`stream`, and `run` too with `events.output` or `kafka.bootstrap.servers`): what the one has no
    use for, or refuses, is in [debezium.md](debezium.md#every-property). Keys of the groups Kafka are honoured where
    `kafka.bootstrap.servers` is set; those of Avro and CloudEvents where their converter is.

    Keys come from, later ones winning:

    1. a file, named by `--config` or `CDC_DIRECT_CONFIG`: `.yaml`, `.yml`, `.json` (also the body of Kafka Connect's REST
       interface) or Java `.properties`; keys nested or with dots; at most 1 MiB;
    2. the environment: the key in capitals, `_` for `.` (`DATABASE_HOSTNAME`, `TABLE_INCLUDE_LIST`, `AUDIT_URL`), or with
       `CDC_` before it (`CDC_AUDIT_URL`), which wins; a secret also from the file that `…_FILE` names
       (`DATABASE_PASSWORD_FILE`); of names with parts in angle brackets only `kafka.producer.<property>`
       (`KAFKA_PRODUCER_SASL_USERNAME`, `KAFKA_PRODUCER_SASL_PASSWORD_FILE`);
    3. the command line: `--set key=value`.

    Values are text: `"5432"` and `5432` mean the same. An empty value means unset. Lists are separated by commas, or lists
    in YAML and JSON. Expressions are regular expressions that match a whole name, without regard to case; a comma inside
    one is written `\\,`. All errors are reported together, each with the key, its place and the nearest valid key; secrets
    are never shown.

    """

  private static func code(_ text: String) -> String {
    text.isEmpty ? "" : "`\(text.replacing("|", with: "\\|"))`"
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  private static func type(of kind: Key.Kind) -> String {
    switch kind {
    case .text: "text"
    case .secret: "secret"
    case .secretURI: "secret URI"
    case .secretURLs: "secret URLs"
    case .path: "path"
    case .boolean: "boolean"
    case .integer(let range): "integer\(bounds(range))"
    case .milliseconds(let range): "milliseconds\(bounds(range))"
    case .seconds(let range): "seconds\(bounds(range))"
    case .bytes(let range): "bytes\(bounds(range))"
    case .enumeration(let words): words.map { code($0) }.joined(separator: ", ")
    case .options(let words): "list of " + words.map { code($0) }.joined(separator: ", ")
    case .patterns: "expressions"
    case .list: "list"
    case .statements: "SQL statements"
    case .parameters: "pairs"
    case .replicaIdentities: "rules"
    case .slotName: "slot name"
    case .identifier: "SQL name"
    case .topicName: "topic name"
    case .keyColumns: "key columns"
    }
  }

  /// Bounds worth a mention: not those of the type.
  private static func bounds(_ range: ClosedRange<Int64>) -> String {
    if range.upperBound >= 2_147_483_647 { return range.lowerBound == 0 ? "" : " ≥ \(range.lowerBound)" }
    return " \(range.lowerBound)–\(range.upperBound)"
  }
}
