/// The columns of `audit_log` in the order in which rows are rendered: what is the same for a whole transaction first,
/// then what is the same for a table, then the change's own.
enum AuditColumns {
  /// The names, as COPY takes them.
  static let list = """
    source_id, change_timestamp, transaction_id, commit_lsn, change_user, context, source_schema, source_table, \
    operation_type, lsn, ordinal, row_key, old_data, new_data, changed_columns, source_metadata
    """
  /// How many there are.
  static let count: Int16 = 16
  /// Where `commit_lsn` stands in the list, from 0.
  static let commitLSN = 3
  /// Where `ordinal` stands in the list, from 0.
  static let ordinal = 10
}
