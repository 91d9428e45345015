import PGReplication
import Pipeline
import WAL
import Testing

@testable import Operations

/// A state of the program, and what is said of it.
struct HealthCase: Sendable, CustomTestStringConvertible {
  let name: String
  let check: HealthCheck.Name
  let status: HealthCheck.Status
  let isHealthy: Bool
  let isReady: Bool
  let change: @Sendable (inout OperationsSnapshot) -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ check: HealthCheck.Name, _ status: HealthCheck.Status, healthy: Bool, ready: Bool,
    _ change: @escaping @Sendable (inout OperationsSnapshot) -> Void
  ) {
    self.name = name
    self.check = check
    self.status = status
    isHealthy = healthy
    isReady = ready
    self.change = change
  }
}

@Suite struct HealthTests {
  private static let second = OperationsSnapshot.second

  private static func failing(_ kind: Failure.Kind, for seconds: UInt64) -> @Sendable (inout OperationsSnapshot) -> Void
  {
    { snapshot in
      snapshot.pipeline.phase = .waiting
      snapshot.pipeline.lastFailure = Failure(kind, "it failed", at: "db1:5432/shop")
      snapshot.troubledSince = snapshot.now - seconds * second
      snapshot.wire = nil
    }
  }

  static let pipelineCases: [HealthCase] = [
    HealthCase("all is well", .pipeline, .ok, healthy: true, ready: true) { _ in },
    HealthCase("just started", .pipeline, .warn, healthy: true, ready: false) {
      $0.pipeline.phase = .starting
      $0.troubledSince = $0.now - 3 * second
    },
    HealthCase("starting for minutes", .pipeline, .fail, healthy: false, ready: false) {
      $0.pipeline.phase = .starting
      $0.troubledSince = $0.now - 300 * second
    },
    HealthCase("reading a snapshot", .source, .ok, healthy: true, ready: false) {
      $0.pipeline.phase = .snapshot
      $0.wire = nil
    },
    HealthCase("stopping", .pipeline, .warn, healthy: true, ready: false) { $0.pipeline.phase = .stopping },
    HealthCase("stopped", .pipeline, .fail, healthy: false, ready: false) { $0.pipeline.phase = .stopped },
    HealthCase("the source is away", .source, .warn, healthy: true, ready: false, failing(.sourceUnreachable, for: 5)),
    HealthCase(
      "the source is away for long", .source, .fail, healthy: false, ready: false, failing(.sourceUnreachable, for: 61)),
    HealthCase(
      "the source will never let us in", .pipeline, .fail, healthy: false, ready: false,
      failing(.authentication, for: 1)),
    HealthCase("the slot is gone", .source, .fail, healthy: false, ready: false, failing(.slotMissing, for: 1)),
    HealthCase(
      "the audit database is away", .audit, .warn, healthy: true, ready: false, failing(.auditUnreachable, for: 5)),
    HealthCase(
      "the audit disk is full for long", .audit, .fail, healthy: false, ready: false, failing(.auditBusy, for: 61)),
    HealthCase("another instance took over", .audit, .fail, healthy: false, ready: false, failing(.fenced, for: 1)),
  ]

  static let sourceCases: [HealthCase] = [
    HealthCase("the wire is silent too long", .wire, .fail, healthy: false, ready: false) {
      $0.wire?.lastByteAt = $0.now - 61 * second
    },
    HealthCase("nothing heard yet", .wire, .ok, healthy: true, ready: true) { $0.wire?.lastByteAt = nil },
    HealthCase("streaming without a stream", .wire, .warn, healthy: true, ready: false) { $0.wire = nil },
    HealthCase("the slot's log is extended", .slot, .ok, healthy: true, ready: true) {
      $0.source.slot?.walStatus = .extended
    },
    HealthCase("the slot's log is unreserved", .slot, .warn, healthy: true, ready: true) {
      $0.source.slot?.walStatus = .unreserved
    },
    HealthCase("the slot's log is lost", .slot, .fail, healthy: false, ready: false) {
      $0.source.slot?.walStatus = .lost
    },
    HealthCase("the slot was invalidated", .slot, .fail, healthy: false, ready: false) {
      $0.source.slot?.invalidationReason = "idle_timeout"
    },
    HealthCase("a lost slot is lost however old the news", .slot, .fail, healthy: false, ready: false) {
      $0.source.slot?.walStatus = .lost
      $0.source.polledAt = 1
    },
    HealthCase("the slot keeps no log", .slot, .warn, healthy: true, ready: true) { $0.source.slot?.walStatus = nil },
    HealthCase("nobody holds the slot", .slot, .warn, healthy: true, ready: true) { $0.source.slot?.isActive = false },
    HealthCase("the slot does not exist", .slot, .fail, healthy: false, ready: false) { $0.source.slot = nil },
    HealthCase("the slot does not exist yet", .slot, .warn, healthy: true, ready: false) {
      $0.pipeline.phase = .starting
      $0.source.slot = nil
    },
    HealthCase("nobody has looked at the slot", .slot, .warn, healthy: true, ready: true) {
      $0.source = SourceReading(lastError: "connection refused")
    },
    HealthCase("the slot was not seen for long", .slot, .warn, healthy: true, ready: true) {
      $0.source.polledAt = $0.now - 61 * second
    },
    HealthCase("behind, without a bound", .lag, .ok, healthy: true, ready: true) { $0.pipeline.durable = LSN(1) },
    HealthCase("too many bytes behind", .lag, .warn, healthy: true, ready: false) { $0.bounds.lagBytes = 99 },
    HealthCase("just enough bytes behind", .lag, .ok, healthy: true, ready: true) { $0.bounds.lagBytes = 100 },
    HealthCase("too many seconds behind", .lag, .warn, healthy: true, ready: false) { $0.bounds.lagSeconds = 2 },
  ]

