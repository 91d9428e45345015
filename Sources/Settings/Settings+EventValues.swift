extension Settings.Events {
  /// `decimal.handling.mode`.
  public enum DecimalHandling: String, Sendable, CaseIterable {
    /// Connect's Decimal, exact.
    case precise
    /// A double.
    case double
    /// Text.
    case string
  }

  /// `time.precision.mode`.
  public enum TimePrecision: String, Sendable, CaseIterable {
    /// As precise as declared.
    case adaptive
    /// The same, times always in microseconds.
    case adaptiveTimeMicroseconds = "adaptive_time_microseconds"
    /// Connect's own types, in milliseconds.
    case connect
    /// ISO 8601.
    case isostring
    /// Microseconds.
    case microseconds
    /// Nanoseconds.
    case nanoseconds
  }

  /// `interval.handling.mode`.
  public enum IntervalHandling: String, Sendable, CaseIterable {
    /// Microseconds.
    case numeric
    /// ISO 8601.
    case string
  }

  /// `hstore.handling.mode`.
  public enum HstoreHandling: String, Sendable, CaseIterable {
    /// JSON text.
    case json
    /// A map.
    case map
  }

  /// `binary.handling.mode`.
  public enum BinaryHandling: String, Sendable, CaseIterable {
    /// Bytes.
    case bytes
    /// Text in base64.
    case base64
    /// Text in base64 for URLs.
    case base64URLSafe = "base64-url-safe"
    /// Text in hexadecimal digits.
    case hex
  }

  /// `event.converting.failure.handling.mode`.
  public enum ConvertingFailure: String, Sendable, CaseIterable {
    /// Null, with a warning.
    case warn
    /// Null.
    case skip
    /// It stops the stream.
    case fail
  }

  /// Columns, as `schema.table.column`, and what is done to them.
  public struct ColumnRule: Sendable, Hashable {
    /// What is done.
    public let action: ColumnAction
    /// To which columns.
    public let columns: PatternList
  }

  /// How values look.
  public struct EventValues: Sendable, Hashable {
    /// numeric and money.
    public let decimals: DecimalHandling
    /// Scale of money with `precise`.
    public let moneyFractionDigits: Int
    /// Dates and times.
    public let times: TimePrecision
    /// interval.
    public let intervals: IntervalHandling
    /// hstore.
    public let hstore: HstoreHandling
    /// bytea.
    public let binary: BinaryHandling
    /// Whether columns of unknown types are emitted.
    public let includesUnknownTypes: Bool
    /// What stands for large values that the log does not repeat, as bytes.
    public let unavailable: [UInt8]
    /// Whether schemas carry comments.
    public let includesComments: Bool
    /// What becomes of a value that cannot be converted.
    public let failure: ConvertingFailure
    /// Columns that are hidden, cut or described; the first that names a column holds.
    public let rules: [ColumnRule]
    /// Types, as `schema.table.TYPE`, whose columns are described.
    public let describedTypes: PatternList

    init(_ values: Values) {
      decimals = values.choice("decimal.handling.mode", .precise)
      moneyFractionDigits = values.integer("money.fraction.digits")
      times = values.choice("time.precision.mode", .adaptive)
      intervals = values.choice("interval.handling.mode", .numeric)
      hstore = values.choice("hstore.handling.mode", .json)
      binary = values.choice("binary.handling.mode", .bytes)
      includesUnknownTypes = values.boolean("include.unknown.datatypes")
      unavailable = Values.placeholder(values.text("unavailable.value.placeholder"))
      includesComments = values.boolean("include.schema.comments")
      failure = values.choice("event.converting.failure.handling.mode", .warn)
      let quirks = values.boolean("compat.debezium.quirks")
      rules = values.entries.keys.sorted().compactMap { name in
        ColumnAction(name: name).map { ColumnRule(action: $0, columns: values.patterns(name)) }
      }.enumerated().sorted {
        // Sorting is not promised to be stable.
        ($0.element.action.rank(quirks: quirks), $0.offset) < ($1.element.action.rank(quirks: quirks), $1.offset)
      }.map(\.element)
      describedTypes = values.patterns("datatype.propagate.source.type")
    }
  }
}
