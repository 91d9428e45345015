private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let noSignals = Key.Support.noMeaning("it is part of signals, which the trail has not")
private let refusedSignals = Key.Support.others("signals and their snapshots are of `stream`; the trail has none")
private let kafkaSignals = "signals are read from the table or from a file, not from Kafka"

extension KeyTable {
  /// Signals, incremental snapshots and notifications.
  static let debeziumSignals: [Key] = [
    forEvents(
      .signals, "signal.data.collection", .text, "",
      "Signal table, as `schema.table`, with columns id, type and data; its own changes are events too.",
      trail: refusedSignals),
    forEvents(
      .signals, "signal.enabled.channels", .options(Settings.Events.SignalChannel.allCases.map(\.rawValue)), "source",
      "Where signals come from: source (the table), file; not kafka, and jmx has no meaning here.", trail: noSignals),
    forEvents(
      .signals, "signal.poll.interval.ms", milliseconds, "5000", "How often the file is looked at.", trail: noSignals),
    forEvents(
      .signals, "signal.file", .path, "file-signals.txt", "The file: a JSON object a line, with id, type and data.",
      trail: refusedSignals),
    later("signal.kafka.topic", .text, "", kafkaSignals),
    noMeaning("signal.kafka.bootstrap.servers", .text, "", kafkaSignals),
    noMeaning("signal.kafka.groupId", .text, "kafka-signal", kafkaSignals),
    noMeaning("signal.kafka.poll.timeout.ms", milliseconds, "0", kafkaSignals),
    noMeaning("signal.consumer.<property>", .text, "", kafkaSignals),
    forEvents(
      .signals, "read.only", .boolean, "false",
      "Never write to the source: incremental snapshots take their watermarks from transaction ids.",
      trail: .noMeaning("the source is never written to, but for heartbeat.action.query")),
    forEvents(
      .signals, "incremental.snapshot.chunk.size", .integer(1...2_147_483_647), "1024",
      "Rows of a chunk of incremental snapshots.", trail: noSignals),
    forEvents(
      .signals, "incremental.snapshot.watermarking.strategy",
      .enumeration(Settings.Events.Watermarking.allCases.map(\.rawValue)), "INSERT_INSERT",
      "How a chunk's window is written to the signal table: two inserts, or an insert and its delete.", trail: noSignals
    ),
    noMeaning(
      "incremental.snapshot.allow.schema.changes", .boolean, "false",
      "a table's shape is read again for each chunk; it is part of signals, which the trail has not"),
    forEvents(
      .signals, "notification.enabled.channels", .options(Settings.Events.NotificationChannel.allCases.map(\.rawValue)),
      "", "Where notifications go: sink (events of their own topic), log; jmx has no meaning here.",
      trail: .others("the trail sends no notifications")),
    forEvents(
      .signals, "notification.sink.topic.name", .text, "", "Topic of the sink channel.",
      trail: .noMeaning("it is part of notifications, which the trail has not")),
  ]
}
