public import Decoder

/// What makes Debezium's events out of changes: everything but the reading itself.
///
/// Source: Debezium documentation, PostgreSQL connector, "Connector properties".
public struct EventSettings: Sendable {
  /// `topic.prefix`: first part of topic and schema names, `source.name`.
  public var topicPrefix: String
  /// `database.dbname`: `source.db`.
  public var database: String
  /// How topics and schemas are called.
  public var names = NameSettings()
  /// How values look.
  public var values = ValueSettings()
  /// Whether the key's JSON carries its schema: `key.converter.schemas.enable`.
  public var keySchemas = true
  /// Whether the value's JSON carries its schema.
  public var valueSchemas = true
  /// Whether a header's JSON carries its schema.
  public var headerSchemas = true
  /// `key.converter.replace.null.with.default`.
  public var keyReplacesNullWithDefault = true
  /// `tombstones.on.delete`.
  public var tombstones = true
  /// `skipped.operations`.
  public var skippedOperations: Set<Change.Operation> = [.truncate]
  /// `skip.messages.without.change`.
  public var skipsUnchanged = false
  /// `provide.transaction.metadata`.
  public var transactionMetadata = false
  /// `extended.headers.enabled`: the `__debezium.context.*` headers.
  public var contextHeaders = true
  /// Whether logical messages of this prefix become events.
  public var includesMessage: @Sendable (_ prefix: String) -> Bool = { _ in true }
  /// Whether a table's changes become events; the signal table's always do.
  public var includesTable: @Sendable (_ schema: String, _ table: String) -> Bool = { _, _ in true }
  /// Whether a column is part of the events.
  public var includesColumn: @Sendable (_ schema: String, _ table: String, _ column: String) -> Bool = { _, _, _ in true
  }
  /// `message.key.columns`: which of a table's columns make the key in place of the primary key's; nil where none are
  /// named.
  public var keyColumns: @Sendable (_ schema: String, _ table: String, _ columns: [String]) -> [String]? = { _, _, _ in
    nil
  }
  /// `header.converter.replace.null.with.default`.
  public var headerReplacesNullWithDefault = true
  /// `header.converter.decimal.format` NUMERIC instead of BASE64.
  public var headerDecimalsAsNumbers = false
  /// `key.converter.decimal.format` NUMERIC instead of BASE64.
  public var keyDecimalsAsNumbers = false
  /// `notification.sink.topic.name`; nil where notifications do not become events.
  public var notificationTopic: String?
  /// Whether batches tell where each record stands, for a sink that sends them one by one.
  public var indexesRecords = false
  /// Which converter writes values.
  public var valueForm = ValueForm.json
  /// The transforms' and predicates' raw properties (`transforms`, `predicates` and what begins with them).
  public var transformProperties: [String: String] = [:]

  /// Debezium's defaults.
  public init(topicPrefix: String, database: String) {
    self.topicPrefix = topicPrefix
    self.database = database
  }
}
