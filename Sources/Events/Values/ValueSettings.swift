/// How values of columns become values of events.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data type mappings" and the properties named at each.
public struct ValueSettings: Sendable {
  /// `decimal.handling.mode`.
  public enum DecimalHandling: String, Sendable { case precise, double, string }
  /// `time.precision.mode`.
  public enum TimePrecision: String, Sendable {
    case adaptive
    case adaptiveTimeMicroseconds = "adaptive_time_microseconds"
    case connect, isostring, microseconds, nanoseconds
  }
  /// `interval.handling.mode`.
  public enum IntervalHandling: String, Sendable { case numeric, string }
  /// `hstore.handling.mode`.
  public enum HstoreHandling: String, Sendable { case json, map }
  /// `binary.handling.mode`.
  public enum BinaryHandling: String, Sendable {
    case bytes, base64
    case base64URLSafe = "base64-url-safe"
    case hex
  }
  /// `event.converting.failure.handling.mode`.
  public enum FailureHandling: String, Sendable { case warn, skip, fail }

  /// numeric and money.
  public var decimals = DecimalHandling.precise
  /// `money.fraction.digits`: money's scale with `precise`.
  public var moneyFractionDigits = 2
  /// Dates, times and timestamps.
  public var times = TimePrecision.adaptive
  /// interval.
  public var intervals = IntervalHandling.numeric
  /// hstore.
  public var hstore = HstoreHandling.json
  /// bytea.
  public var binary = BinaryHandling.bytes
  /// `include.unknown.datatypes`.
  public var includesUnknownTypes = false
  /// `unavailable.value.placeholder`, decoded from `hex:` where that is its form.
  public var unavailable: [UInt8] = Array("__debezium_unavailable_value".utf8)
  /// The placeholder where text is wanted: octets that are no UTF-8 become U+FFFD.
  var unavailableText: [UInt8] { Array(String(decoding: unavailable, as: UTF8.self).utf8) }
  /// `include.schema.comments`.
  public var includesComments = false
  /// A value that cannot be converted.
  public var onFailure = FailureHandling.warn
  /// Columns that are masked, hashed, truncated or described.
  public var rules: [ColumnRule] = []
  /// `datatype.propagate.source.type`: asked with the column's qualified data type name.
  public var propagatesType: @Sendable (_ qualifiedTypeName: String) -> Bool = { _ in false }
  /// `value.converter.replace.null.with.default`.
  public var replacesNullWithDefault = true
  /// `value.converter.decimal.format` NUMERIC instead of BASE64.
  public var decimalsAsNumbers = false
  /// `compat.debezium.quirks`: Debezium's oddities are imitated; false for the right value instead.
  public var quirks = true

  /// Debezium's defaults.
  public init() {}
}

/// What `column.mask…`, `column.truncate…` or `column.propagate…` does to the columns it names.
public struct ColumnRule: Sendable {
  /// What is done.
  public enum Action: Sendable, Hashable {
    /// `column.mask.hash.<algorithm>.with.salt.<salt>`; version 1 digests Java's serialized string, version 2 the text.
    case hash(algorithm: String, salt: String, version: Int)
    /// `column.mask.with.<n>.chars`.
    case mask(Int)
    /// `column.truncate.to.<n>.chars`.
    case truncate(Int)
    /// `column.propagate.source.type`.
    case propagateSourceType
  }

  /// What is done.
  public let action: Action
  /// Asked with `schema.table.column`, whether the column is meant.
  public let matches: @Sendable (_ column: String) -> Bool

  /// A rule by its parts.
  public init(_ action: Action, matches: @escaping @Sendable (_ column: String) -> Bool) {
    self.action = action
    self.matches = matches
  }
}
