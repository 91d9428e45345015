private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let number = Key.Kind.integer(-1...9_223_372_036_854_775_807)
private let bytes = "the buffer is bounded in bytes, by max.queue.size.in.bytes"
private let java = "a Java class; here it has no counterpart"
private let lineage = "OpenLineage is not reported to"
private let noMetrics = Key.Support.noMeaning("`stream` serves no metrics")
private let offsets = "the offset is in the audit database, in the transaction of its rows"
private let noTopic = Key.Support.noMeaning("offset.storage.topic names the topic, where positions are kept in one")
private let threads = "threads are our own affair"
private let connect = "a setting of Kafka Connect's workers"

extension KeyTable {
  /// Queues, retries, metrics, lineage; and what belongs to Debezium's engine or to Kafka Connect.
  static let debeziumRunning: [Key] = [
    noMeaning(
      "max.batch.size", number, "2048", "audit.batch.max.changes bounds a batch",
      events: .noMeaning("max.queue.size.in.bytes bounds what is read ahead")),
    noMeaning("max.queue.size", number, "8192", bytes),
    noMeaning("queue.provider.type", .text, "memory", bytes),
    noMeaning("poll.interval.ms", milliseconds, "500", "nothing is polled: the socket wakes the reader"),
    noMeaning("query.fetch.size", number, "0", "a setting of Java's database driver"),
    noMeaning("internal.custom.retriable.exception", .text, "false", "the SQLSTATE decides what is retried"),
    noMeaning(
      "memory.management.schemas.class", .text, "io.debezium.relational.ConcurrentMapTableMappingStorage", java),
    noMeaning("memory.management.tables.class", .text, "io.debezium.relational.ConcurrentMapTableMappingStorage", java),
    noMeaning(
      "statistics.metrics.enabled", .boolean, "true", "latency histograms are always in /metrics", events: noMetrics),
    noMeaning(
      "internal.advanced.metrics.enable", .boolean, "false", "all metrics are always in /metrics", events: noMetrics),
    noMeaning("custom.metric.tags", .text, "", "let the scraper of /metrics add labels", events: noMetrics),
    noMeaning(
      "custom.sanitize.pattern", .text,
      #".*secret$|.*password$|.*sasl\.jaas\.config$|.*basic\.auth\.user\.info|.*registry\.auth\.client-secret"#
        + #"|.*credentials\.json$|.*connectionstring$|.*connection\.string$"#,
      "secrets are never shown, and those names are always taken for secrets"),
    noMeaning("openlineage.integration.enabled", .boolean, "false", lineage),
    noMeaning("openlineage.integration.config.file.path", .path, "./openlineage.yml", lineage),
    noMeaning("openlineage.integration.job.namespace", .text, "", lineage),
    noMeaning("openlineage.integration.job.description", .text, "Debezium change data capture job", lineage),
    noMeaning("openlineage.integration.job.tags", .text, "", lineage),
    noMeaning("openlineage.integration.job.owners", .text, "", lineage),
    noMeaning("openlineage.integration.dataset.kafka.bootstrap.servers", .text, "", lineage),
    noMeaning(
      "connector.class",
      .enumeration(["io.debezium.connector.postgresql.PostgresConnector", "PostgresConnector", "PostgreSQL"]), "",
      "it is the connector we stand for"),
    noMeaning("tasks.max", number, "1", "a slot has one reader"),
    noMeaning("tasks.max.enforce", .boolean, "true", "a slot has one reader"),
    noMeaning("config.action.reload", .text, "restart", connect),
    noMeaning("transaction.boundary", .text, "poll", connect),
    noMeaning("transaction.boundary.interval.ms", .text, "", connect),
    noMeaning("offsets.storage.topic", .text, "", offsets, events: noTopic),
    noMeaning("errors.log.enable", .boolean, "false", "errors are always logged"),
    noMeaning("errors.log.include.messages", .boolean, "false", "rows are never logged"),
    noMeaning(
      "offset.flush.timeout.ms", milliseconds, "5000", offsets, events: .noMeaning("a file is written at once")),
    noMeaning(
      "debezium.embedded.shutdown.pause.before.interrupt.ms", milliseconds, "300000",
      "shutdown.timeout.ms bounds a stop"),
    noMeaning("record.processing.threads", .text, "", threads),
    noMeaning(
      "record.processing.order", .enumeration(["ordered", "unordered"]), "ORDERED",
      "the order is always that of the log"),
    noMeaning("record.processing.shutdown.timeout.ms", milliseconds, "1000", "shutdown.timeout.ms bounds a stop"),
    noMeaning("record.processing.with.serial.consumer", .boolean, "false", threads),
    noMeaning("internal.task.management.timeout.ms", milliseconds, "40000", "shutdown.timeout.ms bounds a stop"),
  ]
}
