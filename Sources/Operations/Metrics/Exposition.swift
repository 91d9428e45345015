internal import PGReplication
internal import Pipeline
internal import WAL

/// What `/metrics` says: every family that the program has, from one snapshot. Values that are not known yet are absent.
///
/// Names begin with `cdc_direct_`; labels come from closed sets only, so that the number of series never grows. The
/// topics of Kafka are one only where the settings ask for them.
public struct Exposition: Sendable {
  /// The type of the text.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let snapshot: OperationsSnapshot
  private let process: ProcessReading

  /// An exposition of a snapshot.
  public init(_ snapshot: OperationsSnapshot, process: ProcessReading = .current()) {
    self.snapshot = snapshot
    self.process = process
  }

  /// The text.
  public var text: String {
    var writer = ExpositionWriter()
    writeProgram(&writer)
    writeLag(&writer)
    writeSlot(&writer)
    writeChanges(&writer)
    writeBatches(&writer)
    writeWire(&writer)
    writeSnapshot(&writer)
    if let kafka = snapshot.kafka { writeKafka(kafka, &writer) }
    writeProcess(&writer)
    return writer.text
  }

  private func writeProgram(_ writer: inout ExpositionWriter) {
    let build = snapshot.build
    writer.gauge("cdc_direct_up", "1 while the program runs.", 1 as UInt64?)
    writer.gauge(
      "cdc_direct_build_info", "Which program this is; always 1.",
      [.init(.whole(1), ("version", build.version))])
    writer.gauge(
      "cdc_direct_phase", "What the pipeline is doing: 1 for the current phase.",
      PipelineMetrics.Phase.allCases.map {
        .init(.whole($0 == snapshot.pipeline.phase ? 1 : 0), ("phase", "\($0)"))
      })
    writer.gauge(
      "cdc_direct_health_check", "A health check's outcome: 0 ok, 1 warning, 2 failure.",
      HealthReport(snapshot).checks.map { .init(.whole($0.status.severity), ("check", $0.name.rawValue)) })
    let readiness = ReadinessReport(snapshot)
    writer.gauge(
      "cdc_direct_ready", "1 while the pipeline streams within its bounds, or waits as a standby.",
      readiness.isReady ? 1 : 0 as UInt64?)
    writer.gauge(
      "cdc_direct_leader", "1 while this instance reads the slot, 0 while it waits for it.",
      readiness.isLeader ? 1 : 0 as UInt64?)
  }

  private func writeLag(_ writer: inout ExpositionWriter) {
    writer.gauge(
      "cdc_direct_lag_bytes", "Bytes of log between the source's flushed end and the durable position.",
      snapshot.lagBytes)
    writer.gauge(
      "cdc_direct_lag_seconds", "Seconds by which the audit trail may be behind the source; 0 when it is caught up.",
      snapshot.lagSeconds)
    writer.gauge(
      "cdc_direct_source_flush_lsn", "End of the source's flushed log, in bytes from the beginning of the log.",
      snapshot.sourceEnd?.rawValue)
    writer.gauge(
      "cdc_direct_received_lsn", "End of what has arrived, in bytes from the beginning of the log.",
      snapshot.wire?.received?.rawValue)
    writer.gauge(
      "cdc_direct_durable_lsn",
      "Everything before it is in the audit database, in bytes from the beginning of the log.",
      snapshot.pipeline.durable?.rawValue)
    writer.gauge(
      "cdc_direct_confirmed_lsn", "What was reported to the source as flushed, in bytes from the beginning of the log.",
      (snapshot.wire?.confirmed ?? snapshot.source.slot?.confirmed)?.rawValue)
    writer.gauge(
      "cdc_direct_last_audited_commit_timestamp_seconds", "Commit time of the last durable transaction, Unix seconds.",
      snapshot.pipeline.durableCommitTime.map { Double($0) / 1e6 })
  }

