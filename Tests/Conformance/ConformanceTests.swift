import ServerKit
import Testing

/// What `cdc-direct stream` writes for each workload is what Debezium's connector wrote when it was recorded.
@Suite struct ConformanceTests {
  /// As many workloads run at a time as there are servers: they wait most of their time.
  private static let servers = ServerPool(6)

  @Test(
    .enabled("the workloads need PostgreSQL 15 or newer") {
      try await PostgresBinaries.standard().majorVersion() >= 15
    },
    .timeLimit(.minutes(10)), arguments: Workload.all)
  func `the program writes the recorded events`(_ workload: Workload) async throws {
    let recorded = try workload.recording()
    let written = try await Self.servers.withServer { server in
      try await WorkloadRun.events(of: workload, on: server, expecting: recorded.count)
    }
    let comparison = try EventComparison(
      recorded: recorded, written: written, ignoring: workload.ignoredPaths, ignoringTopics: workload.ignoredTopics)
    let isEqual = comparison.isEqual
    let findings = comparison.findings.prefix(5).joined(separator: "\n")
    #expect(isEqual, "\(workload.name): \(comparison.summary)\n\(findings)")
  }

  @Test func `every workload is there with its recording`() throws {
    #expect(!Workload.all.isEmpty)
    for workload in Workload.all {
      #expect(workload.steps.contains { !$0.sql.isEmpty }, "\(workload.name)")
    }
  }
}
