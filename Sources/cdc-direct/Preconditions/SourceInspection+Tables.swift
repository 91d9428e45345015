internal import PGReplication
internal import Pipeline

extension SourceInspection {
  /// The tables that are selected, and the publication that shall carry them.
  mutating func checkTables(_ connection: borrowing Connection) throws(PostgresError) {
    let captured = try CapturedTable.read(source.capture, on: connection)
    let tables = captured.filter { !isOwn($0.name) }
    self.tables = tables
    if tables.isEmpty {
      findings.warn(
        "source.tables", "the settings select no table of this database",
        "check database.dbname, table.include.list and schema.include.list")
    }
    publication = try Publication.read(source.publication, on: connection)
    let published: [Publication.Table] = try publication?.tables(on: connection) ?? []
    if let publication {
      try checkPublication(publication, published, tables)
    } else {
      try checkCreation(tables, connection)
    }
    checkRights(tables)
    checkIdentities(tables, publication == nil ? nil : Set(published.map(\.table)))
    let unlogged = tables.filter(\.isUnlogged).map(\.name)
    if !unlogged.isEmpty {
      findings.warn(
        "source.unlogged", "changes of unlogged tables never reach the log: \(unlogged.listed)",
        unlogged.prefix(6).compactMap { try? "ALTER TABLE \($0.quoted()) SET LOGGED;" }.joined(separator: " "))
    }
    try checkTypes(connection)
  }

  private func isOwn(_ table: TableName) -> Bool {
    table.schema == source.ownSchema && table.name.hasPrefix("audit_log")
  }

  // MARK: The publication

  private mutating func checkPublication(
    _ publication: Publication, _ published: [Publication.Table], _ tables: [CapturedTable]
  ) throws(PostgresError) {
    let check = "source.publication"
    let quoted = try Identifier.quoteIdentifier(publication.name)
    let names = Set(published.map(\.table))
    if let own = names.first(where: { isOwn($0) }) {
      findings.error(
        .publicationFeedsItself, check, "publication \"\(publication.name)\" includes the audit table \(own)",
        "keep the audit schema in a database of its own, or: DROP PUBLICATION \(quoted); and set "
          + "publication.autocreate.mode=filtered")
    }
    let missing = tables.filter { table in
      !table.isPartitioned && !table.isUnlogged && !names.contains(table.name)
        && !(table.root.map { names.contains($0) } ?? false)
    }
    if missing.isEmpty {
      findings.ok(check, "publication \"\(publication.name)\" carries all \(tables.count) selected tables")
    } else if source.publicationMode == .filtered, !publication.allTables {
      findings.info(check, "the next run adds to publication \"\(publication.name)\": \(missing.map(\.name).listed)")
      checkOwnership(missing)
    } else if source.namesTables {
      findings.error(
        .publicationIncomplete, check,
        "publication \"\(publication.name)\" does not carry \(missing.map(\.name).listed)",
        "ALTER PUBLICATION \(quoted) ADD TABLE \(missing.map(\.name).quotedList);")
    } else {
      findings.warn(
        check, "publication \"\(publication.name)\" does not carry \(missing.map(\.name).listed)",
        "ALTER PUBLICATION \(quoted) ADD TABLE \(missing.map(\.name).quotedList); -- or table.exclude.list")
    }
    checkContent(publication, published, quoted)
  }

  /// What the publication leaves out of the tables that it carries.
  private mutating func checkContent(
    _ publication: Publication, _ published: [Publication.Table], _ quoted: String
  ) {
    let check = "source.publication"
    let silent = Publication.Operation.allCases.filter { !publication.operations.contains($0) }
    if !silent.isEmpty {
      findings.warn(
        check, "publication \"\(publication.name)\" leaves out \(silent.map(\.rawValue).joined(separator: ", "))",
        "ALTER PUBLICATION \(quoted) SET (publish = 'insert, update, delete, truncate');")
    }
    let filtered = published.filter { $0.rowFilter != nil }.map(\.table)
    if !filtered.isEmpty {
      findings.warn(
        check, "rows outside the publication's row filter never reach the trail: \(filtered.listed)",
        "ALTER PUBLICATION \(quoted) SET TABLE … without WHERE, unless it is meant so")
    }
  }