  private func writeSlot(_ writer: inout ExpositionWriter) {
    let source = snapshot.source
    writer.gauge(
      "cdc_direct_source_watch_up", "1 when the last look at the source's catalogue succeeded.",
      source.polledAt != nil && source.lastError == nil ? 1 : 0 as UInt64?)
    writer.gauge(
      "cdc_direct_source_watch_age_seconds", "Seconds since the last look that succeeded.",
      source.polledAt.map { snapshot.age($0) })
    writer.gauge(
      "cdc_direct_source_wal_bytes_per_second", "How fast the source writes log, smoothed over about a minute.",
      source.walBytesPerSecond)
    guard source.polledAt != nil else { return }
    writer.gauge("cdc_direct_slot_exists", "1 when the slot is there.", source.slot == nil ? 0 : 1 as UInt64?)
    guard let slot = source.slot else { return }
    writer.gauge("cdc_direct_slot_active", "1 while a walsender holds the slot.", slot.isActive ? 1 : 0 as UInt64?)
    writer.gauge(
      "cdc_direct_slot_wal_status", "How much of the slot's log is still there: 1 for the current status.",
      Exposition.walStatuses.map { .init(.whole($0 == slot.walStatus ? 1 : 0), ("status", $0.rawValue)) })
    writer.gauge(
      "cdc_direct_slot_retained_wal_bytes", "Bytes of log that the slot makes the source keep.", source.retainedBytes)
    writer.gauge(
      "cdc_direct_slot_safe_wal_size_bytes",
      "Bytes that may still be written before the slot is in danger; absent without max_slot_wal_keep_size.",
      slot.safeBytes.map { Double($0) })
    writer.gauge(
      "cdc_direct_slot_invalidation_seconds",
      "Seconds until the slot may be invalidated at the present pace; +Inf when it is in no danger.",
      source.secondsUntilInvalidation)
  }

  private static let walStatuses: [SlotState.WALStatus] = [.reserved, .extended, .unreserved, .lost]

  private func writeChanges(_ writer: inout ExpositionWriter) {
    let pipeline = snapshot.pipeline
    writer.counter(
      "cdc_direct_changes_total", "Changes made durable, in the trail or set aside, by what happened to the row.",
      [
        .init(.whole(pipeline.inserts), ("operation", "insert")),
        .init(.whole(pipeline.updates), ("operation", "update")),
        .init(.whole(pipeline.deletes), ("operation", "delete")),
        .init(.whole(pipeline.truncates), ("operation", "truncate")),
        .init(.whole(pipeline.snapshotRows), ("operation", "snapshot")),
      ])
    writer.counter("cdc_direct_transactions_total", "Source transactions made durable.", pipeline.transactions)
    writer.counter(
      "cdc_direct_filtered_total", "Changes left out because their table is not captured.", pipeline.filtered)
    writer.counter("cdc_direct_quarantined_total", "Changes set aside in processing_error.", pipeline.quarantined)
    writer.counter(
      "cdc_direct_gaps_total", "Stretches of the source's log that were recorded in gap as never read.", pipeline.gaps)
    writer.counter(
      "cdc_direct_skipped_transactions_total", "Transactions met again after a restart and skipped.",
      pipeline.skippedTransactions)
    writer.counter("cdc_direct_sessions_total", "Sessions begun.", pipeline.sessions)
    writer.counter(
      "cdc_direct_reconnects_total", "Sessions begun after the first.",
      pipeline.sessions > 0 ? pipeline.sessions - 1 : 0)
    writer.counter(
      "cdc_direct_retries_total", "Sessions that ended with a failure and were started anew.", pipeline.retries)
  }