  @Test(arguments: pipelineCases + sourceCases)
  func `each state has its answer`(_ state: HealthCase) throws {
    let snapshot = OperationsSnapshot.streaming(state.change)
    let health = HealthReport(snapshot)
    let check = try #require(health.checks.first { $0.name == state.check })
    #expect(check.status == state.status, "\(check.detail)")
    #expect(health.isHealthy == state.isHealthy, "\(health)")
    #expect(ReadinessReport(snapshot).isReady == state.isReady, "\(ReadinessReport(snapshot).reasons)")
    #expect(Set(health.checks.map(\.name)) == Set(HealthCheck.Name.allCases))
  }

  @Test func `the pipeline's loop must beat, except while it waits`() {
    func isAlive(_ phase: PipelineMetrics.Phase, beat: UInt64?) -> Bool {
      LivenessReport(
        .streaming {
          $0.pipeline.phase = phase
          $0.heartbeatAt = beat.map { age in 10_000 * Self.second - age * Self.second }
        }
      ).isAlive
    }
    #expect(isAlive(.streaming, beat: nil))
    #expect(isAlive(.streaming, beat: 299))
    #expect(!isAlive(.streaming, beat: 301))
    #expect(isAlive(.waiting, beat: 301))
  }

  @Test func `seconds of lag never exceed what was seen last`() {
    let behind = OperationsSnapshot.streaming()
    #expect(behind.lagSeconds == 2.5)
    #expect(!behind.isCaughtUp)
    let idleSince = OperationsSnapshot.streaming { $0.pipeline.caughtUpAt = $0.now - Self.second / 2 }
    #expect(idleSince.lagSeconds == 0.5)
    let unknown = OperationsSnapshot.streaming { $0.pipeline.durableCommitTime = nil }
    #expect(unknown.lagSeconds == nil)
    let ahead = OperationsSnapshot.streaming { $0.pipeline.durableCommitTime = .max }
    #expect(ahead.lagSeconds == 0)
  }

  @Test func `caught up means that nothing waits anywhere`() {
    func isCaughtUp(_ change: (inout OperationsSnapshot) -> Void) -> Bool {
      OperationsSnapshot.streaming {
        $0.pipeline.pendingChanges = 0
        $0.pipeline.caughtUpAt = $0.now
        change(&$0)
      }.isCaughtUp
    }
    #expect(isCaughtUp { _ in })
    #expect(
      isCaughtUp {
        $0.pipeline.caughtUpAt = nil; $0.pipeline.durable = LSN(1000)
      })
    #expect(!isCaughtUp { $0.pipeline.pendingChanges = 1 })
    #expect(!isCaughtUp { $0.pipeline.caughtUpAt = $0.now - 3 * Self.second })
    #expect(!isCaughtUp { $0.wire?.isConnected = false })
    #expect(!isCaughtUp { $0.pipeline.phase = .snapshot })
    #expect(!isCaughtUp { $0.source.flushed = LSN(50_000) })
  }

  @Test func `trouble begins once and ends with the stream`() {
    var progress = ProgressRecord()
    var pipeline = PipelineReading()
    progress.observe(pipeline, at: 10)
    #expect(progress.troubledSince == 10)
    pipeline.phase = .waiting
    progress.observe(pipeline, at: 20)
    #expect(progress.troubledSince == 10)
    pipeline.phase = .streaming
    pipeline.batches = 1
    progress.observe(pipeline, at: 30)
    #expect(progress.troubledSince == nil)
    #expect(progress.lastCommitAt == 30)
    pipeline.lastFailure = Failure(.auditBusy, "full", at: "audit")
    progress.observe(pipeline, at: 40)
    #expect(progress.troubledSince == 40)
    #expect(progress.lastCommitAt == 30)
  }
}
