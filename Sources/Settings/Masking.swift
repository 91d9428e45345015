/// What is shown in place of secrets.
enum Masking {
  /// Stands for a hidden text, of any length.
  static let mask = "****"

  /// Ends of names whose values are secret whoever defined them, after Debezium's `custom.sanitize.pattern`.
  private static let sensitiveEnds = [
    "password", "secret", "token", "sasl.jaas.config", "basic.auth.user.info", "credentials.json", "credentials",
    "connectionstring", "connection.string", "apikey", "api.key", "key.pem", "passphrase", "oauthbearer.config",
  ]

  static func isSensitive(name: String) -> Bool {
    let lower = name.lowercased()
    return sensitiveEnds.contains { lower.hasSuffix($0) }
  }

  /// The value as it may be shown: secrets as asterisks, a connection URI as its host and database alone.
  static func shown(_ text: String, name: String, key: Key?) -> String {
    guard !text.isEmpty else { return "" }
    if key?.kind == .secretURI { return uri(text) }
    if key?.kind == .secretURLs { return urls(text) }
    if key?.isSecret ?? isSensitive(name: name) || isSensitive(name: name) { return mask }
    return urls(text)
  }

  /// URLs with asterisks for the user and password in them; any other text as it is.
  static func urls(_ text: String) -> String {
    guard text.contains("://"), text.contains("@") else { return text }
    var shown = ""
    var rest = Substring(text)
    while let scheme = rest.firstRange(of: "://") {
      shown += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      // A password may hold anything, a comma too: what counts is the last `@` before the next URL.
      let end = rest.firstRange(of: "://")?.lowerBound ?? rest.endIndex
      if let at = rest[..<end].lastIndex(of: "@") {
        shown += mask
        rest = rest[at...]
      }
    }
    return shown + rest
  }

  /// The key's name as it may be shown: a salt is part of some names.
  static func shown(name: String) -> String {
    guard let found = name.firstRange(of: ".with.salt.") else { return name }
    return name[..<found.upperBound] + mask
  }

  /// `postgresql://****@host:5432/db?****`; nothing but the scheme where the text leaves any doubt.
  static func uri(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return mask }
    let head = text[..<scheme.upperBound]
    guard head == "postgresql://" || head == "postgres://" else { return mask }
    let rest = text[scheme.upperBound...]
    let beforeQuery = rest.prefix { $0 != "?" }
    let query = beforeQuery.count == rest.count ? "" : "?" + mask
    guard let at = rest.lastIndex(of: "@"), at < beforeQuery.endIndex else {
      return head + mask
    }
    return head + mask + "@" + beforeQuery[rest.index(after: at)...] + query
  }
}
