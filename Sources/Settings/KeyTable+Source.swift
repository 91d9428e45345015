private let port = Key.Kind.integer(1...65535)
private let milliseconds = Key.Kind.milliseconds(0...2_147_483_647)
private let sslmodes = Key.Kind.enumeration(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])

extension KeyTable {
  static let database: [Key] = [
    ours(
      .database, "database.url", .secretURI, "",
      "Connection URI (postgresql://…) of the database to read, in place of hostname, port, user, dbname. Ours."
    ),
    honoured(.database, "database.hostname", .text, "", "Host, or the directory of a Unix socket. Required, or a URL."),
    honoured(.database, "database.port", port, "5432", "Port of the server."),
    honoured(
      .database, "database.user", .text, "",
      "Login role; needs REPLICATION and SELECT on the captured tables. Required."),
    honoured(.database, "database.password", .secret, "", "Its password; wins over one in the URL."),
    ours(.database, "database.passfile", .path, "", "Password file in libpq's .pgpass form. Ours."),
    honoured(.database, "database.dbname", .text, "", "Database to read. Required, or a URL."),
    honoured(.database, "database.sslmode", sslmodes, "prefer", "How TLS is used, in libpq's words."),
    honoured(.database, "database.sslcert", .path, "", "Client certificate file."),
    honoured(.database, "database.sslkey", .path, "", "Client key file; PEM, not the PK8 of the JDBC driver."),
    honoured(.database, "database.sslpassword", .secret, "", "Password of the client key."),
    honoured(.database, "database.sslrootcert", .path, "", "Root certificates that the server's must come from."),
    honoured(.database, "database.tcpKeepAlive", .boolean, "true", "TCP keepalives on connections."),
    ours(
      .database, "database.connect.timeout.ms", .milliseconds(0...3_600_000), "10000",
      "How long one attempt to connect may take, in whole seconds rounded up; 0: no limit. Ours."),
    honoured(
      .database, "database.query.timeout.ms", milliseconds, "600000",
      "Statement timeout of our own queries on the source; 0: none. Snapshots are exempt."),
    honoured(
      .database, "database.initial.statements", .statements, "",
      "SQL run on every ordinary connection to the source when it is opened; `;` separates, `;;` is a literal semicolon."
    ),
    ours(
      .database, "database.wal.sender.timeout.ms", milliseconds, "30000",
      "wal_sender_timeout of our session, so that a dead client frees its slot; 0: the server's own. Ours."),
  ]

  static let slot: [Key] = [
    honoured(
      .slot, "plugin.name", .enumeration(["pgoutput"]), "pgoutput",
      "Decoding plugin; only pgoutput. Debezium's default is decoderbufs."),
    honoured(.slot, "slot.name", .slotName, "debezium", "Replication slot; made when it is missing."),
    honoured(.slot, "slot.drop.on.stop", .boolean, "false", "Drop the slot on an orderly stop."),
    honoured(
      .slot, "slot.failover", .boolean, "false",
      "Make the slot a failover slot (PostgreSQL 17 and later, else ignored)."),
    honoured(
      .slot, "slot.stream.params", .parameters, "", "Extra `name=value;…` options for the plugin at START_REPLICATION."),
    honoured(
      .slot, "slot.max.retries", .integer(0...1_000_000), "",
      "Attempts to open the replication connection; unset: endless. Debezium's default is 6."),
    honoured(
      .slot, "slot.retry.delay.ms", milliseconds, "10000", "Pause between those attempts while the slot is in use."),
    ours(
      .slot, "slot.create.timeout.ms", milliseconds, "90000",
      "How long making the slot may take: it waits for transactions that are open. 0: no limit. Ours."),
  ]

