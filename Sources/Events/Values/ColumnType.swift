internal import PGReplication

/// A type as Debezium's registry knows it.
struct ColumnType {
  /// What the type is made of.
  indirect enum Family {
    case plain
    case domain(ColumnType, modifier: Int32)
    case array(ColumnType, delimiter: UInt8)
    case enumeration([String])
    case composite
  }

  /// Its OID.
  let oid: UInt32
  /// Its schema; nil for `pg_catalog`.
  let schema: String?
  /// Its name in `pg_type`, such as `_int4`.
  let name: String
  /// What it is made of.
  let family: Family

  /// The type of an OID; nil when nothing is known of it.
  init?(_ oid: UInt32, types: [UInt32: CatalogType]) { self.init(oid, types: types, depth: 0) }

  private init?(_ oid: UInt32, types: [UInt32: CatalogType], depth: Int) {
    guard depth < 32 else { return nil }
    self.oid = oid
    if let entry = BuiltInTypes.entry(oid) {
      schema = nil
      name = entry.name
      guard let element = entry.element else {
        family = .plain
        return
      }
      guard let elements = ColumnType(element, types: types, depth: depth + 1) else { return nil }
      family = .array(elements, delimiter: UInt8(ascii: element == 603 ? ";" : ","))
      return
    }
    guard let type = types[oid] else { return nil }
    schema = type.schema == "pg_catalog" ? nil : type.schema
    name = type.name
    switch type.kind {
    case .domain(let base, let modifier):
      guard let base = ColumnType(base, types: types, depth: depth + 1) else { return nil }
      family = .domain(base, modifier: modifier)
    case .array(let element, let delimiter):
      guard let element = ColumnType(element, types: types, depth: depth + 1) else { return nil }
      family = .array(element, delimiter: delimiter)
    case .enumeration(let labels): family = .enumeration(labels)
    case .composite: family = .composite
    case .scalar, .vector, .range, .multirange, .hasJSONCast: family = .plain
    }
  }

  /// The type itself or what a domain is over, to the bottom.
  var root: ColumnType {
    if case .domain(let base, _) = family { return base.root }
    return self
  }

  /// Whether the JDBC driver takes it for text, which is what masks and hashes are for.
  var isCharacter: Bool {
    if case .enumeration = family { return true }
    return [TypeOID.char, TypeOID.name, TypeOID.text, TypeOID.bpchar, TypeOID.varchar].contains(oid)
  }
}

/// OIDs that decide.
enum TypeOID {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let char: UInt32 = 18
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let oid: UInt32 = 26
  static let json: UInt32 = 114
  static let xml: UInt32 = 142
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let money: UInt32 = 790
  static let bpchar: UInt32 = 1042
  static let varchar: UInt32 = 1043
  static let date: UInt32 = 1082
  static let time: UInt32 = 1083
  static let timestamp: UInt32 = 1114
  static let timestamptz: UInt32 = 1184
  static let interval: UInt32 = 1186
  static let timetz: UInt32 = 1266
  static let bit: UInt32 = 1560
  static let varbit: UInt32 = 1562
  static let numeric: UInt32 = 1700
  static let uuid: UInt32 = 2950
  static let jsonb: UInt32 = 3802
}
