import Decoder
import Events
@testable import PGReplication

/// A column by the few things that tests vary.
struct ValuesFixture {
  var type: UInt32
  var modifier: Int32 = -1
  var isOptional = true
  var standard: String?
  var comment: String?
  var settings = ValueSettings()
  var types: [UInt32: CatalogType] = [:]
  var role = FieldRole.value
  var origin = ValueOrigin.stream

  /// OIDs of built-in types by name.
  static let oids: [String: UInt32] = [
    "bool": 16, "bytea": 17, "char": 18, "name": 19, "int8": 20, "int2": 21, "int2vector": 22, "int4": 23, "text": 25,
    "oid": 26, "oidvector": 30, "json": 114, "xml": 142, "_xml": 143, "point": 600, "box": 603, "cidr": 650,
    "float4": 700, "float8": 701, "money": 790, "_money": 791, "inet": 869, "_bool": 1000, "_bytea": 1001,
    "_int4": 1007, "_text": 1009, "_int8": 1016, "_float8": 1022, "bpchar": 1042, "varchar": 1043, "date": 1082,
    "time": 1083, "timestamp": 1114, "_timestamp": 1115, "_date": 1182, "_time": 1183, "timestamptz": 1184,
    "_timestamptz": 1185, "interval": 1186, "_numeric": 1231, "timetz": 1266, "_timetz": 1270, "bit": 1560,
    "_bit": 1561, "varbit": 1562, "numeric": 1700, "uuid": 2950, "_uuid": 2951, "pg_lsn": 3220, "tsvector": 3614,
    "_tsvector": 3643, "jsonb": 3802, "_jsonb": 3807, "int4range": 3904, "int4multirange": 4451,
  ]

  /// Types of extensions and of users.
  static let catalog: [UInt32: CatalogType] = [
    20_000: CatalogType(
      oid: 20_000, schema: "public", name: "mood", kind: .enumeration(["sad", "a,b"]), fromExtension: nil),
    20_001: CatalogType(
      oid: 20_001, schema: "public", name: "_mood", kind: .array(element: 20_000, delimiter: 44), fromExtension: nil),
    20_002: CatalogType(
      oid: 20_002, schema: "public", name: "hstore",
      kind: .hasJSONCast(function: "hstore_to_json", fromExtension: "hstore"),
      fromExtension: "hstore"),
    20_003: CatalogType(
      oid: 20_003, schema: "public", name: "amount", kind: .domain(base: 1700, modifier: 524_294),
      fromExtension: nil),
    20_004: CatalogType(oid: 20_004, schema: "public", name: "citext", kind: .scalar, fromExtension: "citext"),
    20_005: CatalogType(oid: 20_005, schema: "public", name: "geometry", kind: .scalar, fromExtension: "postgis"),
    20_006: CatalogType(oid: 20_006, schema: "public", name: "vector", kind: .scalar, fromExtension: "vector"),
    20_007: CatalogType(oid: 20_007, schema: "public", name: "sparsevec", kind: .scalar, fromExtension: "vector"),
    20_008: CatalogType(oid: 20_008, schema: "public", name: "pair", kind: .composite([]), fromExtension: nil),
    20_009: CatalogType(
      oid: 20_009, schema: "public", name: "tags", kind: .domain(base: 1009, modifier: -1), fromExtension: nil),
    20_010: CatalogType(oid: 20_010, schema: "public", name: "ltree", kind: .scalar, fromExtension: "ltree"),
  ]

  /// A column of a type by name, of the list above or of the catalogue's.
  init(_ name: String, _ modifier: Int32 = -1, _ change: (inout ValuesFixture) -> Void = { _ in }) {
    types = ValuesFixture.catalog
    type = ValuesFixture.oids[name] ?? types.values.first { $0.name == name }?.oid ?? 0
    self.modifier = modifier
    change(&self)
  }

  /// The modifier of `numeric(precision, scale)`.
  static func numeric(_ precision: Int32, _ scale: Int32) -> Int32 { (precision << 16 | scale & 0x7FF) + 4 }

  /// The converter; nil when the column is left out.
  var converter: ColumnConverter? {
    let column = ColumnDescription(
      name: "c", type: type, modifier: modifier, isOptional: isOptional, defaultExpression: standard, comment: comment)
    return ColumnConverter(
      column, in: ("public", "t"), types: types, settings: settings, fieldName: "c", role: role, origin: origin)
  }

  /// A value's JSON; nil when it cannot be converted.
  func json(_ text: String) -> String? {
    guard let converter else { return nil }
    var buffer = OutputBuffer(capacity: 16)
    let bytes = Array(text.utf8)
    guard converter.append(bytes.span.bytes, from: origin, to: &buffer) else {
      return buffer.count == 0 ? nil : "left over"
    }
    return buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The schema's JSON.
  var schema: String? { converter.map { String(decoding: $0.schema.text, as: UTF8.self) } }
  /// The default's JSON.
  var standardJSON: String? { converter?.schema.defaultText.map { String(decoding: $0, as: UTF8.self) } }
  /// What stands for a column that was not sent.
  var notSent: String? { converter.map { String(decoding: $0.notSent, as: UTF8.self) } }
  /// What stands for an unchanged TOAST value.
  var unavailable: String? { converter.map { String(decoding: $0.unavailable, as: UTF8.self) } }
  /// What stands for SQL NULL.
  var null: String? { converter.map { String(decoding: $0.null, as: UTF8.self) } }
}
