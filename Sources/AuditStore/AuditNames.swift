internal import PGReplication

/// The audit schema's tables and the statements on them, quoted once.
struct AuditNames: Sendable {
  /// The schema, quoted.
  let schema: String
  let offsets: String
  let copy: String

  init(schema name: String) throws(PostgresError) {
    schema = try Identifier.quoteIdentifier(name)
    offsets = "\(schema).replication_offset"
    copy = "COPY \(schema).audit_log (\(AuditColumns.list)) FROM STDIN (FORMAT binary)"
  }

  /// Moves the offset; an older epoch moves nothing.
  var advance: String {
    """
    UPDATE \(offsets) SET position = $3::pg_catalog.pg_lsn, timeline = $4::bigint, updated_at = pg_catalog.clock_timestamp()
    WHERE source_id = $1::integer AND epoch = $2::bigint
    """
  }

  var insertError: String {
    """
    INSERT INTO \(schema).processing_error (source_id, commit_lsn, ordinal, lsn, transaction_id, change_timestamp,
      source_schema, source_table, operation_type, payload, code, reason, sink, part)
    VALUES ($1, $2, $3, $4, $5, timestamptz '2000-01-01 00:00:00+00' + $6::bigint * interval '1 microsecond',
      $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT DO NOTHING
    """
  }

  var insertGap: String {
    "INSERT INTO \(schema).gap (source_id, from_lsn, to_lsn, reason) VALUES ($1, $2, $3, $4)"
  }

  var ensurePartitions: String { "SELECT \(schema).ensure_partitions($1, $2)" }
}
