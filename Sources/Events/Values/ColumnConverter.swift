public import Decoder
public import PGReplication

/// A column of an event: its schema, and how its values become the JSON of Kafka Connect's converter.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data type mappings"; where that is silent, Debezium's
/// `PostgresValueConverter`, and where `settings.quirks` is on, its oddities too (`Quirk`).
public struct ColumnConverter: Sendable {
  /// The field's schema, with its default, parameters and documentation.
  public let schema: ConnectSchema
  /// `"field":`
  public let key: [UInt8]
  /// The JSON for SQL NULL: the default in its place where nulls are replaced, the mask where the column is masked.
  public let null: [UInt8]
  /// The JSON for a column that the old row of a delete or an update does not carry: in a column that must have a value,
  /// its default or a zero.
  public let notSent: [UInt8]
  /// The JSON for a large value that the log does not repeat.
  public let unavailable: [UInt8]
  /// The JSON for a value that could not be converted: null, or the default where nulls are replaced. Debezium stops when
  /// the field takes neither.
  public let failed: [UInt8]

  /// Set where neither a mask nor the reader matters.
  /// How values of the usual types become JSON, where nothing hides them.
  let shortcut: Shortcut
  private let conversion: Conversion
  private let mask: ColumnMask?
  private let quirks: Bool

  /// A column's converter; nil when Debezium leaves the column out, because it does not know the type.
  ///
  /// - Parameters:
  ///   - column: The column.
  ///   - table: Its table's schema and name, for the rules that name columns.
  ///   - types: The types that are not built in, with all that they are made of.
  ///   - settings: How values look.
  ///   - fieldName: What the field is called.
  ///   - role: A key's fields are not masked, truncated or described.
  ///   - origin: By which reader's view of the table: a snapshot's schemas differ in a few remarks.
  public init?(
    _ column: ColumnDescription, in table: (schema: String, name: String), types: [UInt32: CatalogType],
    settings: ValueSettings, fieldName: String, role: FieldRole = .value, origin: ValueOrigin = .stream
  ) {
    guard let type = ColumnType(column.type, types: types) else { return nil }
    let size = ColumnSize(type, modifier: column.modifier, origin: origin)
    guard var plan = PlanChooser(settings, size).plan(type.root) else { return nil }
    plan.adjust(to: type, settings)
    let rules = ColumnRules(column, type, size, origin, table, settings, role)
    let standard = plan.standardValue(column, type, size, settings)
    let comment = settings.includesComments && !settings.quirks ? column.comment : nil
    let doc: String? = comment ?? plan.schema.doc
    schema = plan.schema.with(
      optional: plan.schema.isOptional || column.isOptional,
      doc: doc,
      parameters: plan.schema.parameters + rules.parameters, default: standard)
    conversion = plan.conversion
    mask = rules.mask(for: plan.conversion)
    shortcut = mask == nil ? plan.conversion.shortcut : .none
    // Debezium does know the type once it takes all it does not know.
    quirks = settings.quirks && !settings.includesUnknownTypes
    key = json { buffer in
      buffer.appendJSONString(fieldName)
      buffer.append(UInt8(ascii: ":"))
    }
    let nothing = Array("null".utf8)
    let replaced = (settings.replacesNullWithDefault ? standard : nil) ?? nothing
    failed = replaced
    if case .stars(let stars) = mask { null = stars } else { null = replaced }
    let missing = column.isOptional ? replaced : standard ?? plan.zero
    notSent = column.isOptional ? null : ColumnConverter.masked(missing, by: mask, schema)
    unavailable = plan.unavailable.map { [mask, schema] in ColumnConverter.masked($0, by: mask, schema) } ?? replaced
  }

  /// Adds a value's JSON.
  ///
  /// - Parameters:
  ///   - value: Its text as the server sends it (DateStyle ISO, IntervalStyle postgres, TimeZone UTC,
  ///     extra_float_digits 3, bytea_output hex, UTF-8).
  ///   - origin: Which reader it comes from.
  ///   - buffer: Where the JSON goes.
  /// - Returns: False when it could not be converted: nothing was added, and `failed` belongs in its place.
  @inline(__always)
  public func append(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    guard shortcut != .none else { return appendOther(value, from: origin, to: &buffer) }
    let start = buffer.count
    if shortcut.append(value, to: &buffer) { return true }
    buffer.truncate(to: start)
    return false
  }

  @inline(never)
  private func appendOther(_ value: RawSpan, from origin: ValueOrigin, to buffer: inout OutputBuffer) -> Bool {
    if case .name = conversion, quirks, origin == .stream {
      buffer.append(notSent)
      return true
    }
    let start = buffer.count
    if let mask {
      if appendMasked(value, mask, from: origin, to: &buffer) { return true }
    } else if conversion.append(value, from: origin, to: &buffer) {
      return true
    }
    buffer.truncate(to: start)
    return false
  }

  private func appendMasked(
    _ value: RawSpan, _ mask: ColumnMask, from origin: ValueOrigin, to buffer: inout OutputBuffer
  ) -> Bool {
    if case .text = conversion {
      mask.append(value.copied, to: &buffer)
      return true
    }
    if case .truncate(let length) = mask, case .bytes = conversion, schema.kind == .bytes {
      return conversion.append(
        value.extracting(0..<min(value.byteCount, 2 + 2 * min(length, ColumnSize.unlimited))), from: origin, to: &buffer
      )
    }
    var plain = OutputBuffer(capacity: value.byteCount * 2)
    guard conversion.append(value, from: origin, to: &plain) else { return false }
    buffer.append(ColumnConverter.masked(plain.array, by: mask, schema))
    return true
  }

  /// A value's JSON after the mask: strings only.
  private static func masked(_ value: [UInt8], by mask: ColumnMask?, _ schema: ConnectSchema) -> [UInt8] {
    guard let mask, schema.kind == .string, value.first == UInt8(ascii: "\"") else { return value }
    return json { mask.append(ConvertedString.text(of: value), to: &$0) }
  }
}

extension ColumnPlan {
  /// What is different for a domain: Debezium does not see through its name.
  mutating func adjust(to type: ColumnType, _ settings: ValueSettings) {
    guard case .domain = type.family else { return }
    switch conversion {
    case .array, .hstoreMap: unavailable = nil
    case .hstoreText: unavailable = json { $0.appendText(settings.unavailableText) }
    default: break
    }
  }

  /// The default's JSON; nil without one.
  func standardValue(
    _ column: ColumnDescription, _ type: ColumnType, _ size: ColumnSize, _ settings: ValueSettings
  ) -> [UInt8]? {
    guard let expression = column.defaultExpression else { return nil }
    // Debezium's own value is a struct, which it does not accept for a default.
    if case .variableDecimal = conversion { return nil }
    switch DefaultExpression(expression, quirks: settings.quirks).value(for: type, settings.times, size) {
    case .none: return nil
    case .json(let text): return text
    case .text(let text):
      var buffer = OutputBuffer(capacity: 64)
      return conversion.append(text.span.bytes, from: .stream, to: &buffer) ? buffer.array : nil
    }
  }
}
