import Decoder
import ServerKit

/// A server's types, and the shapes of their values.
struct OracleCatalogue {
  /// A row of `pg_type`.
  struct TypeRow {
    let oid: UInt32
    let name: String
    /// `typtype`: b, c, d, e, r, m or p.
    let kind: String
    let isArray: Bool
    let element: UInt32
    let elementDelimiter: UInt8
    let base: UInt32
    let rangeSubtype: UInt32
    var attributes: [(name: String, type: UInt32)] = []
    var labels: [String] = []
  }

  /// Types whose input function takes nothing, so that no user can have a value of them.
  static let withoutInput: Set<String> = [
    "pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary", "gtsvector", "ghstore", "ltree_gist",
  ]

  private(set) var types: [UInt32: TypeRow] = [:]

  init(_ server: PostgresServer) async throws {
    let rows = try await server.sql(
      """
      SELECT t.oid, t.typname, t.typtype, t.typinput = 'array_in'::regproc, t.typelem,
        coalesce(e.typdelim, ','), t.typbasetype, coalesce(r.rngsubtype, m.rngsubtype, 0)
      FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem
      LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
      """)
    for row in rows.split(separator: "\n") {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      let oid = UInt32(cells[0]) ?? 0
      types[oid] = TypeRow(
        oid: oid, name: cells[1], kind: cells[2], isArray: cells[3] == "t", element: UInt32(cells[4]) ?? 0,
        elementDelimiter: cells[5].utf8.first ?? 0, base: UInt32(cells[6]) ?? 0, rangeSubtype: UInt32(cells[7]) ?? 0)
    }
    let attributes = try await server.sql(
      """
      SELECT t.oid, a.atttypid, a.attname FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
      WHERE t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY t.oid, a.attnum
      """)
    for row in attributes.split(separator: "\n") {
      let cells = row.split(separator: "|", maxSplits: 2).map(String.init)
      types[UInt32(cells[0]) ?? 0]?.attributes.append((cells[2], UInt32(cells[1]) ?? 0))
    }
    let labels = try await server.sql("SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder")
    for row in labels.split(separator: "\n") {
      let cells = row.split(separator: "|", maxSplits: 1).map(String.init)
      types[UInt32(cells[0]) ?? 0]?.labels.append(cells[1])
    }
  }

  /// What a table's column can have, in the order of OIDs.
  var columnTypes: [TypeRow] {
    types.values.filter { $0.kind != "p" && !Self.withoutInput.contains($0.name) }.sorted { $0.oid < $1.oid }
  }

  /// The shape of a type's values, as the product's catalogue has to build it.
  func shape(_ oid: UInt32) -> ValueShape {
    guard let type = types[oid] else { return .text }
    if type.kind == "d" { return shape(type.base) }
    if type.kind == "c" { return .composite(type.attributes.map { .init(name: $0.name, shape: shape($0.type)) }) }
    if type.isArray { return .array(element: shape(type.element), delimiter: type.elementDelimiter) }
    switch type.name {
    case "int2", "int4", "int8", "float4", "float8", "numeric": return .number
    case "bool": return .boolean
    case "timestamp": return .timestamp
    case "timestamptz": return .timestampWithTimeZone
    case "json", "jsonb": return .json
    case "int2vector": return .vector(element: .number)
    case "oidvector": return .vector(element: .text)
    case "hstore": return .hstore
    default: return .text
    }
  }
}

extension String {
  /// The UTF-8 in hexadecimal.
  var hexadecimal: String { utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer($0).hexadecimal } ?? "" }
}

extension UnsafeRawBufferPointer {
  /// The bytes in hexadecimal.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Bytes from hexadecimal.
  init(hexadecimal text: Substring) {
    let digits = text.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    self = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
