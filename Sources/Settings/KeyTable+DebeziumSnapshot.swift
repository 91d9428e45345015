private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let number = Key.Kind.integer(-1...9_223_372_036_854_775_807)
private let configurationBased = "part of snapshot.mode=configuration_based, which is not supported"
private let java = "a Java class cannot be loaded"
private let copy = "tables are read by one COPY each"
private let noSignals = "it is part of signals, and signal.data.collection is not supported yet"

extension KeyTable {
  /// Snapshots, signals, incremental snapshots and notifications.
  static let debeziumSnapshot: [Key] = [
    noMeaning("snapshot.mode.configuration.based.snapshot.data", .boolean, "false", configurationBased),
    noMeaning("snapshot.mode.configuration.based.snapshot.schema", .boolean, "false", configurationBased),
    noMeaning("snapshot.mode.configuration.based.start.stream", .boolean, "false", configurationBased),
    noMeaning("snapshot.mode.configuration.based.snapshot.on.schema.error", .boolean, "false", configurationBased),
    noMeaning("snapshot.mode.configuration.based.snapshot.on.data.error", .boolean, "false", configurationBased),
    refused("snapshot.mode.custom.name", .text, "", java),
    noMeaning(
      "snapshot.isolation.mode",
      .enumeration(["serializable", "repeatable_read", "read_committed", "read_uncommitted"]), "serializable",
      "rows are always read as of the slot's exported snapshot"),
    noMeaning(
      "snapshot.locking.mode", .enumeration(["none", "shared"]), "none",
      "each COPY takes its table's ACCESS SHARE lock, as shared does"),
    refused("snapshot.locking.mode.custom.name", .text, "", java),
    noMeaning("snapshot.query.mode", .enumeration(["select_all"]), "select_all", copy),
    refused("snapshot.query.mode.custom.name", .text, "", java),
    later(
      "snapshot.select.statement.overrides", .list, "",
      "queries of its own for a table's snapshot; ignoring them would record rows that are to be left out"),
    later(
      "snapshot.select.statement.overrides.<schema.table>", .text, "",
      "queries of its own for a table's snapshot; ignoring them would record rows that are to be left out"),
    noMeaning(
      "snapshot.tables.order.by.row.count", .enumeration(["disabled", "ascending", "descending"]), "disabled",
      "tables are read in the order of table.include.list"),
    noMeaning("snapshot.fetch.size", number, "10240", copy),
    noMeaning("snapshot.delay.ms", milliseconds, "0", "a snapshot begins at once"),
    noMeaning("streaming.delay.ms", milliseconds, "0", "the stream follows the snapshot at once"),
    noMeaning("snapshot.max.threads", number, "1", "a snapshot reads over one connection"),
    noMeaning("snapshot.max.threads.multiplier", number, "1", "a snapshot reads over one connection"),
    noMeaning("legacy.snapshot.max.threads", .boolean, "false", "a snapshot reads over one connection"),
    noMeaning(
      "internal.snapshot.scan.all.columns.force", .boolean, "false", "shapes are read for captured tables only"),
    later("signal.data.collection", .text, "", "signals and incremental snapshots, for every sink"),
    noMeaning("signal.enabled.channels", .list, "source", noSignals),
    noMeaning("signal.poll.interval.ms", milliseconds, "5000", noSignals),
    later("signal.file", .path, "", "signals and incremental snapshots, for every sink"),
    later("signal.kafka.topic", .text, "", "signals, with the Kafka sink"),
    noMeaning("signal.kafka.bootstrap.servers", .text, "", noSignals),
    noMeaning("signal.kafka.groupId", .text, "kafka-signal", noSignals),
    noMeaning("signal.kafka.poll.timeout.ms", milliseconds, "0", noSignals),
    noMeaning("signal.consumer.<property>", .text, "", noSignals),
    noMeaning("incremental.snapshot.chunk.size", number, "1024", noSignals),
    noMeaning(
      "incremental.snapshot.watermarking.strategy", .enumeration(["insert_insert", "insert_delete"]), "INSERT_INSERT",
      noSignals),
    noMeaning("incremental.snapshot.allow.schema.changes", .boolean, "false", noSignals),
    later("notification.enabled.channels", .list, "", "notifications, with the sinks for Debezium's events"),
    noMeaning(
      "notification.sink.topic.name", .text, "", "it is part of notifications, which are not supported yet"),
  ]
}