  private func writeBatches(_ writer: inout ExpositionWriter) {
    let pipeline = snapshot.pipeline
    writer.counter("cdc_direct_batches_total", "Transactions of the audit database.", pipeline.batches)
    writer.counter("cdc_direct_sink_bytes_total", "Bytes handed to the audit database.", pipeline.sinkBytes)
    writer.counter(
      "cdc_direct_streamed_transactions_total", "Transactions that were streamed before they committed.",
      pipeline.streamedTransactions)
    writer.gauge(
      "cdc_direct_spool_transactions", "Transactions in progress that are kept on disk.", pipeline.spoolTransactions)
    writer.gauge("cdc_direct_spool_bytes", "Bytes kept on disk of transactions in progress.", pipeline.spoolBytes)
    writer.gauge("cdc_direct_pending_changes", "Changes of the batch under way.", pipeline.pendingChanges)
    writer.gauge("cdc_direct_pending_bytes", "Bytes of the batch under way.", pipeline.pendingBytes)
    writer.histogram("cdc_direct_batch_changes", "Changes a transaction of the audit database.", pipeline.batchSize)
    writer.histogram(
      "cdc_direct_batch_duration_seconds", "Seconds from a batch's first change to its commit.",
      pipeline.batchDuration)
    writer.histogram(
      "cdc_direct_commit_to_audit_seconds", "Seconds from the source's commit to the audit database's.",
      pipeline.commitLatency)
  }

  private func writeWire(_ writer: inout ExpositionWriter) {
    writer.gauge(
      "cdc_direct_wire_connected", "1 while the replication stream runs.",
      snapshot.wire?.isConnected == true ? 1 : 0 as UInt64?)
    guard let wire = snapshot.wire else { return }
    writer.gauge(
      "cdc_direct_wire_age_seconds", "Seconds since the stream's last byte.", wire.lastByteAt.map { snapshot.age($0) })
    writer.counter("cdc_direct_wire_bytes_total", "Bytes of the stream, of this session.", wire.bytes)
    writer.counter("cdc_direct_wire_frames_total", "Messages with log, of this session.", wire.frames)
    writer.counter("cdc_direct_wire_keepalives_total", "Keepalives, of this session.", wire.keepalives)
    writer.counter("cdc_direct_wire_status_updates_total", "Status updates sent, of this session.", wire.statusUpdates)
  }

  private func writeSnapshot(_ writer: inout ExpositionWriter) {
    let pipeline = snapshot.pipeline
    writer.gauge("cdc_direct_snapshot_tables", "Tables of the snapshot.", pipeline.snapshotTables)
    writer.gauge(
      "cdc_direct_snapshot_tables_done", "Tables of the snapshot that are done.", pipeline.snapshotTablesDone)
    writer.gauge(
      "cdc_direct_snapshot_rows_expected", "Rows that the snapshot's tables are thought to hold.",
      pipeline.snapshotRowsExpected)
    writer.gauge("cdc_direct_snapshot_rows_read", "Rows of the snapshot read so far.", pipeline.snapshotRowsRead)
  }

  private func writeKafka(_ kafka: KafkaReading, _ writer: inout ExpositionWriter) {
    writer.gauge(
      "cdc_direct_kafka_reachable", "1 while Kafka brokers take records, as far as is known.",
      kafka.reach == .unknown ? nil : kafka.isReachable ? 1 : 0 as UInt64?)
    writer.gauge(
      "cdc_direct_kafka_given_up", "1 while publishing is given up for the source's sake (kafka.max.lag.bytes).",
      kafka.reach == .givenUp ? 1 : 0 as UInt64?)
    writer.gauge(
      "cdc_direct_kafka_held_back_bytes", "Bytes of log that the source keeps because brokers are away.",
      snapshot.heldBackBytes)
    writer.counter("cdc_direct_kafka_delivered_total", "Records delivered to brokers.", kafka.delivered)
    writer.counter("cdc_direct_kafka_refused_total", "Records that brokers refused for good.", kafka.refused)
    writer.counter(
      "cdc_direct_kafka_dead_letters_total", "Records that went to the dead letter topic.", kafka.deadLetters)
    writer.counter("cdc_direct_kafka_transactions_total", "Kafka transactions committed.", kafka.transactions)
    writer.gauge("cdc_direct_kafka_queue_records", "Records that wait to be sent.", kafka.queuedRecords)
    writer.gauge("cdc_direct_kafka_queue_bytes", "Bytes of records that wait to be sent.", kafka.queuedBytes)
    writer.gauge("cdc_direct_kafka_in_flight_records", "Records on their way to brokers.", kafka.recordsInFlight)
    writeBrokers(kafka.brokers, &writer)
    writeTopics(kafka.topics, &writer)
  }

