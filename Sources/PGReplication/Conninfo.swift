internal import CLibpq

/// What leads to a session: libpq's keywords and values, kept apart and never joined into a string.
///
/// Source: PostgreSQL documentation, 34.1.2 "Parameter Key Words". What is left unset comes from libpq's own
/// sources: environment variables, the service file and the password file.
public struct Conninfo: Sendable, Hashable, CustomStringConvertible {
  private var values: [String: String] = [:]

  /// What is set unless the caller says otherwise: a dead peer is noticed within a minute.
  private static let defaults = [
    "connect_timeout": "10", "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10",
    "keepalives_count": "3", "tcp_user_timeout": "30000", "application_name": "cdc-direct",
  ]

  private static let secrets: Set<String> = ["password", "sslpassword"]

  /// Keyword and value pairs; the project's defaults fill what is missing.
  public init(_ values: [String: String] = [:]) {
    self.values = Conninfo.defaults.merging(values) { _, own in own }
  }

  /// A `postgresql://` URI or a `keyword=value` string, read by libpq itself.
  ///
  /// Throws `PostgresError` with code `configuration`; its plain description never quotes the text, which may hold
  /// a password.
  public init(parsing text: String) throws(PostgresError) {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &message) else {
      let full = message.map { String(cString: $0) } ?? "out of memory"
      PQfreemem(message)
      throw Conninfo.unreadable(full)
    }
    defer { PQconninfoFree(options) }
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    self.init(found)
  }

  private static func unreadable(_ full: String) -> PostgresError {
    let trimmed = String(full.split(separator: "\n").first ?? "")
    let safe = trimmed.split(separator: "\"", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    return PostgresError(
      .configuration, message: "the connection string cannot be read: \(safe)…", statement: "conninfo",
      connection: "(none)", detail: trimmed,
      hint: "postgresql://user@host:5432/database?sslmode=verify-full; percent-encode special characters")
  }

  /// The value of a keyword; nil where libpq shall decide.
  public subscript(_ keyword: String) -> String? { values[keyword] }

  /// A copy with one keyword set; nil takes it away.
  public func setting(_ keyword: String, to value: String?) -> Conninfo {
    var copy = self
    copy.values[keyword] = value
    return copy
  }

  /// A copy in which `overrides` win.
  public func merged(_ overrides: [String: String]) -> Conninfo {
    var copy = self
    copy.values.merge(overrides) { _, new in new }
    return copy
  }

  /// A copy with server settings appended to the session's `options`; later ones win, so these do.
  public func pinning(_ settings: [(name: String, value: String)]) -> Conninfo {
    let pinned = settings.map { "-c \($0.name)=\(Conninfo.escaped($0.value))" }
    return setting("options", to: (values["options"].map { [$0] } ?? []).appending(pinned).joined(separator: " "))
  }

  /// Backslashes protect blanks and backslashes in `options`, as libpq's manual says.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      if character == " " || character == "\\" { text.append("\\") }
      text.append(character)
    }
    return text
  }

  /// A copy whose `application_name` ends with a role, such as `cdc-direct reader`; 63 bytes at most, as the server cuts.
  public func role(_ role: String) -> Conninfo {
    setting("application_name", to: "\(values["application_name"] ?? "cdc-direct") \(role)")
  }

  /// A copy for a walsender session on the same database.
  public var replication: Conninfo { setting("replication", to: "database") }

  /// A copy for sessions that read the catalogue: nothing is looked up through `search_path`, and values have one form.
  public var metadata: Conninfo {
    role("metadata").pinning([
      ("search_path", ""), ("client_encoding", "UTF8"), ("DateStyle", "ISO"), ("TimeZone", "UTC"),
    ])
  }

  /// The host or socket directory; several are separated by commas.
  public var host: String? { values["host"] ?? values["hostaddr"] }
  /// The port as text; several are separated by commas.
  public var port: String? { values["port"] }
  /// The database.
  public var dbname: String? { values["dbname"] }
  /// The role.
  public var user: String? { values["user"] }
  /// How long one host may take to accept the session; nil for ever.
  public var connectTimeout: Duration? {
    guard let text = values["connect_timeout"], let seconds = Int64(text), seconds > 0 else { return nil }
    return .seconds(max(2, min(seconds, 86_400)))
  }

  /// `host:port/database`, for messages.
  public var endpoint: String { "\(host ?? "(local)"):\(port ?? "5432")/\(dbname ?? user ?? "(default)")" }

  /// Keywords and values in order of the keyword, secrets masked.
  public var description: String {
    values.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(Conninfo.secrets.contains($0.key) ? "********" : $0.value)" }.joined(separator: " ")
  }

  /// Calls `body` with the two arrays that libpq takes, each ended by a null pointer.
  func withArrays<R>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    let pairs = values.sorted { $0.key < $1.key }
    return CStrings.with(pairs.map(\.key)) { keywords in
      CStrings.with(pairs.map(\.value)) { values in body(keywords, values) }
    }
  }
}

extension Array where Element == String {
  fileprivate func appending(_ others: [String]) -> [String] { self + others }
}
