internal import Decoder
internal import PGReplication

/// The one rule that applies to a column, if any.
///
/// Source: Debezium's `ColumnMappers`: the first that matches, in the order of this list: truncate, mask, propagate by
/// column, propagate by data type, hash, hash version 2. Without quirks what hides a value comes first.
struct ColumnRules {
  private enum Choice {
    case none, propagate
    case action(ColumnRule.Action)
  }

  private let choice: Choice
  private let column: ColumnDescription
  private let type: ColumnType
  private let size: ColumnSize
  private let typeName: String

  init(
    _ column: ColumnDescription, _ type: ColumnType, _ size: ColumnSize, _ origin: ValueOrigin,
    _ table: (schema: String, name: String), _ settings: ValueSettings, _ role: FieldRole
  ) {
    self.column = column
    self.type = type
    self.size = size
    typeName = ColumnRules.typeName(type, column, origin)
    let path = "\(table.schema).\(table.name)"
    guard role == .value else {
      choice = .none
      return
    }
    let rules = settings.rules.filter { $0.matches("\(path).\(column.name)") }.map(\.action)
    let quirks = settings.quirks
    let first = rules.min { ColumnRules.rank($0, quirks) < ColumnRules.rank($1, quirks) }
    if let first, ColumnRules.rank(first, quirks) <= ColumnRules.rank(.propagateSourceType, quirks) {
      choice = first == .propagateSourceType ? .propagate : .action(first)
    } else if settings.propagatesType("\(path).\(typeName)") {
      choice = .propagate
    } else {
      choice = first.map { .action($0) } ?? .none
    }
  }

  private static func rank(_ action: ColumnRule.Action, _ quirks: Bool) -> Int {
    switch action {
    case .truncate: quirks ? 0 : 3
    case .mask: quirks ? 1 : 0
    case .propagateSourceType: quirks ? 2 : 4
    case .hash(_, _, let version): quirks ? (version == 1 ? 3 : 4) : version
    }
  }

  /// The type's name: from the stream that of `pg_type`, from a snapshot what the JDBC driver calls it.
  private static func typeName(_ type: ColumnType, _ column: ColumnDescription, _ origin: ValueOrigin) -> String {
    guard origin == .snapshot else { return type.name }
    if let schema = type.schema, schema != "public" { return "\"\(schema)\".\"\(type.name)\"" }
    guard let expression = column.defaultExpression, expression.contains("nextval(") else { return type.name }
    switch type.oid {
    case TypeOID.int2: return "smallserial"
    case TypeOID.int4: return "serial"
    case TypeOID.int8: return "bigserial"
    default: return type.name
    }
  }

  /// What the rule says in the schema.
  var parameters: [ConnectSchema.Parameter] {
    typealias Parameter = ConnectSchema.Parameter
    switch choice {
    case .none: return []
    case .action(.truncate(let length)):
      return isLonger(than: length) ? [Parameter("truncateLength", String(length))] : []
    case .action: return [Parameter("masked", "true")]
    case .propagate:
      let prefix = "__debezium.source.column."
      return [Parameter(prefix + "type", typeName.uppercased())]
        + (size.length == -1 ? [] : [Parameter(prefix + "length", String(size.length))])
        + (size.scale.map { [Parameter(prefix + "scale", String($0))] } ?? [])
        + [Parameter(prefix + "name", column.name)]
    }
  }

  private func isLonger(than length: Int) -> Bool { size.length < 0 || size.length > length }

  /// What the rule does to values.
  func mask(for conversion: Conversion) -> ColumnMask? {
    switch choice {
    case .none, .propagate, .action(.propagateSourceType): return nil
    case .action(.truncate(let length)): return isLonger(than: length) ? .truncate(length) : nil
    case .action(.mask(let count)):
      guard type.root.isCharacter else { return nil }
      return .stars(json { $0.appendText([UInt8](repeating: UInt8(ascii: "*"), count: count)) })
    case .action(.hash(let algorithm, let salt, let version)):
      guard type.root.isCharacter else { return nil }
      guard let digest = Digest(name: algorithm) else { return .withhold }
      return .hash(digest, salt: salt.bytes, version: version, length: size.length)
    }
  }
}
