extension Settings {
  /// Debezium's events: what they are, where they go and how far they got.
  ///
  /// What is shared with the audit trail stands elsewhere: ``Settings/database``, ``Settings/slot``,
  /// ``Settings/publication``, ``Settings/capture``, ``Settings/retry``. Source: Debezium documentation, PostgreSQL
  /// connector, "Connector properties".
  public struct Events: Sendable {
    /// `topic.prefix`; empty only where it was not required.
    public let topicPrefix: String
    /// File that events are written to; nil for standard output.
    public let output: String?
    /// Whether Debezium's oddities are imitated.
    public let quirks: Bool
    /// How topics, schemas and fields are called.
    public let names: Names
    /// How values look.
    public let values: EventValues
    /// How keys are written.
    public let keyConverter: Converter
    /// How values are written.
    public let valueConverter: Converter
    /// How headers are written.
    public let headerConverter: Converter
    /// Columns of the key in place of the primary key's.
    public let keyColumns: KeyColumns
    /// Operations that are not emitted.
    public let skippedOperations: Set<SkippedOperation>
    /// Whether a publication that is created leaves them out, too: when the settings name them, and any.
    public let narrowsPublication: Bool
    /// Whether updates without a change are left out.
    public let skipsUnchanged: Bool
    /// Whether a record without a value follows each delete.
    public let tombstones: Bool
    /// Whether events tell of their transaction, and transactions of themselves.
    public let transactionMetadata: Bool
    /// Whether row events carry the context headers.
    public let contextHeaders: Bool
    /// Prefixes of logical messages that become events; empty for all.
    public let messageInclude: PatternList
    /// Prefixes of logical messages that do not.
    public let messageExclude: PatternList
    /// What becomes of a change that cannot be made an event.
    public let processingFailure: ProcessingFailure
    /// Period of heartbeat records; nil for none.
    public let heartbeatInterval: Duration?
    /// How often `source.xmin` is read; nil for never.
    public let xminInterval: Duration?
    /// Snapshots.
    public let snapshot: EventSnapshot
    /// Signals, incremental snapshots and notifications.
    public let signals: Signals
    /// Positions.
    public let offsets: Offsets
    /// The raw properties of transformations and predicates: `transforms`, `predicates`, and what begins with them.
    public let transforms: [String: String]

    /// Whether logical messages of this prefix become events.
    public func includesMessage(prefix: String) -> Bool {
      messageInclude.isEmpty ? !messageExclude.matches(prefix) : messageInclude.matches(prefix)
    }

    init(_ values: Values) {
      topicPrefix = Values.trimmed(values.text("topic.prefix"))
      let output = Values.trimmed(values.text("events.output"))
      self.output = output == "-" ? nil : output
      quirks = values.boolean("compat.debezium.quirks")
      names = Names(values)
      self.values = EventValues(values)
      keyConverter = Converter(values, "key.converter")
      valueConverter = Converter(values, "value.converter")
      headerConverter = Converter(values, "header.converter")
      keyColumns = (try? KeyColumns(values.text("message.key.columns"))) ?? .none
      let skipped = values.list("skipped.operations").compactMap { SkippedOperation(rawValue: $0.lowercased()) }
      skippedOperations = Set(skipped)
      narrowsPublication = values.isSet("skipped.operations") && !skipped.isEmpty
      skipsUnchanged = values.boolean("skip.messages.without.change")
      tombstones = values.boolean("tombstones.on.delete")
      transactionMetadata = values.boolean("provide.transaction.metadata")
      contextHeaders = values.boolean("extended.headers.enabled")
      messageInclude = values.patterns("message.prefix.include.list")
      messageExclude = values.patterns("message.prefix.exclude.list")
      processingFailure = values.choice("event.processing.failure.handling.mode", .fail)
      snapshot = EventSnapshot(values)
      signals = Signals(values)
      offsets = Offsets(values)
      heartbeatInterval = Self.heartbeatInterval(values)
      xminInterval = values.bound("xmin.fetch.interval.ms")
      transforms = values.entries.filter { entry in
        ["transforms", "predicates"].contains { entry.key == $0 || entry.key.hasPrefix($0 + ".") }
      }.mapValues(\.text)
    }

    /// The heartbeats' period: ten minutes where keepalives confirm positions too and nothing else would tell of them.
    static func heartbeatInterval(_ values: Values) -> Duration? {
      if let interval = values.bound("heartbeat.interval.ms") { return interval }
      let isDriven = Offsets(values).flushMode == .connectorAndDriver
      return isDriven && !values.boolean("provide.transaction.metadata") ? .seconds(600) : nil
    }
  }
}

extension Settings.Events {
  /// Operations that `skipped.operations` names; `none` is left out.
  public enum SkippedOperation: String, Sendable, CaseIterable {
    /// INSERT.
    case create = "c"
    /// UPDATE.
    case update = "u"
    /// DELETE.
    case delete = "d"
    /// TRUNCATE.
    case truncate = "t"
  }

  /// `event.processing.failure.handling.mode`.
  public enum ProcessingFailure: String, Sendable, CaseIterable {
    /// It stops the stream.
    case fail
    /// It is left out, with a warning.
    case warn
    /// It is left out.
    case skip
    /// The same as skip.
    case ignore
  }

  /// How keys, values or headers are written: the class, and the settings of Kafka Connect's `JsonConverter`.
  public struct Converter: Sendable, Hashable {
    /// The class, with its own settings.
    public let form: Form
    /// Whether the JSON carries its schema.
    public let schemas: Bool
    /// Whether null becomes the schema's default.
    public let replacesNullWithDefault: Bool
    /// Whether exact decimals are numbers, not base64 of their bytes.
    public let decimalsAsNumbers: Bool

    /// The settings of `name`, where unset those of `converter`.
    init(_ values: Values, _ name: String) {
      func key(_ property: String) -> String {
        values.isSet("\(name).\(property)") ? "\(name).\(property)" : "converter.\(property)"
      }
      form = Form(values, name)
      schemas = values.boolean(key("schemas.enable"))
      replacesNullWithDefault = values.boolean(key("replace.null.with.default"))
      decimalsAsNumbers = Values.trimmed(values.text(key("decimal.format"))).lowercased() == "numeric"
    }
  }
}
