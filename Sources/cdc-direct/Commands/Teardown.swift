internal import ArgumentParser
internal import AuditStore
internal import PGReplication
internal import Pipeline
internal import Settings

/// `cdc-direct teardown`: drops what `init` made.
struct Teardown: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Drop the slot and the publication, and when asked the audit schema with the whole trail.",
    discussion: """
      Asks before it drops anything; without a terminal it needs --yes. A slot that is being read is left alone: stop \
      that instance first. With publication.autocreate.mode=disabled the publication is somebody else's and stays.

      Without --audit-schema the trail and its offset stay. A new slot begins later than that offset, so a run after \
      this needs snapshot.mode=when_needed, which records the gap.

      Examples:
        cdc-direct teardown --config cdc.yaml
        cdc-direct teardown --config cdc.yaml --audit-schema --yes
      """)

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Also drop the audit schema with everything that was recorded.")
  var auditSchema = false

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  func run() async throws {
    let settings = try options.load(requiring: auditSchema ? [.database, .audit] : [.database])
    try await failing {
      let source = try settings.source()
      let connection = try source.session()
      let slot = try SlotState.read(source.slot, on: connection)
      if let slot, slot.active {
        throw Failure(
          .slotInUse, "slot \"\(slot.name)\" is read by process \(slot.activePID.map(String.init) ?? "?")",
          at: connection.endpoint, advice: "stop that instance first")
      }
      let publication =
        source.publicationMode == .disabled ? nil : try Publication.read(source.publication, on: connection)
      let schema = auditSchema ? try readSchema(try settings.auditStore()) : nil
      try confirm(plan(slot, publication, schema, connection.endpoint))
      if let slot { try drop(slot, connection) } else { print("absent   slot \"\(source.slot)\"") }
      try drop(publication, source, connection)
      if auditSchema { try drop(schema, try settings.auditStore()) }
    }
  }

  /// The schema that is there, with what it holds.
  private struct Schema {
    let endpoint: String
    let name: String
    let rows: Int64
  }

  private func plan(_ slot: SlotState?, _ publication: Publication?, _ schema: Schema?, _ endpoint: String) -> [String]
  {
    var lines: [String] = []
    if let slot { lines.append("slot \"\(slot.name)\" on \(endpoint)") }
    if let publication { lines.append("publication \"\(publication.name)\" on \(endpoint)") }
    if let schema {
      lines.append(
        "schema \(schema.name) on \(schema.endpoint) with the whole audit trail, about "
          + "\(ByteText.count(schema.rows)) rows")
    }
    return lines
  }

  private func confirm(_ lines: [String]) throws {
    guard !lines.isEmpty, !yes else { return }
    Terminal.error("This drops:")
    for line in lines { Terminal.error("  \(line)") }
    guard Terminal.isInput else {
      Terminal.error("cdc-direct: nothing was dropped: there is no terminal to ask on; --yes goes on without asking")
      throw ExitCode(64)
    }
    guard Terminal.confirms("Drop it?") else {
      Terminal.error("cdc-direct: nothing was dropped")
      throw ExitCode(1)
    }
  }

  private func readSchema(_ store: AuditSettings) throws -> Schema? {
    let connection = try store.session()
    let rows = try Failure.ofAudit { () throws(PostgresError) in
      try connection.execute(
        """
        SELECT (SELECT coalesce(pg_catalog.sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class c
          WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname LIKE 'audit\\_log%') AS rows,
          pg_catalog.pg_has_role(n.nspowner, 'USAGE') AS owned, pg_catalog.pg_get_userbyid(n.nspowner) AS owner
        FROM pg_catalog.pg_namespace n
        WHERE n.nspname = $1 AND EXISTS (SELECT FROM pg_catalog.pg_class v
          WHERE v.relnamespace = n.oid AND v.relname = 'schema_version')
        """, [store.schema])
    }
    // A schema without our table of versions is not ours to drop.
    guard rows.count > 0 else { return nil }
    guard rows[0, "owned"] == "t" else {
      throw Failure(
        .privilegeMissing,
        "only \(rows[0, "owner"] ?? "its owner") may drop schema \(store.schema); nothing was dropped",
        at: connection.endpoint, advice: "run teardown with the schema's owner as audit.user")
    }
    return Schema(
      endpoint: connection.endpoint, name: store.schema, rows: rows[0, "rows"].flatMap { Int64($0) } ?? 0)
  }

  private func drop(_ slot: SlotState, _ connection: borrowing Connection) throws(PostgresError) {
    // By its name in the catalogue: it may have gone meanwhile. The server refuses one that is in use.
    try connection.execute(
      "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
      [slot.name])
    print("dropped  slot \"\(slot.name)\"")
  }

  private func drop(
    _ publication: Publication?, _ source: SourceSettings, _ connection: borrowing Connection
  ) throws(PostgresError) {
    guard let publication else {
      let why = source.publicationMode == .disabled ? "kept     (autocreate is disabled)" : "absent  "
      return print("\(why) publication \"\(source.publication)\"")
    }
    try connection.execute("DROP PUBLICATION IF EXISTS \(try Identifier.quoteIdentifier(publication.name))")
    print("dropped  publication \"\(publication.name)\"")
  }

  private func drop(_ schema: Schema?, _ store: AuditSettings) throws {
    guard let schema else { return print("absent   schema \(store.schema)") }
    let connection = try store.session()
    try Failure.ofAudit { () throws(PostgresError) in
      _ = try connection.execute("DROP SCHEMA \(try Identifier.quoteIdentifier(schema.name)) CASCADE")
    }
    print("dropped  schema \(schema.name)")
  }
}
