internal import PGReplication

/// A column's length and scale as Debezium sees them: they choose schemas and are told by `column.propagate.source.type`.
struct ColumnSize: Equatable {
  /// What "no length" is called by the JDBC driver.
  static let unlimited = 2_147_483_647
  /// The length of a `numeric` without precision.
  static let variableNumeric = 131_089

  /// The length, precision or width in characters.
  var length: Int
  /// Digits behind the point.
  var scale: Int?

  /// A column's, by the way its table's shape was read.
  ///
  /// Source: the JDBC driver's `TypeInfoCache` and `PgDatabaseMetaData.getColumns`, which a snapshot asks.
  init(_ type: ColumnType, modifier: Int32, origin: ValueOrigin) {
    let bare = type.coreOID
    if case .domain = type.family {
      self = ColumnSize.standard(type)
    } else if modifier == -1, origin == .stream || bare != TypeOID.numeric || type.oid != bare {
      self = ColumnSize.standard(type)
    } else {
      length = ColumnSize.precision(bare, modifier)
      scale = bare == TypeOID.numeric && modifier == -1 ? nil : ColumnSize.scale(bare, modifier)
    }
  }

  private init(length: Int, scale: Int?) {
    self.length = length
    self.scale = scale
  }

  /// The size of a type without a modifier of the column's own.
  private static func standard(_ type: ColumnType) -> ColumnSize {
    guard case .domain(let base, let modifier) = type.family else {
      let oid = type.coreOID
      let precision = precision(oid, -1)
      return ColumnSize(length: precision == 0 ? variableNumeric : precision, scale: scale(oid, -1))
    }
    if modifier == -1 { return standard(base) }
    return ColumnSize(length: precision(base.coreOID, modifier), scale: scale(base.coreOID, modifier))
  }

  private static func precision(_ oid: UInt32, _ modifier: Int32) -> Int {
    switch oid {
    case TypeOID.int2: 5
    case TypeOID.int4, TypeOID.oid: 10
    case TypeOID.int8: 19
    case TypeOID.float4: 8
    case TypeOID.float8: 17
    case TypeOID.numeric: modifier == -1 ? 0 : Int((modifier &- 4) >> 16)
    case TypeOID.bool, TypeOID.char: 1
    case TypeOID.bpchar, TypeOID.varchar: modifier == -1 ? unlimited : Int(modifier &- 4)
    case TypeOID.date: 13
    case TypeOID.time: 8 + secondsWidth(modifier)
    case TypeOID.timetz: 14 + secondsWidth(modifier)
    case TypeOID.timestamp: 22 + secondsWidth(modifier)
    case TypeOID.timestamptz: 28 + secondsWidth(modifier)
    case TypeOID.interval: 49
    case TypeOID.bit: Int(modifier)
    case TypeOID.varbit: modifier == -1 ? unlimited : Int(modifier)
    default: unlimited
    }
  }

  private static func secondsWidth(_ modifier: Int32) -> Int {
    switch modifier {
    case -1: 7
    case 0: 0
    case 1: 3
    default: Int(modifier) + 1
    }
  }

  private static func scale(_ oid: UInt32, _ modifier: Int32) -> Int {
    switch oid {
    case TypeOID.float4: 8
    case TypeOID.float8: 17
    // A negative scale is read as if it had no sign.
    case TypeOID.numeric: modifier == -1 ? 0 : Int((modifier &- 4) & 0xFFFF)
    case TypeOID.time, TypeOID.timetz, TypeOID.timestamp, TypeOID.timestamptz: modifier == -1 ? 6 : Int(modifier)
    case TypeOID.interval: modifier == -1 ? 6 : Int(modifier & 0xFFFF)
    default: 0
    }
  }
}

extension ColumnType {
  /// Its OID, or its elements' where the JDBC driver knows the array type.
  var coreOID: UInt32 {
    if case .array(let element, _) = family, BuiltInTypes.entry(oid) != nil, name.hasPrefix("_") { return element.oid }
    return oid
  }
}
