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
    HealthCase("a standby for hours", .pipeline, .ok, healthy: true, ready: true) {
      $0.pipeline.phase = .standby
      $0.wire = nil
      $0.pipeline.durable = nil
      $0.troubledSince = nil
    },
    HealthCase("a standby whose source has lost the slot", .slot, .fail, healthy: false, ready: false) {
      $0.pipeline.phase = .standby
      $0.wire = nil
      $0.source.slot?.walStatus = .lost
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

  private static func publishing(
    _ reach: KafkaReading.Reach, awayFor seconds: UInt64? = nil, _ change: (inout KafkaReading) -> Void = { _ in }
  ) -> @Sendable (inout OperationsSnapshot) -> Void {
    var kafka = KafkaReading()
    kafka.reach = reach
    change(&kafka)
    return { [kafka] snapshot in
      snapshot.kafka = kafka
      snapshot.brokersAwaySince = seconds.map { snapshot.now - $0 * second }
    }
  }

  private static func broker(isConnected: Bool) -> KafkaReading.Broker {
    var broker = KafkaReading.Broker(id: 1)
    broker.isConnected = isConnected
    return broker
  }

  static let kafkaCases: [HealthCase] = [
    HealthCase("brokers answer", .kafka, .ok, healthy: true, ready: true, publishing(.there)),
    HealthCase("brokers were not asked yet", .kafka, .ok, healthy: true, ready: true, publishing(.unknown)),
    HealthCase(
      "one of two brokers is connected", .kafka, .ok, healthy: true, ready: true,
      publishing(.there) { $0.brokers = [broker(isConnected: false), broker(isConnected: true)] }),
    HealthCase(
      "no connection is left and nobody noticed by sending", .kafka, .warn, healthy: true, ready: false,
      publishing(.there, awayFor: 5) { $0.brokers = [broker(isConnected: false)] }),
    HealthCase("brokers are away beside the trail", .kafka, .warn, healthy: true, ready: false, publishing(.away)),
    HealthCase(
      "brokers are away beside the trail for long", .kafka, .warn, healthy: true, ready: false,
      publishing(.away, awayFor: 3600)),
    HealthCase(
      "publishing was given up", .kafka, .warn, healthy: true, ready: false, publishing(.givenUp, awayFor: 3600)),
    HealthCase(
      "the only sink's brokers are away", .kafka, .warn, healthy: true, ready: false,
      publishing(.away, awayFor: 59) { $0.isOnlySink = true }),
    HealthCase(
      "the only sink's brokers are away for long", .kafka, .fail, healthy: false, ready: false,
      publishing(.away, awayFor: 61) { $0.isOnlySink = true }),
  ]

  @Test func `an absence of brokers says why, and without a publisher nobody asks`() {
    let away = OperationsSnapshot.streaming(
      Self.publishing(.away, awayFor: 90) { $0.reason = "_TRANSPORT: connection refused (k1:9092)" })
    let reason = "away for 90.0 s: _TRANSPORT: connection refused (k1:9092)"
    #expect(HealthReport(away).checks.first { $0.name == .kafka }?.detail == reason)
    #expect(ReadinessReport(away).reasons == ["kafka: \(reason)"])
    #expect(!HealthReport(.streaming()).checks.contains { $0.name == .kafka })
  }

  @Test func `log is held back only while brokers are away`() {
    func heldBack(_ reach: KafkaReading.Reach, durable: UInt64 = 900, confirmed: UInt64? = 400) -> UInt64? {
      OperationsSnapshot.streaming {
        Self.publishing(reach)(&$0)
        $0.pipeline.durable = LSN(durable)
        $0.wire?.confirmed = nil
        $0.source.slot?.confirmed = confirmed.map { LSN($0) }
      }.heldBackBytes
    }
    #expect(heldBack(.away) == 500)
    #expect(heldBack(.away, durable: 300) == 0)
    #expect(heldBack(.away, confirmed: nil) == nil)
    #expect(heldBack(.there) == 0)
    #expect(heldBack(.givenUp) == 0)
    #expect(OperationsSnapshot.streaming().heldBackBytes == nil)
  }

  @Test func `an absence begins once and ends with the brokers' answer`() {
    var progress = ProgressRecord()
    var kafka = KafkaReading()
    let pipeline = PipelineReading()
    progress.observe(pipeline, kafka, at: 10)
    #expect(progress.brokersAwaySince == nil)
    kafka.reach = .away
    progress.observe(pipeline, kafka, at: 20)
    kafka.reach = .givenUp
    progress.observe(pipeline, kafka, at: 30)
    #expect(progress.brokersAwaySince == 20)
    kafka.reach = .there
    progress.observe(pipeline, kafka, at: 40)
    #expect(progress.brokersAwaySince == nil)
  }

  @Test(arguments: pipelineCases + sourceCases + kafkaCases)
  func `each state has its answer`(_ state: HealthCase) throws {
    let snapshot = OperationsSnapshot.streaming(state.change)
    let health = HealthReport(snapshot)
    let check = try #require(health.checks.first { $0.name == state.check })
    #expect(check.status == state.status, "\(check.detail)")
    #expect(health.isHealthy == state.isHealthy, "\(health)")
    #expect(ReadinessReport(snapshot).isReady == state.isReady, "\(ReadinessReport(snapshot).reasons)")
    let names = HealthCheck.Name.allCases.filter { $0 != .kafka || snapshot.kafka != nil }
    #expect(health.checks.map(\.name) == names)
  }

  @Test func `a standby is ready and not the leader`() {
    func isLeader(_ phase: PipelineMetrics.Phase) -> Bool {
      ReadinessReport(.streaming { $0.pipeline.phase = phase }).isLeader
    }
    #expect(PipelineMetrics.Phase.allCases.filter(isLeader) == [.snapshot, .streaming])
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
