import Pipeline
import Synchronization
import WAL
import Testing

@testable import Operations

@Suite struct ExpositionTests {
  private func exposed(_ change: (inout OperationsSnapshot) -> Void = { _ in }) throws -> ExpositionText {
    let process = ProcessReading(
      residentBytes: 1024, peakResidentBytes: 2048, cpuSeconds: 1.25, openDescriptors: 7)
    return try ExpositionText(Exposition(.streaming(change), process: process).text)
  }

  @Test func `every family is well formed and named as Prometheus wants it`() throws {
    let text = try exposed { $0.kafka = .sample }
    #expect(text.kinds.count >= 70)
    for (name, kind) in text.kinds {
      #expect(name.hasPrefix("cdc_direct_"))
      #expect((kind == "counter") == name.hasSuffix("_total"), "\(name)")
    }
    #expect(Set(text.samples.map { "\($0.name)\($0.labels.sorted { $0.key < $1.key })" }).count == text.samples.count)
  }

  @Test func `positions, lag and the slot's danger are exact`() throws {
    let text = try exposed { $0.pipeline.durable = LSN(9_007_199_254_740_993) }
    #expect(text["cdc_direct_durable_lsn"] == "9007199254740993")
    #expect(text["cdc_direct_lag_bytes"] == "0")
    let other = try exposed()
    #expect(other["cdc_direct_lag_bytes"] == "100")
    #expect(other["cdc_direct_lag_seconds"] == "2.5")
    #expect(other["cdc_direct_slot_retained_wal_bytes"] == "590")
    #expect(other["cdc_direct_slot_invalidation_seconds"] == "500")
    #expect(other["cdc_direct_slot_wal_status", ["status": "reserved"]] == "1")
    #expect(other["cdc_direct_slot_wal_status", ["status": "lost"]] == "0")
    #expect(other["cdc_direct_phase", ["phase": "streaming"]] == "1")
    #expect(other["cdc_direct_wire_age_seconds"] == "1")
    #expect(other["cdc_direct_cpu_seconds_total"] == "1.25")
    #expect(other["cdc_direct_ready"] == "1")
  }

  @Test func `what is not known is absent`() throws {
    let text = try ExpositionText(
      Exposition(
        OperationsSnapshot(build: BuildDescription(version: "1"), now: 1, wallClock: 1), process: ProcessReading()
      ).text)
    for name in ["lag_bytes", "lag_seconds", "durable_lsn", "slot_exists", "wire_age_seconds", "resident_memory_bytes"]
    {
      #expect(text["cdc_direct_\(name)"] == nil, "\(name)")
    }
    #expect(text["cdc_direct_changes_total", ["operation": "insert"]] == "0")
  }

  @Test func `the publisher's figures arrive, by broker and by topic`() throws {
    let text = try exposed { $0.kafka = .sample }
    for (name, value) in [
      ("reachable", "1"), ("given_up", "0"), ("held_back_bytes", "0"), ("delivered_total", "1000"),
      ("refused_total", "3"), ("dead_letters_total", "2"), ("transactions_total", "40"), ("queue_records", "7"),
      ("queue_bytes", "700"), ("in_flight_records", "12"),
    ] {
      #expect(text["cdc_direct_kafka_\(name)"] == value, "\(name)")
    }
    for (name, value) in [
      ("connected", "1"), ("in_flight_requests", "2"), ("round_trip_seconds", "0.0015"),
      ("round_trip_p99_seconds", "0.25"), ("throttle_seconds", "0.003"), ("retries_total", "4"), ("errors_total", "5"),
      ("timeouts_total", "6"),
    ] {
      #expect(text["cdc_direct_kafka_broker_\(name)", ["broker": "1"]] == value, "\(name)")
    }
    #expect(text["cdc_direct_kafka_broker_connected", ["broker": "2"]] == "0")
    for (name, value) in [
      ("records_total", "900"), ("bytes_total", "90000"), ("batch_records", "30"), ("batch_bytes", "3000"),
    ] {
      #expect(text["cdc_direct_kafka_topic_\(name)", ["topic": "shop.public.people"]] == value, "\(name)")
    }
  }

