extension Catalog {
  /// Types by OID, together with all that they are made of, to any depth. An OID that is not there is left out.
  public static func types(
    _ oids: [UInt32], on connection: borrowing Connection
  ) throws(PostgresError) -> [UInt32: CatalogType] {
    var known: [UInt32: CatalogType] = [:]
    var wanted = Set(oids)
    while !wanted.isEmpty {
      let found = try lookUp(wanted, on: connection)
      var referenced: Set<UInt32> = []
      for type in found {
        known[type.oid] = type
        referenced.formUnion(type.kind.references)
      }
      // A type that is gone is not asked for again: it is in `wanted`, and no reference leads to it twice.
      wanted = referenced.subtracting(known.keys).subtracting(wanted)
    }
    return known
  }

  /// The types that were made in this database, but for the row types of relations and their arrays.
  public static func typesOfDatabase(on connection: borrowing Connection) throws(PostgresError) -> [UInt32: CatalogType]
  {
    let rows = try connection.execute(
      """
      SELECT t.oid FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type el ON el.oid = t.typelem
      WHERE t.oid >= 16384 AND t.typtype <> 'c' AND el.typtype IS DISTINCT FROM 'c'
      """)
    return try types(rows.rows.indices.map { rows.oid($0, "oid") }, on: connection)
  }

  private static func lookUp(
    _ oids: Set<UInt32>, on connection: borrowing Connection
  ) throws(PostgresError) -> [CatalogType] {
    let list = "{\(oids.sorted().map(String.init).joined(separator: ","))}"
    // A cast to json counts for types that initdb did not make, as in PostgreSQL itself.
    let rows = try connection.execute(
      """
      SELECT t.oid, n.nspname, t.typname, t.typtype, t.typbasetype, t.typtypmod, t.typrelid, e.extname, f.proname,
        CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc THEN t.typelem END AS element,
        el.typdelim AS delimiter, r.rngsubtype, m.rngtypid
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_type el ON el.oid = t.typelem
      LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
      LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
      LEFT JOIN pg_catalog.pg_cast c ON c.castsource = t.oid AND c.casttarget = 114 AND c.castmethod = 'f'
        AND t.oid >= 16384
      LEFT JOIN pg_catalog.pg_proc f ON f.oid = c.castfunc
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
        AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
      WHERE t.oid = ANY ($1::oid[])
      """, [list])
    let attributes = try attributes(list, on: connection)
    let labels = try labels(list, on: connection)
    return rows.rows.indices.map { row in
      let oid = rows.oid(row, "oid")
      return CatalogType(
        oid: oid, schema: rows[row, "nspname"] ?? "", name: rows[row, "typname"] ?? "",
        kind: kind(rows, row, attributes[oid] ?? [], labels[oid] ?? []), fromExtension: rows[row, "extname"])
    }
  }

  /// The order of questions is that of `json_categorize_type`.
  private static func kind(
    _ rows: Rows, _ row: Int, _ attributes: [CatalogType.Attribute], _ labels: [String]
  ) -> CatalogType.Kind {
    let type = rows[row, "typtype"]
    let oid = rows.oid(row, "oid")
    if type == "d" {
      return .domain(
        base: rows.oid(row, "typbasetype"), modifier: rows[row, "typtypmod"].flatMap { Int32($0) } ?? -1)
    }
    if rows[row, "element"] != nil {
      let element = rows.oid(row, "element")
      let isVector = oid == 22 || oid == 30  // int2vector and oidvector, whose text form has no braces
      return isVector
        ? .vector(element: element)
        : .array(element: element, delimiter: rows[row, "delimiter"]?.utf8.first ?? UInt8(ascii: ","))
    }
    if type == "c" { return .composite(attributes) }
    if let function = rows[row, "proname"] {
      return .hasJSONCast(function: function, fromExtension: rows[row, "extname"])
    }
    switch type {
    case "e": return .enumeration(labels)
    case "r": return .range(subtype: rows.oid(row, "rngsubtype"))
    case "m": return .multirange(range: rows.oid(row, "rngtypid"))
    default: return .scalar
    }
  }

  private static func attributes(
    _ list: String, on connection: borrowing Connection
  ) throws(PostgresError) -> [UInt32: [CatalogType.Attribute]] {
    let rows = try connection.execute(
      """
      SELECT t.oid, a.attname, a.atttypid, a.atttypmod FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE t.oid = ANY ($1::oid[]) AND t.typtype = 'c' ORDER BY t.oid, a.attnum
      """, [list])
    var found: [UInt32: [CatalogType.Attribute]] = [:]
    for row in rows.rows.indices {
      let attribute = CatalogType.Attribute(
        name: rows[row, "attname"] ?? "", typeOID: rows.oid(row, "atttypid"),
        typeModifier: rows[row, "atttypmod"].flatMap { Int32($0) } ?? -1)
      found[rows.oid(row, "oid"), default: []].append(attribute)
    }
    return found
  }

  private static func labels(
    _ list: String, on connection: borrowing Connection
  ) throws(PostgresError) -> [UInt32: [String]] {
    let rows = try connection.execute(
      """
      SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = ANY ($1::oid[])
      ORDER BY enumtypid, enumsortorder
      """, [list])
    var found: [UInt32: [String]] = [:]
    for row in rows.rows.indices {
      found[rows.oid(row, "enumtypid"), default: []].append(rows[row, "enumlabel"] ?? "")
    }
    return found
  }
}

extension CatalogType.Kind {
  /// The types that this one is made of.
  var references: Set<UInt32> {
    switch self {
    case .scalar, .enumeration, .hasJSONCast: []
    case .domain(let base, _): [base]
    case .array(let element, _), .vector(let element): [element]
    case .composite(let attributes): Set(attributes.map(\.typeOID))
    case .range(let subtype): [subtype]
    case .multirange(let range): [range]
    }
  }
}
