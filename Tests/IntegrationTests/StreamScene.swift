import FoundationEssentials
import PGReplication
import Pipeline
import ServerKit
import Testing

/// A database of one test's own, and the files of `stream`: its settings, its events, its offset.
struct StreamScene: Sendable {
  let bed: TestBed

  /// A database with a table and a publication of all tables; the program makes the slot.
  static func make(_ table: String = "CREATE TABLE t (id int PRIMARY KEY, v text)") async throws -> StreamScene {
    StreamScene(bed: try await TestBed.make(table: table))
  }

  var name: String { bed.name }
  /// A path beside the server's files, which goes with the tests.
  func path(_ file: String) -> String { "\(bed.source.directory)/\(name)-\(file)" }
  var events: String { path("events.jsonl") }
  var offsets: String { path("offsets") }

  /// The connector's properties; an empty value takes one away.
  func properties(_ own: [String: String] = [:]) -> [String: String] {
    let usual = [
      "name": "stream-test", "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "plugin.name": "pgoutput", "database.hostname": bed.source.host, "database.port": "\(bed.source.port)",
      "database.user": "postgres", "database.password": "none", "database.dbname": name, "topic.prefix": "srv",
      "slot.name": name, "publication.name": name, "converter.schemas.enable": "false",
      "offset.storage.file.filename": offsets, "extended.headers.enabled": "false",
      "reconnect.backoff.initial.ms": "20", "reconnect.backoff.max.ms": "200", "slot.retry.delay.ms": "50",
    ]
    return usual.merging(own) { _, new in new }.filter { !$0.value.isEmpty }
  }

  func write(_ text: String, to file: String) throws {
    guard FileManager.default.createFile(atPath: path(file), contents: Data(text.utf8)) else {
      throw StandInServers.Stuck(description: "cannot write \(path(file))")
    }
  }

  func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  // MARK: The program

  private static let environment = ["PATH": "/usr/bin:/bin", "LOG_LEVEL": "info"]

  /// The words of `stream` with a properties file; without others it writes to the events' file.
  func words(_ own: [String: String], _ words: [String]) throws -> [String] {
    let text = properties(own).map { "\($0.key)=\($0.value)\n" }.sorted().joined()
    // Written whole, as another process may be reading the one before.
    try text.write(toFile: path("reader.properties"), atomically: true, encoding: .utf8)
    return ["stream", "--properties", path("reader.properties")] + (words.isEmpty ? ["--output", events] : words)
  }

  /// Starts it.
  func start(_ own: [String: String] = [:], _ words: [String] = []) async throws -> ChildProcess {
    try await ChildProcess.start(
      try TestBed.binary(), try self.words(own, words), options: .program(Self.environment))
  }

  /// Runs it to its end.
  func run(_ own: [String: String] = [:], _ words: [String] = []) async throws -> ChildProcess.Result {
    try await command(try self.words(own, words))
  }

  /// Runs it with all its words.
  func command(_ words: [String], _ environment: [String: String] = [:]) async throws -> ChildProcess.Result {
    try await ChildProcess.run(
      try TestBed.binary(), words, options: .program(Self.environment.merging(environment) { $1 }),
      within: .seconds(30))
  }

  /// Starts it, and returns once it reads the slot.
  func streaming(_ own: [String: String] = [:], _ words: [String] = []) async throws -> ChildProcess {
    let program = try await start(own, words)
    try await bed.waitForStream(program)
    return program
  }

  /// Starts it, waits for so many events in the file, and stops it.
  func follow(
    to count: Int, _ own: [String: String] = [:], at location: SourceLocation = #_sourceLocation
  ) async throws {
    let program = try await streaming(own)
    try await waitForEvents(count, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)", sourceLocation: location)
  }

  /// It ends with the kind's exit code, and says where and what next.
  func expectEnd(
    _ kind: Failure.Kind, saying words: [String], _ own: [String: String] = [:], _ arguments: [String] = [],
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await run(own, arguments)
    #expect(result.status == .exited(kind.exitCode), "\(result.error)", sourceLocation: location)
    let message = result.error.split(separator: "\n").last { $0.hasPrefix("cdc-direct: ") } ?? ""
    for word in ["cdc-direct: \(kind.rawValue): ", "). Next: "] + words {
      #expect(message.contains(word), "\(word) is not in: \(result.error.suffix(2000))", sourceLocation: location)
    }
  }

  // MARK: Events

  /// One transaction for each row.
  func insert(_ ids: ClosedRange<Int>) async throws { try await bed.change(ids) }

  /// What the file holds, of which every line must be whole.
  func lines() throws -> [StreamLine] { try StreamLine.all(text(events)) }

  /// What happened to which row: `c1 u1 d1 -1`, the dash for a tombstone.
  func story() throws -> String { try lines().map(\.story).joined(separator: " ") }

  /// Tells the story that the file should tell, where it is another one.
  func expectStory(_ expected: String, _ why: String = "", at location: SourceLocation = #_sourceLocation) throws {
    let found = try story()
    #expect(found == expected, "\(why)", sourceLocation: location)
  }

  /// Waits until the file has so many lines.
  func waitForEvents(_ count: Int, _ program: ChildProcess, within limit: Duration = .seconds(30)) async throws {
    let deadline = ContinuousClock.now + limit
    while case let found = text(events).utf8.count(where: { $0 == UInt8(ascii: "\n") }), found < count {
      guard program.exitStatus == nil, ContinuousClock.now < deadline else {
        throw StandInServers.Stuck(
          description: "\(found) of \(count) events, \(String(describing: program.exitStatus)): \(program.lastWords)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Where the slot stands.
  func confirmed() throws -> String {
    try bed.ask(
      bed.source, name, "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(name)'")
  }

  /// Ends the session that reads the slot, if there is one.
  func terminateSenderIfThere() {
    _ = try? bed.ask(
      bed.source, name,
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '\(name)' AND active")
  }

  /// Drops the slot, once nobody reads it.
  func dropSlot() async throws {
    try await bed.inSource(
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(name)'")
  }
}

/// A line of `stream`, as far as these tests look at it.
struct StreamLine: Decodable {
  struct Row: Decodable {
    let id: Int?
    let v: String?
  }
  struct Source: Decodable {
    let lsn: Int64?
    let txId: Int64?
    let snapshot: String?
  }
  struct Value: Decodable {
    let op: String?
    let before: Row?
    let after: Row?
    let source: Source?
  }
  let topic: String
  let key: Row?
  let value: Value?

  var story: String { "\(value.map { $0.op ?? "?" } ?? "-")\(key?.id.map { String($0) } ?? "")" }

  static func all(_ text: String) throws -> [StreamLine] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(StreamLine.self, from: Data($0.utf8)) }
  }
}