  private func writeBrokers(_ brokers: [KafkaReading.Broker], _ writer: inout ExpositionWriter) {
    func each(_ value: (KafkaReading.Broker) -> ExpositionWriter.Value) -> [ExpositionWriter.Sample] {
      brokers.map { .init(value($0), ("broker", "\($0.id)")) }
    }
    writer.gauge(
      "cdc_direct_kafka_broker_connected", "1 while the broker is connected.", each { .whole($0.isConnected ? 1 : 0) })
    writer.gauge(
      "cdc_direct_kafka_broker_in_flight_requests", "Requests that wait for the broker's answer.",
      each { .whole($0.requestsInFlight) })
    writer.gauge(
      "cdc_direct_kafka_broker_round_trip_seconds", "Seconds from a request to its answer of late, the mean.",
      each { .real($0.roundTrip) })
    writer.gauge(
      "cdc_direct_kafka_broker_round_trip_p99_seconds",
      "Seconds from a request to its answer of late, of the slowest hundredth.", each { .real($0.slowRoundTrip) })
    writer.gauge(
      "cdc_direct_kafka_broker_throttle_seconds", "Seconds for which the broker asked us to wait of late, the mean.",
      each { .real($0.throttle) })
    writer.counter(
      "cdc_direct_kafka_broker_retries_total", "Requests sent again, of this session.", each { .whole($0.retries) })
    writer.counter(
      "cdc_direct_kafka_broker_errors_total", "Requests that failed, of this session.", each { .whole($0.errors) })
    writer.counter(
      "cdc_direct_kafka_broker_timeouts_total", "Requests without an answer in time, of this session.",
      each { .whole($0.timeouts) })
  }

  private func writeTopics(_ topics: [KafkaReading.Topic], _ writer: inout ExpositionWriter) {
    func each(_ value: (KafkaReading.Topic) -> UInt64) -> [ExpositionWriter.Sample] {
      topics.map { .init(.whole(value($0)), ("topic", $0.name)) }
    }
    writer.counter("cdc_direct_kafka_topic_records_total", "Records sent, of this session.", each { $0.records })
    writer.counter(
      "cdc_direct_kafka_topic_bytes_total", "Bytes of records sent, of this session.", each { $0.bytes })
    writer.gauge(
      "cdc_direct_kafka_topic_batch_records", "Records of a batch of late, the mean.", each { $0.batchRecords })
    writer.gauge("cdc_direct_kafka_topic_batch_bytes", "Bytes of a batch of late, the mean.", each { $0.batchBytes })
  }

  private func writeProcess(_ writer: inout ExpositionWriter) {
    writer.gauge("cdc_direct_resident_memory_bytes", "Memory in use.", process.residentBytes)
    writer.gauge(
      "cdc_direct_peak_resident_memory_bytes", "The most memory that was ever in use.", process.peakResidentBytes)
    writer.counter(
      "cdc_direct_cpu_seconds_total", "Processor time, user and system.",
      process.cpuSeconds.map { [.init(.real($0))] } ?? [])
    writer.gauge("cdc_direct_open_fds", "Open file descriptors.", process.openDescriptors.map { Double($0) })
    writer.gauge(
      "cdc_direct_start_time_seconds", "When the program started, Unix seconds.", Double(snapshot.startedAt) / 1e6)
  }
}
