extension Settings {
  /// The text of `docs/configuration.md`: every key with its type, default and meaning.
  public static func referenceMarkdown() -> String {
    var text = introduction
    for group in Key.Group.allCases where group != .debezium {
      text += "\n## \(group.rawValue)\n\n| key | type | default | meaning |\n|---|---|---|---|\n"
      for key in KeyTable.all where key.group == group {
        text += "| \(code(key.name)) | \(type(of: key.kind)) | \(code(key.defaultText)) | \(cell(key.meaning)) |\n"
      }
    }
    return text + "\n" + debeziumTable()
  }

  /// What becomes of those properties of Debezium's connector, engine and Kafka Connect that are not honoured.
  public static func debeziumTable() -> String {
    var text = """
      ## \(Key.Group.debezium.rawValue)

      Accepted: one log line says that the property has no meaning here, and why. Refused, not yet: a value other than
      the default stops the start. Parts in angle brackets stand for any text.

      | property | Debezium's default | here | why |
      |---|---|---|---|

      """
    for key in KeyTable.all where key.group == .debezium {
      let (decision, reason) = decision(key.support)
      text += "| \(code(key.name)) | \(code(key.defaultText)) | \(decision) | \(cell(reason)) |\n"
    }
    return text
  }

  private static func decision(_ support: Key.Support) -> (String, String) {
    switch support {
    case .honoured: ("honoured", "")
    case .noMeaning(let reason): ("accepted", reason)
    case .refused(let reason): ("refused", reason)
    case .later(let reason): ("not yet", reason)
    }
  }

  private static let introduction = """
    # Settings

    <!-- Made by `cdc-direct config --reference > docs/configuration.md`; do not edit. -->

    Where Debezium's PostgreSQL connector has a property, ours has its name, default and meaning: an existing connector's
    JSON or properties file works unchanged. Properties that are ours alone say so, or belong to groups that Debezium has
    not (`audit.*`, `http.*`, `log.*`).

    Keys come from, later ones winning:

    1. a file, named by `--config` or `CDC_DIRECT_CONFIG`: `.yaml`, `.yml`, `.json` (also the body of Kafka Connect's REST
       interface) or Java `.properties`; keys nested or with dots; at most 1 MiB;
    2. the environment: the key in capitals, `_` for `.` (`DATABASE_HOSTNAME`, `TABLE_INCLUDE_LIST`, `AUDIT_URL`), or with
       `CDC_` before it (`CDC_AUDIT_URL`), which wins; a secret also from the file that `…_FILE` names
       (`DATABASE_PASSWORD_FILE`);
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
    }
  }

  /// Bounds worth a mention: not those of the type.
  private static func bounds(_ range: ClosedRange<Int64>) -> String {
    if range.upperBound >= 2_147_483_647 { return range.lowerBound == 0 ? "" : " ≥ \(range.lowerBound)" }
    return " \(range.lowerBound)–\(range.upperBound)"
  }
}
