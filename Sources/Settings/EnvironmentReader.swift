/// Finds settings among the environment's variables.
///
/// A key's variable is its name in capitals with `_` for `.`; with `CDC_` before it too, which wins. `…_FILE` names a file
/// that holds a secret. Variables that are not ours are ignored, near misses are told.
struct EnvironmentReader {
  /// The variable that names the settings file.
  static let configVariable = "CDC_DIRECT_CONFIG"
  private static let prefix = "CDC_"
  private static let fileSuffix = "_FILE"
  /// The largest secret that is read from a file, in bytes.
  private static let maximumSecretBytes = 1 << 16

  private(set) var entries: [Entry] = []
  private(set) var problems: [SettingsError.Problem] = []
  private(set) var notices: [String] = []
  private var names: Set<String> = []

  init(_ environment: [String: String]) {
    for key in KeyTable.all where !key.isFamily {
      let plain = key.environmentName
      let prefixed = Self.prefix + Key.environmentName(of: key.name)
      for name in [plain, prefixed].compactMap({ $0 }) {
        read(name, key: key.name, isSecret: key.kind.isSecret, environment)
      }
    }
    readProducer(environment)
    tellNearMisses(environment)
  }

  /// The properties of Kafka's producer, which no table names: librdkafka has small letters and dots in all of them.
  private mutating func readProducer(_ environment: [String: String]) {
    for head in ["KAFKA_PRODUCER_", "CDC_KAFKA_PRODUCER_"] {
      for name in environment.keys.sorted() where name.hasPrefix(head) && name.count > head.count {
        let words = name.dropFirst(head.count)
        // Kubernetes sets such for a service named "kafka-producer".
        if words.hasPrefix("SERVICE_") || words == "PORT" || words.hasPrefix("PORT_") { continue }
        let isFile =
          words.hasSuffix(Self.fileSuffix)
          && Masking.isSensitive(name: Self.dotted(words.dropLast(Self.fileSuffix.count)))
        let property = Self.dotted(isFile ? words.dropLast(Self.fileSuffix.count) : words)
        let variable = isFile ? String(name.dropLast(Self.fileSuffix.count)) : name
        // A secret's file and the secret itself are one setting.
        if isFile, environment[variable]?.isEmpty == false { continue }
        read(variable, key: "kafka.producer.\(property)", isSecret: Masking.isSensitive(name: property), environment)
      }
    }
  }

  private static func dotted(_ words: Substring) -> String { words.lowercased().replacing("_", with: ".") }

  private mutating func read(_ name: String, key: String, isSecret: Bool, _ environment: [String: String]) {
    names.insert(name)
    // An empty variable is how container files leave one out.
    let text = environment[name].flatMap { $0.isEmpty ? nil : $0 }
    if let text {
      if Self.isServiceLink(name, text) {
        notices.append("environment \(name) is ignored: Kubernetes set it to a service's address")
      } else {
        entries.append(Entry(key: key, text: text, origin: .environment(name)))
      }
    }
    guard isSecret else { return }
    let fileName = name + Self.fileSuffix
    names.insert(fileName)
    guard let path = environment[fileName], !path.isEmpty else { return }
    guard text == nil else {
      let hint = "Keep one of them."
      report(.contradiction, key, fileName, "both \(name) and \(fileName) are set", hint: hint)
      return
    }
    do {
      var secret = try BoundedFile.read(path, limit: Self.maximumSecretBytes)
      if secret.last?.isNewline == true { secret.removeLast() }
      entries.append(Entry(key: key, text: secret, origin: .environment(fileName)))
    } catch {
      report(
        .unreadable, key, fileName, "the file \(path) \(error.text)", hint: "Name a readable file with the secret.")
    }
  }

  private mutating func report(
    _ code: SettingsError.Problem.Code, _ key: String, _ name: String, _ text: String, hint: String
  ) {
    problems.append(SettingsError.Problem(code, key: key, origin: .environment(name), text, hint: hint))
  }

  /// Kubernetes sets `DATABASE_PORT=tcp://10.0.0.7:5432` for a service named "database".
  private static func isServiceLink(_ name: String, _ text: String) -> Bool {
    name.hasSuffix("_PORT") && (text.hasPrefix("tcp://") || text.hasPrefix("udp://"))
  }

  /// Variables that begin like one of ours, and differ from it by a slip.
  private mutating func tellNearMisses(_ environment: [String: String]) {
    let ours = KeyTable.all.filter { $0.group != .debezium }.compactMap(\.environmentName)
    let heads = Set(ours.compactMap { $0.split(separator: "_").first.map { $0 + "_" } })
    for name in environment.keys.sorted() where !names.contains(name) && !name.hasPrefix("CDC_DIRECT_") {
      let isPrefixed = name.hasPrefix(Self.prefix)
      let bare = isPrefixed ? String(name.dropFirst(Self.prefix.count)) : name
      guard isPrefixed || heads.contains(where: bare.hasPrefix) else { continue }
      let nearest = NearestKey.find(bare, among: ours)
      if let nearest, NearestKey.distance(Array(bare.utf8), Array(nearest.utf8)) <= 2 {
        notices.append("environment \(name) is no setting and is ignored; did you mean \(nearest)?")
      } else if isPrefixed {
        notices.append("environment \(name) is no setting and is ignored")
      }
    }
  }
}