  static let publication: [Key] = [
    honoured(.publication, "publication.name", .identifier, "dbz_publication", "Publication to read."),
    honoured(
      .publication, "publication.autocreate.mode", .enumeration(Settings.PublicationMode.allCases.map(\.rawValue)),
      "all_tables",
      "How a missing publication is made: all_tables, filtered (captured tables only), no_tables, disabled (not made)."),
    honoured(
      .publication, "publish.via.partition.root", .boolean, "false",
      "Publications we make send changes of partitions under the name of the partitioned table."),
    honoured(
      .publication, "replica.identity.autoset.values", .replicaIdentities, "",
      "`schema.table:FULL|DEFAULT|NOTHING|INDEX name,…`: ALTER TABLE … REPLICA IDENTITY at the start."),
  ]

  static let capture: [Key] = [
    honoured(.capture, "schema.include.list", .patterns, "", "Schemas to capture. Excludes schema.exclude.list."),
    honoured(.capture, "schema.exclude.list", .patterns, "", "Schemas to leave out."),
    honoured(
      .capture, "table.include.list", .patterns, "",
      "Tables to capture, as `schema.table`; the order is also the snapshot's. Excludes table.exclude.list."),
    honoured(.capture, "table.exclude.list", .patterns, "", "Tables to leave out, as `schema.table`."),
    honoured(
      .capture, "column.include.list", .patterns, "",
      "Columns to keep, as `schema.table.column`; key columns always stay. Excludes column.exclude.list."),
    honoured(.capture, "column.exclude.list", .patterns, "", "Columns to leave out, as `schema.table.column`."),
    honoured(
      .capture, "table.ignore.builtin", .boolean, "true",
      "Leave out pg_catalog, information_schema, pg_temp*, pg_toast and spatial_ref_sys."),
    honoured(
      .capture, "skipped.operations", .options(["c", "u", "d", "t", "none"]), "t",
      "Operations that are left out: c, u, d, t, none. TRUNCATE (t) is always recorded in the trail, unlike in events."
    ),
  ]

  static let snapshot: [Key] = [
    honoured(
      .snapshot, "snapshot.mode",
      .enumeration(Settings.SnapshotMode.allCases.map(\.rawValue) + ["configuration_based", "never"]), "initial",
      "initial (once), initial_only (then stop), no_data, always, when_needed (or after a gap); never means no_data; for"
        + " events also configuration_based."),
    honoured(
      .snapshot, "snapshot.include.collection.list", .patterns, "",
      "Captured tables that the snapshot reads, as `schema.table`; unset: all."),
    honoured(
      .snapshot, "snapshot.lock.timeout.ms", milliseconds, "10000",
      "lock_timeout while a table's ACCESS SHARE lock is waited for; 0: none."),
  ]

  static let stream: [Key] = [
    honoured(
      .stream, "status.update.interval.ms", .milliseconds(100...3_600_000), "10000", "Period of standby status updates."
    ),
    ours(
      .stream, "wire.stale.after.ms", .milliseconds(1000...86_400_000), "60000",
      "Reconnect when nothing at all was heard for so long, though a keepalive was asked for. Ours."),
    ours(
      .stream, "stream.in.progress", .boolean, "true",
      "Have large transactions streamed before they commit, and keep them in spool.directory until then. Ours."),
    ours(
      .stream, "spool.directory", .path, "",
      "Where they are kept, in files that have no name; unset: TMPDIR, else /var/tmp. Without room there the source keeps"
        + " them. Ours."),
    ours(
      .stream, "spool.max.bytes", .bytes(1_048_576...9_223_372_036_854_775_807), "10737418240",
      "Disk for all of them together; beyond it the source keeps them. Ours."),
    ours(
      .stream, "offset.idle.interval.ms", .milliseconds(100...86_400_000), "10000",
      "How often the position of an idle slot is stored and confirmed, so that WAL does not pile up. Ours.",
      events: .noMeaning("offset.flush.interval.ms decides")),
  ]

  static let heartbeat: [Key] = [
    honoured(
      .heartbeat, "heartbeat.interval.ms", milliseconds, "0",
      "Period of heartbeats, with which heartbeat.action.query runs; 0: none."),
    honoured(.heartbeat, "heartbeat.action.query", .text, "", "SQL run on the source with every heartbeat."),
  ]
}