  @Test func `brokers that are away show, and what nobody asked is absent`() throws {
    let away = try exposed {
      $0.kafka = KafkaReading()
      $0.kafka?.reach = .away
      $0.wire?.confirmed = LSN(400)
    }
    #expect(away["cdc_direct_kafka_reachable"] == "0")
    #expect(away["cdc_direct_kafka_held_back_bytes"] == "500")
    #expect(away["cdc_direct_health_check", ["check": "kafka"]] == "1")
    #expect(away["cdc_direct_ready"] == "0")
    #expect(away.kinds["cdc_direct_kafka_topic_records_total"] == nil)
    let unknown = try exposed { $0.kafka = KafkaReading() }
    #expect(unknown["cdc_direct_kafka_reachable"] == nil)
    #expect(try exposed().kinds.keys.allSatisfy { !$0.contains("kafka") })
  }

  @Test func `a slot without a limit is in no danger`() throws {
    let text = try exposed { $0.source.slot?.safeBytes = nil }
    #expect(text["cdc_direct_slot_invalidation_seconds"] == "+Inf")
    #expect(text["cdc_direct_slot_safe_wal_size_bytes"] == nil)
  }

  @Test func `labels with quotes, backslashes and line breaks come back as they were`() throws {
    let wild = "a\"b\\c\nd,}"
    let text = try exposed { $0.build = BuildDescription(version: wild) }
    #expect(text["cdc_direct_build_info", ["version": wild]] == "1")
  }

  @Test func `help text with a line break stays one line`() throws {
    var writer = ExpositionWriter()
    writer.gauge("x", "a\nb\\c", 1 as UInt64?)
    #expect(writer.text == "# HELP x a\\nb\\\\c\n# TYPE x gauge\nx 1\n")
  }

  @Test func `a histogram's buckets are cumulative and end with all`() throws {
    let histogram = Histogram(bounds: [0.1, 1, 2.5])
    for value in [0.05, 0.1, 0.5, 2, 100] { histogram.observe(value) }
    var writer = ExpositionWriter()
    writer.histogram("h", "Help.", histogram.snapshot)
    let text = try ExpositionText(writer.text)
    #expect(text["h_bucket", ["le": "0.1"]] == "2")
    #expect(text["h_bucket", ["le": "1"]] == "3")
    #expect(text["h_bucket", ["le": "2.5"]] == "4")
    #expect(text["h_bucket", ["le": "+Inf"]] == "5")
    #expect(text["h_count"] == "5")
    #expect(text["h_sum"] == "102.65")
  }

  @Test(arguments: [
    (1.0, "1"), (0.001, "0.001"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (-2.5, "-2.5"),
    (1e300, "1e+300"),
  ])
  func `numbers are written as Prometheus reads them`(number: Double, text: String) {
    #expect(ExpositionWriter.number(number) == text)
  }

  @Test func `the running pipeline's counters arrive`() throws {
    let metrics = PipelineMetrics()
    metrics.updates.store(4, ordering: .relaxed)
    metrics.batchSize.observe(4)
    let sources = OperationsSources(build: BuildDescription(version: "1"), metrics: metrics)
    let text = try ExpositionText(Exposition(sources.snapshot()).text)
    #expect(text["cdc_direct_changes_total", ["operation": "update"]] == "4")
    #expect(text["cdc_direct_batch_changes_bucket", ["le": "10"]] == "1")
    #expect(text["cdc_direct_commit_to_audit_seconds_count"] == "0")
    #expect(Double(text["cdc_direct_resident_memory_bytes"] ?? "") ?? 0 > 1e6)
    #expect(Double(text["cdc_direct_open_fds"] ?? "") ?? 0 >= 3)
  }

  @Test func `lines of the kernel that are not understood are left out`() {
    #expect(ProcessReading.kibibytes("VmRSS:", in: "VmHWM:\t9 kB\nVmRSS:\t   12 kB\n") == 12_288)
    for odd in ["", "VmRSS:", "VmRSS: x kB", "VmRSS: 12 MB", "VmRSS: 99999999999999999999 kB"] {
      #expect(ProcessReading.kibibytes("VmRSS:", in: odd) == nil)
    }
  }
}