  private mutating func checkCreation(
    _ tables: [CapturedTable], _ connection: borrowing Connection
  ) throws(PostgresError) {
    let check = "source.publication"
    let quoted = try Identifier.quoteIdentifier(source.publication)
    let rights = try connection.execute(
      """
      SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS creates, rolsuper,
        pg_catalog.quote_ident(rolname) AS role, pg_catalog.quote_ident(pg_catalog.current_database()) AS database
      FROM pg_catalog.pg_roles WHERE rolname = current_user
      """)
    let absent = "publication \"\(source.publication)\" does not exist"
    if source.publicationMode == .disabled {
      return findings.error(
        .publicationMissing, check, "\(absent), and publication.autocreate.mode is disabled",
        "CREATE PUBLICATION \(quoted) FOR ALL TABLES; -- or FOR TABLE \(tables.map(\.name).quotedList)")
    }
    if source.publicationMode == .allTables, rights[0, "rolsuper"] != "t" {
      return findings.error(
        .privilegeMissing, check, "\(absent), and only a superuser may make one for all tables",
        "as a superuser: CREATE PUBLICATION \(quoted) FOR ALL TABLES; -- or publication.autocreate.mode=filtered")
    }
    guard rights[0, "creates"] == "t" else {
      let database = rights[0, "database"] ?? ""
      return findings.error(
        .privilegeMissing, check, "\(absent), and the role may not make one",
        "GRANT CREATE ON DATABASE \(database) TO \(rights[0, "role"] ?? "");")
    }
    if source.publicationMode == .filtered { checkOwnership(tables) }
    findings.ok(check, "\(absent) yet; init or the first run makes it (\(source.publicationMode.rawValue))")
  }

  private mutating func checkOwnership(_ tables: [CapturedTable]) {
    let foreign = tables.filter { !$0.isOwned }.map(\.name)
    guard !foreign.isEmpty else { return }
    findings.error(
      .privilegeMissing, "source.publication", "only their owner may publish \(foreign.listed)",
      "make the publication as the owner, or GRANT the owner's role to this one")
  }

  // MARK: The tables

  private mutating func checkRights(_ tables: [CapturedTable]) {
    let unreadable = tables.filter { !$0.isReadable }.map(\.name)
    guard !unreadable.isEmpty else {
      return findings.ok("source.select", "the role may read all \(tables.count) selected tables")
    }
    let user = source.conninfo.user.flatMap { try? Identifier.quoteIdentifier($0) } ?? "…"
    let schemas = Set(unreadable.map(\.schema)).sorted().compactMap { try? Identifier.quoteIdentifier($0) }
    let grant =
      "GRANT USAGE ON SCHEMA \(schemas.joined(separator: ", ")) TO \(user); "
      + "GRANT SELECT ON \(unreadable.quotedList) TO \(user);"
    if source.snapshotMode == .noData {
      findings.info("source.select", "the role may not read \(unreadable.listed); only a snapshot needs that", grant)
    } else {
      findings.error(.privilegeMissing, "source.select", "the role may not read \(unreadable.listed)", grant)
    }
  }

  /// - Parameter published: what the publication carries; nil where there is none yet.
  private mutating func checkIdentities(_ tables: [CapturedTable], _ published: Set<TableName>?) {
    if let operations = publication?.operations, operations.isDisjoint(with: [.update, .delete]) { return }
    let broken = tables.filter { table in
      guard !table.hasIdentity, !table.isPartitioned else { return false }
      if let wanted = source.replicaIdentities?.identity(for: table.name), wanted != .default, wanted != .nothing {
        return false
      }
      guard let published else { return source.publicationMode != .noTables }
      return published.contains(table.name) || table.root.map { published.contains($0) } ?? false
    }.map(\.name)
    guard !broken.isEmpty else {
      return findings.ok("source.replica_identity", "updates and deletes of every selected table have an identity")
    }
    findings.warn(
      "source.replica_identity",
      "PostgreSQL refuses the application's own UPDATE and DELETE on published tables without identity: \(broken.listed)",
      broken.prefix(6).compactMap { try? "ALTER TABLE \($0.quoted()) REPLICA IDENTITY FULL;" }.joined(separator: " ")
        + " -- or a primary key, or replica.identity.autoset.values")
  }

  private mutating func checkTypes(_ connection: borrowing Connection) throws(PostgresError) {
    let rows = try connection.execute(
      """
      SELECT DISTINCT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.oid >= 16384 AND t.typname <> 'hstore'
      JOIN pg_catalog.pg_cast x ON x.castsource = t.oid AND x.casttarget = 114 AND x.castmethod = 'f'
      WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2, 3
      """)
    let columns = rows.rows.filter { source.capture.includes(schema: $0[0] ?? "", table: $0[1] ?? "") }
    guard !columns.isEmpty else { return }
    let list = columns.prefix(6).map { "\($0[0] ?? "").\($0[1] ?? "").\($0[2] ?? "") (\($0[3] ?? ""))" }
    findings.info(
      "source.types",
      "values of types with a cast to json of their own are recorded as text: "
        + list.joined(separator: ", ") + (columns.count > 6 ? ", …" : ""))
  }
}
