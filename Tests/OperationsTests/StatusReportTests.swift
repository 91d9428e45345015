import Logging
import Pipeline
import Synchronization
import WAL
import Testing

@testable import Operations

@Suite struct StatusReportTests {
  @Test func `a report comes back from its JSON`() throws {
    let report = StatusReport(
      .streaming {
        $0.pipeline.snapshotTables = 2
        $0.pipeline.lastFailure = Failure(.wireStale, "silence", at: "db1")
      })
    #expect(try StatusReport(json: report.json()) == report)
    #expect(try StatusReport(json: report.json(isPretty: true)) == report)
  }

  @Test func `JSON has snake case, text positions and a text identifier`() throws {
    let json = try StatusReport(.streaming()).json()
    for part in [
      #""durable":"0/384""#, #""source_end":"0/3E8""#, #""system_identifier":"18446744073709551615""#,
      #""retained_bytes":590"#, #""wal_status":"reserved""#, #""is_caught_up":false"#, #""phase":"streaming""#,
      #""health":"ok""#, #""version":"1.2.3""#,
    ] {
      #expect(json.contains(part), "\(part) in \(json)")
    }
    #expect(!json.contains("last_failure"))
    #expect(json.hasSuffix("}\n"))
  }

  @Test func `the publisher has its part, and comes back`() throws {
    let report = StatusReport(
      .streaming {
        $0.kafka = .sample
        $0.kafka?.reach = .givenUp
        $0.kafka?.reason = "too much log"
        $0.brokersAwaySince = $0.now - OperationsSnapshot.second
      })
    let json = try report.json()
    #expect(try StatusReport(json: json) == report)
    for part in [
      #""kafka":{"away_seconds":1,"dead_letters":2,"delivered":1000,"held_back_bytes":0,"is_reachable":false,"#,
      #""queued_bytes":700,"queued_records":7,"reach":"given_up","reason":"too much log","refused":3,"#,
    ] {
      #expect(json.contains(part), "\(part) in \(json)")
    }
    #expect(try !StatusReport(.streaming()).json().contains("kafka"))
  }

  @Test func `what can only be infinite is left out`() throws {
    let json = try StatusReport(.streaming { $0.source.slot?.safeBytes = nil }).json()
    #expect(!json.contains("invalidation_seconds"))
  }

  @Test func `malformed reports are errors`() {
    for text in ["", "{", "[]", #"{"positions":{}}"#, #"{"positions":{},"lag":{"bytes":-1}}"#] {
      #expect(throws: (any Error).self) { try StatusReport(json: text) }
    }
  }

  @Test func `the final report adds up`() {
    let metrics = PipelineMetrics()
    metrics.inserts.store(30, ordering: .relaxed)
    metrics.deletes.store(10, ordering: .relaxed)
    metrics.transactions.store(5, ordering: .relaxed)
    metrics.quarantined.store(2, ordering: .relaxed)
    metrics.durableLSN.store(0x16_B374_D848, ordering: .relaxed)
    let report = StatisticsReport(metrics, duration: .seconds(4))
    #expect(report.changesPerSecond == 10)
    #expect(report.description.contains("changes:      40 (insert 30, update 0, delete 10, truncate 0, snapshot 0)"))
    #expect(report.description.contains("rate:         10.0 changes/s over 4.0 s"))
    #expect(report.description.contains("errors:       2 set aside"))
    #expect(report.description.hasSuffix("position:     16/B374D848"))
    #expect(report.metadata["changes"] == .stringConvertible(UInt64(40)))
    #expect(StatisticsReport(metrics, duration: .zero).changesPerSecond == 0)
  }
}
