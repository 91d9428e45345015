import FoundationEssentials
import ServerKit
import Testing

/// A `StreamScene` whose events go to a broker, under a topic prefix of its own.
struct KafkaScene: Sendable {
  let scene: StreamScene
  let broker: KafkaBroker
  /// Where the program finds the broker.
  var address: String

  private static let shared = Task { try await KafkaBroker.start() }

  /// A database and a prefix on the broker that these tests share, or on one of the test's own.
  static func make(
    _ table: String = "CREATE TABLE t (id int PRIMARY KEY, v text)", on own: KafkaBroker? = nil
  ) async throws -> KafkaScene {
    let broker = if let own { own } else { try await shared.value }
    return KafkaScene(scene: try await StreamScene.make(table), broker: broker, address: broker.address)
  }

  var bed: TestBed { scene.bed }
  var prefix: String { scene.name }
  var topic: String { "\(prefix).public.t" }
  var positions: String { "\(prefix).cdc-direct-offsets" }

  // MARK: stream

  /// The connector's properties, with Kafka on.
  func properties(_ own: [String: String] = [:]) -> [String: String] {
    [
      "kafka.bootstrap.servers": address, "topic.prefix": prefix, "offset.storage.file.filename": "",
      "kafka.producer.reconnect.backoff.max.ms": "200",
    ].merging(own) { $1 }
  }

  /// Runs `stream` to its end.
  func run(_ own: [String: String] = [:], _ words: [String] = ["--idle-exit", "0.3"]) async throws
    -> ChildProcess.Result
  { try await scene.run(properties(own), words) }

  /// Starts `stream`.
  func start(_ own: [String: String] = [:]) async throws -> ChildProcess {
    try await scene.start(properties(own), ["--set", "log.format=json"])
  }

  /// Starts `stream`, waits for so many records of the table, and stops it.
  func follow(to count: Int, _ own: [String: String] = [:], at location: SourceLocation = #_sourceLocation) async throws
  {
    let program = try await start(own)
    try await waitForRecords(count, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)", sourceLocation: location)
  }

  // MARK: run

  /// The environment of `run` beside the trail.
  func environment(_ own: [String: String] = [:]) -> [String: String] {
    [
      "KAFKA_BOOTSTRAP_SERVERS": address, "TOPIC_PREFIX": prefix, "CONVERTER_SCHEMAS_ENABLE": "false",
      "KAFKA_PATIENCE_MS": "1000", "KAFKA_PRODUCER_RECONNECT_BACKOFF_MAX_MS": "200",
    ].merging(own) { $1 }
  }

  /// Starts `run`.
  func startRun(_ own: [String: String] = [:]) async throws -> ChildProcess { try await bed.start(environment(own)) }

  // MARK: Records

  /// What a consumer of committed records finds, each as a line of `stream`.
  func lines(_ topics: String...) async throws -> [StreamLine] {
    let wanted = topics.isEmpty ? [topic] : topics
    var lines: [StreamLine] = []
    for name in wanted {
      for record in try await broker.client.records(name.replacing(".", with: "\\.")) {
        lines.append(
          try JSONDecoder().decode(
            StreamLine.self,
            from: Data(
              #"{"topic":"\#(record.topic)","key":\#(record.keyText ?? "null"),"value":\#(record.valueText ?? "null")}"#
                .utf8
            )))
      }
    }
    return lines
  }

  /// What happened to which row, as `StreamScene.story` tells it.
  func story() async throws -> String { try await lines().map(\.story).joined(separator: " ") }

  /// Waits until the table's topic has so many records.
  func waitForRecords(_ count: Int, _ program: ChildProcess, within limit: Duration = .seconds(60)) async throws {
    let found = try await broker.client.waitForCount(
      count, topic.replacing(".", with: "\\."), within: program.exitStatus == nil ? limit : .zero)
    guard found >= count else {
      throw StandInServers.Stuck(
        description: "\(found) of \(count) records, \(String(describing: program.exitStatus)): \(program.lastWords)")
    }
  }

  /// Waits until the program has said something.
  func waitForWords(_ words: String, _ program: ChildProcess, within limit: Duration = .seconds(30)) async throws {
    let deadline = ContinuousClock.now + limit
    while !program.standardError.contains(words) {
      guard program.exitStatus == nil, ContinuousClock.now < deadline else {
        throw StandInServers.Stuck(
          description: "it never said \"\(words)\", \(String(describing: program.exitStatus)): \(program.lastWords)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
