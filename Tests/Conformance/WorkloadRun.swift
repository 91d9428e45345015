import FoundationEssentials
import PGReplication
import ServerKit

/// One workload under way: its database and the program that reads it.
struct WorkloadRun {
  struct Stuck: Error, CustomStringConvertible {
    let description: String
  }

  private let workload: Workload
  private let server: PostgresServer
  private let directory: String
  private let slot: String
  private var program: ChildProcess?
  private var output: EventFile
  private var starts = 0
  /// Silence after which the program counts as done with what it was sent.
  private static let silence = Duration.milliseconds(500)
  private static let patience = Duration.seconds(60)

  /// Lets the program follow the workload; returns what it wrote.
  static func events(of workload: Workload, on server: PostgresServer, expecting count: Int) async throws
    -> [ChangeEvent]
  {
    var run = try WorkloadRun(workload, server)
    do {
      try await run.follow(expecting: count)
    } catch {
      _ = await run.program?.terminate(within: .seconds(5))
      throw Stuck(description: "\(error)\n\(run.program?.standardError.suffix(2000) ?? "")")
    }
    try await run.dropDatabase()
    return try ChangeEvent.all(run.output.bytes())
  }

  private init(_ workload: Workload, _ server: PostgresServer) throws {
    self.workload = workload
    self.server = server
    slot = workload.setting("slot.name") ?? "conformance"
    directory = server.directory + "/" + workload.database
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    output = EventFile(directory: directory, clockPrefix: workload.heartbeatPrefix)
    let own = [
      ("name", "conformance"), ("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
      ("database.hostname", server.host), ("database.port", String(server.port)), ("database.user", "postgres"),
      ("database.password", "x"), ("database.dbname", workload.database), ("slot.name", slot),
      ("publication.name", workload.setting("publication.name") ?? "conformance"),
      ("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore"),
      ("offset.storage.file.filename", directory + "/offsets"), ("offset.flush.interval.ms", "200"),
    ]
    let text = workload.properties + "\n" + own.map { "\($0)=\($1)\n" }.joined()
    guard FileManager.default.createFile(atPath: directory + "/reader.properties", contents: Data(text.utf8)) else {
      throw Stuck(description: "\(directory) cannot be written to")
    }
  }

  private mutating func follow(expecting count: Int) async throws {
    // Whatever the server's own locale is, the recordings were made in this one.
    try await server.sql("CREATE DATABASE \(workload.database) TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    if !workload.setup.isEmpty { try await sql(workload.setup) }
    try await start()
    for step in workload.steps {
      switch step.marker {
      case .begin: break
      case .sync: try await sync()
      case .stop:
        try await sync()
        try await stop()
      case .start: try await start()
      case .sleep(let duration): try await Task.sleep(for: duration)
      }
      if !step.sql.isEmpty { try await sql(step.sql) }
    }
    try await sync(expecting: count)
    try await stop()
  }

  private func sql(_ statements: String) async throws {
    try await server.sql(statements, database: workload.database)
  }

  private func dropDatabase() async throws {
    let slots = "pg_replication_slots WHERE database = '\(workload.database)'"
    try await wait("the slot to be released") { try ask("SELECT count(*) = 0 FROM \(slots) AND active") }
    try await server.sql(
      """
      SELECT pg_drop_replication_slot(slot_name) FROM \(slots);
      SELECT pg_replication_origin_drop(roname) FROM pg_replication_origin;
      DROP DATABASE \(workload.database) WITH (FORCE)
      """)
  }

  // MARK: The program

  private mutating func start() async throws {
    guard let binary = ExecutableSearch.product() else {
      throw Stuck(description: "cdc-direct is not built: swift build, or set CDC_DIRECT_BINARY")
    }
    starts += 1
    output.startFile(numbered: starts)
    var options = ChildProcess.Options()
    let own = ProcessInfo.processInfo.environment
    options.environment = own.filter { ["PATH", "HOME", "LLVM_PROFILE_FILE"].contains($0.key) }
    program = try await ChildProcess.start(
      binary, ["stream", "--properties", directory + "/reader.properties", "--output", output.path], options: options)
    if workload.readsSnapshotOnly {
      try await waitForFirstEvent()
    } else {
      try await wait("the stream") { try isSender("r.state = 'streaming'") }
    }
    try await waitForSilence()
  }

  private mutating func stop() async throws {
    guard let program else { return }
    let status = await program.terminate(within: Self.patience)
    self.program = nil
    guard status == .exited(0) || workload.readsSnapshotOnly else {
      throw Stuck(description: "SIGTERM ended the program with \(String(describing: status)): \(program.standardError)")
    }
  }

  // MARK: Waiting

  /// Waits until the program was sent the whole log and has done with it.
  private mutating func sync(expecting count: Int? = nil) async throws {
    guard program != nil else { return }
    if !workload.readsSnapshotOnly {
      let end = try value("SELECT pg_current_wal_insert_lsn()")
      var asked = ContinuousClock.now
      try await wait("the log's end \(end)") {
        if ContinuousClock.now - asked > .seconds(2) {
          // The position may be that after a page's header, which is written with the next record only.
          _ = try value("SELECT txid_current()")
          asked = .now
        }
        return try isSender("r.sent_lsn >= '\(end)'")
      }
    }
    if let count {
      // The rest may still be on its way on a busy machine; what is missing shows in the comparison.
      let deadline = ContinuousClock.now + .seconds(15)
      output.look()
      while output.eventCount < count, ContinuousClock.now < deadline, program?.exitStatus == nil {
        try await pause()
        output.look()
      }
    }
    try await waitForSilence()
  }

  private mutating func waitForFirstEvent() async throws {
    let deadline = ContinuousClock.now + Self.patience
    while output.eventCount == 0 {
      guard ContinuousClock.now < deadline else { throw Stuck(description: "no snapshot came") }
      try await pause()
      output.look()
    }
  }

  private mutating func waitForSilence() async throws {
    let settle = max(workload.settle ?? .zero, Self.silence)
    var size = -1
    var since = ContinuousClock.now
    let deadline = since + Self.patience
    while ContinuousClock.now - since < settle, ContinuousClock.now < deadline {
      output.look()
      if output.eventBytes != size {
        size = output.eventBytes
        since = .now
      }
      try checkAlive()
      try await pause()
    }
  }

  private func wait(_ what: String, until isMet: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + Self.patience
    while try !isMet() {
      guard ContinuousClock.now < deadline else { throw Stuck(description: "no end of waiting for \(what)") }
      try checkAlive()
      try await pause()
    }
  }

  private func checkAlive() throws {
    if let status = program?.exitStatus, !workload.readsSnapshotOnly {
      throw Stuck(description: "the program ended by itself with \(status)")
    }
  }

  private func pause() async throws { try await Task.sleep(for: .milliseconds(40)) }

  private func isSender(_ condition: String) throws -> Bool {
    try ask(
      """
      SELECT count(*) = 1 FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
      WHERE s.slot_name = '\(slot)' AND \(condition)
      """)
  }

  private func ask(_ query: String) throws -> Bool { try value(query) == "t" }

  private func value(_ query: String) throws -> String {
    var connection = try Connection(Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo())))
    connection.timeout = .seconds(20)
    return try connection.execute(query).scalar ?? ""
  }
}
