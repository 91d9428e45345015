/// Where a value was read: Debezium's two readers do not agree about every type.
public enum ValueOrigin: Sendable, Hashable {
  /// From the log, by `pgoutput`.
  case stream
  /// From the table, by a query.
  case snapshot
}

/// Which part of an event a column's value goes to.
public enum FieldRole: Sendable, Hashable {
  /// The record's key, which masks and the like leave alone.
  case key
  /// The row before or after.
  case value
}
