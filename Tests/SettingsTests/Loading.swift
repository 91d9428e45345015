import Settings

/// What every valid set of settings needs.
let required: [String: String] = [
  "DATABASE_URL": "postgresql://reader:hunter2@source/app", "AUDIT_URL": "postgresql://writer:swordfish@trail/audit",
]

/// Loads one file's text, with nothing else required.
func load(_ text: String, as name: String, requiring: Settings.Requirement = []) throws -> Settings {
  try Settings.load(texts: [(name, text)], requiring: requiring)
}

/// The problems that loading ends with; none when it succeeds.
func problems(
  _ text: String = "", as name: String = "test.yaml", environment: [String: String] = [:], arguments: [Entry] = [],
  requiring: Settings.Requirement = []
) -> [SettingsError.Problem] {
  do {
    _ = try Settings.load(
      texts: [(name, text)], environment: environment, arguments: arguments, requiring: requiring)
    return []
  } catch {
    return error.problems
  }
}

/// A pair of the command line.
func argument(_ key: String, _ text: String) -> Entry {
  Entry(key: key, text: text, origin: .commandLine("--set"))
}

extension Settings.Connection {
  subscript(keyword: String) -> String? { keywords.last { $0.keyword == keyword }?.value }
}

/// What `stream` needs: the source database and a prefix.
let source = ["DATABASE_URL": "postgresql://reader:hunter2@source/app", "TOPIC_PREFIX": "srv"]

/// Loads a properties file's text for events.
func events(_ text: String = "") throws -> Settings {
  try Settings.load(texts: [("a.properties", text)], environment: source, requiring: [.database, .events])
}

/// The problems that a properties file's text for events has.
func eventProblems(_ text: String) -> [SettingsError.Problem] {
  problems(text, as: "a.properties", environment: source, requiring: [.database, .events])
}
