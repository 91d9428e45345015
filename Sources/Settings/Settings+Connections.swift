extension Settings {
  /// A keyword with its value.
  public struct Parameter: Sendable, Hashable {
    /// The keyword.
    public let keyword: String
    /// Its value; may be a secret.
    public let value: String
  }

  /// How a database is reached, in libpq's words.
  ///
  /// Source: PostgreSQL documentation, 34.1.2 "Parameter Key Words". Its descriptions hold no value.
  public struct Connection: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
  {
    /// The connection URI, if one is set.
    public let uri: String?
    /// Keywords with values. With a URI only those that were set explicitly; they go before the URI's own.
    public let parameters: [Parameter]

    /// What PQconnectdbParams takes with `expand_dbname`: the URI as `dbname` first, so that the others win.
    public var keywords: [Parameter] {
      (uri.map { [Parameter(keyword: "dbname", value: $0)] } ?? []) + parameters
    }

    /// Names the keywords, never their values.
    public var description: String {
      let names = keywords.map(\.keyword).joined(separator: ", ")
      return "Connection(\(names))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing: `dump` must not show a password.
    public var customMirror: Mirror { Mirror(self, children: []) }

    init(_ values: Values, group: String) {
      let uri = values.optionalText("\(group).url").map { Values.trimmed($0) }
      self.uri = uri
      var parameters: [Parameter] = []
      for (name, keyword) in Self.keywords where uri == nil || values.isSet("\(group).\(name)") {
        guard let text = values.optionalText("\(group).\(name)") else { continue }
        // A password may begin or end with a blank; nothing else does.
        let isSecret = KeyTable.find("\(group).\(name)")?.isSecret ?? true
        parameters.append(Parameter(keyword: keyword, value: isSecret ? text : Values.trimmed(text)))
      }
      if uri == nil || values.isSet("\(group).tcpKeepAlive") {
        parameters.append(Parameter(keyword: "keepalives", value: values.boolean("\(group).tcpKeepAlive") ? "1" : "0"))
      }
      if uri == nil || values.isSet("\(group).connect.timeout.ms") {
        let seconds = (values.integer("\(group).connect.timeout.ms") + 999) / 1000
        parameters.append(Parameter(keyword: "connect_timeout", value: "\(seconds)"))
      }
      self.parameters = parameters
    }

    private static let keywords = [
      ("hostname", "host"), ("port", "port"), ("user", "user"), ("password", "password"), ("passfile", "passfile"),
      ("dbname", "dbname"), ("sslmode", "sslmode"), ("sslcert", "sslcert"), ("sslkey", "sslkey"),
      ("sslpassword", "sslpassword"), ("sslrootcert", "sslrootcert"),
    ]
  }

  /// The source database.
  public struct Database: Sendable, Hashable {
    /// How it is reached.
    public let connection: Connection
    /// Statement timeout of our own queries; nil for none.
    public let queryTimeout: Duration?
    /// SQL to run on every ordinary connection when it is opened.
    public let initialStatements: [String]
    /// `wal_sender_timeout` of our session; nil for the server's own.
    public let walSenderTimeout: Duration?

    init(_ values: Values) {
      connection = Connection(values, group: "database")
      queryTimeout = values.bound("database.query.timeout.ms")
      initialStatements = Values.statements(values.text("database.initial.statements"))
      walSenderTimeout = values.bound("database.wal.sender.timeout.ms")
    }
  }

  /// The time that one partition of the trail holds.
  public enum PartitionInterval: String, Sendable, CaseIterable {
    /// A calendar month.
    case month
    /// A week from Monday.
    case week
    /// A day.
    case day
  }

  /// PostgreSQL's `synchronous_commit`, as far as a commit is then flushed to disk.
  public enum SynchronousCommit: String, Sendable, CaseIterable {
    /// Flushed here and on synchronous standbys.
    case on
    /// Flushed here.
    case local
    /// Flushed here, and written by synchronous standbys.
    case remoteWrite = "remote_write"
    /// Flushed here, and applied by synchronous standbys.
    case remoteApply = "remote_apply"
  }

  /// The audit database and how it is written.
  public struct Audit: Sendable, Hashable {
    /// How it is reached.
    public let connection: Connection
    /// Schema of the trail's tables.
    public let schema: String
    /// Changes after which a batch is committed at the next transaction's end.
    public let batchMaxChanges: Int
    /// Bytes after which a batch is committed at the next transaction's end.
    public let batchMaxBytes: Int
    /// Time after which a batch is committed at the next transaction's end; zero: at each one's.
    public let batchMaxDelay: Duration
    /// `statement_timeout` of the writer; nil for none.
    public let statementTimeout: Duration?
    /// `lock_timeout` of the writer; nil for none.
    public let lockTimeout: Duration?
    /// The time that one partition holds.
    public let partitionInterval: PartitionInterval
    /// Partitions made ahead of time.
    public let partitionsAhead: Int
    /// `synchronous_commit` of the writer.
    public let synchronousCommit: SynchronousCommit

    init(_ values: Values) {
      connection = Connection(values, group: "audit")
      schema = Values.trimmed(values.text("audit.schema"))
      batchMaxChanges = values.integer("audit.batch.max.changes")
      batchMaxBytes = values.bytes("audit.batch.max.bytes")
      batchMaxDelay = values.milliseconds("audit.batch.max.delay.ms")
      statementTimeout = values.bound("audit.statement.timeout.ms")
      lockTimeout = values.bound("audit.lock.timeout.ms")
      partitionInterval = values.choice("audit.partition.interval", .month)
      partitionsAhead = values.integer("audit.partition.ahead")
      synchronousCommit = values.choice("audit.synchronous.commit", .on)
    }
  }
}
