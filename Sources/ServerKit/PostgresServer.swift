internal import Glibc
internal import Synchronization

/// A PostgreSQL server of this process's own: a fresh cluster in a temporary directory, on loopback and a Unix socket.
///
/// It ends with this process, and its directory goes, however the process ends. As root the server runs as `postgres`,
/// else `nobody`. Nothing is shared with servers that run already.
public final class PostgresServer: Sendable {
  /// Always 127.0.0.1.
  public let host = "127.0.0.1"
  /// The installation it runs from.
  public let binaries: PostgresBinaries
  /// The directory of the cluster, its socket and its log.
  public let directory: String
  /// The server's certificates; nil without TLS.
  public let certificates: Certificates?
  let options: Options
  let account: Account?
  private struct Running {
    var port: Int
    var process: ChildProcess?
  }
  private let running: Mutex<Running>

  init(
    options: Options, binaries: PostgresBinaries, directory: String, certificates: Certificates?, account: Account?,
    port: Int
  ) {
    self.options = options
    self.binaries = binaries
    self.directory = directory
    self.certificates = certificates
    self.account = account
    running = Mutex(Running(port: port))
  }

  deinit {
    // Forgotten servers do not gather until the process ends; the directory goes then.
    if !options.survivesProcess { running.withLock { $0.process }?.signal(SIGQUIT) }
  }

  /// Makes a cluster and starts its server; returns once it accepts connections.
  ///
  /// - Throws: `ServerKitError` when PostgreSQL is missing, or with the server's log when it does not start.
  public static func start(_ options: Options = Options()) async throws -> PostgresServer {
    let binaries = try options.binaries ?? PostgresBinaries.standard()
    let directory =
      try options.survivesProcess ? Workplace.lastingDirectory() : await Workplace.shared.newDirectory()
    let certificates = options.tls ? try await Certificates.make(in: directory + "/certificates") : nil
    let server = PostgresServer(
      options: options, binaries: binaries, directory: directory, certificates: certificates,
      account: try Account.forServer(), port: try FreePort.next())
    try await ClusterTemplate.shared.copy(
      to: server.data, binaries: binaries, arguments: options.initdbArguments)
    try server.writeConfiguration()
    try await server.startOnFreePort()
    if let password = options.password {
      let quoted = password.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      try await server.sql("ALTER ROLE postgres PASSWORD '\(quoted)'")
    }
    return server
  }

  /// The TCP port, the same for the server's whole life.
  public var port: Int { running.withLock { $0.port } }
  /// The directory of the Unix socket; libpq takes it as `host`.
  public var socketDirectory: String { directory }
  /// The cluster's directory (`PGDATA`).
  public var data: String { directory + "/data" }
  /// The server's log file.
  public var log: String { directory + "/server.log" }
  /// The number of the server's first process; nil while it does not run.
  public var pid: Int32? {
    running.withLock { running in running.process.flatMap { $0.exitStatus == nil ? $0.pid : nil } }
  }

  /// Stops the server; returns when it has gone. A stopped server stays stopped.
  ///
  /// - Throws: `ServerKitError` when it has not gone after `limit`; it is then killed.
  public func stop(_ mode: StopMode = .fast, within limit: Duration = .seconds(60)) async throws {
    guard let process = running.withLock({ $0.process }) else { return }
    switch mode {
    case .smart: process.signal(SIGTERM)
    case .fast: process.signal(SIGINT)
    case .immediate: process.signal(SIGQUIT)
    }
    let status = await process.wait(within: limit)
    running.withLock { $0.process = nil }
    guard status == nil else { return }
    process.signal(SIGKILL)
    _ = await process.wait()
    throw ServerKitError("a server did not stop within \(limit)", at: directory, next: logTail())
  }

  /// Ends the server as in a crash, without a checkpoint; `restart()` recovers it.
  public func crash() async throws { try await stop(.immediate) }

  /// Stops the server if it runs, and starts it on the same port.
  ///
  /// - Throws: `ServerKitError` with the server's log when it does not start.
  public func restart(_ mode: StopMode = .fast) async throws {
    try await stop(mode)
    try await launch()
  }

  /// Stops the server at once and removes its directory.
  public func destroy() async throws {
    try await stop(.immediate)
    try await Workplace.remove(directory)
  }

  /// Changes settings in the configuration file and lets the server read it; some of them need a `restart()`.
  public func configure(_ settings: [(String, String)]) async throws {
    try append(settings)
    try await reload()
  }

  /// Replaces the rules of `pg_hba.conf`; `postgres` keeps its way in by the Unix socket.
  public func setAuthentication(_ lines: [String]) async throws {
    try writeAuthentication(lines)
    try await reload()
  }

  private func reload() async throws {
    // The query returns when the server has been told; the signal alone would not say so.
    if pid != nil { try await sql("SELECT pg_reload_conf()") }
  }

  func writeConfiguration() throws {
    try append(Self.defaultSettings(for: options, port: port, directory: directory))
    if let certificates {
      try append([
        ("ssl", "on"), ("ssl_ca_file", certificates.authority), ("ssl_cert_file", certificates.server),
        ("ssl_key_file", certificates.serverKey),
      ])
    }
    try append(options.settings)
    let method = options.password == nil ? "trust" : "scram-sha-256"
    try writeAuthentication(
      options.authentication ?? [
        "local all all trust", "local replication all trust", "host all all 127.0.0.1/32 \(method)",
        "host replication all 127.0.0.1/32 \(method)",
      ])
  }

  func append(_ settings: [(String, String)]) throws {
    let lines = settings.map { name, value in
      "\(name) = '\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'\n"
    }
    try Files.write(lines.joined(), to: data + "/postgresql.conf", appending: true)
  }

  private func writeAuthentication(_ lines: [String]) throws {
    let all = ["local all postgres trust"] + lines
    try Files.write(all.joined(separator: "\n") + "\n", to: data + "/pg_hba.conf")
  }

  /// Another process may take the port between the choice and the start.
  func startOnFreePort() async throws {
    for _ in 0..<10 {
      do { return try await launch() } catch {
        guard logTail().contains("could not bind") else { throw error }
        let port = try FreePort.next()
        running.withLock { $0.port = port }
        try append([("port", String(port))])
        try Files.write("", to: log)
      }
    }
    throw ServerKitError("no port could be bound", at: directory, next: logTail())
  }

  private func launch() async throws {
    var childOptions = ChildProcess.Options()
    childOptions.environment = binaries.environment
    childOptions.directory = directory
    childOptions.account = account
    childOptions.output = .file(log)
    childOptions.error = .file(log)
    childOptions.signalAtParentDeath = options.survivesProcess ? nil : .quit
    let process = try await ChildProcess.start(
      binaries.directory + "/postgres", ["-D", data], options: childOptions)
    running.withLock { $0.process = process }
    let deadline = ContinuousClock.now + .seconds(60)
    // As pg_ctl does it: the server writes its state into the eighth line of its lock file, and tells nobody else.
    while !isReady(process) {
      guard process.exitStatus == nil, ContinuousClock.now < deadline, !Task.isCancelled else {
        process.signal(SIGQUIT)
        _ = await process.wait()
        running.withLock { $0.process = nil }
        throw ServerKitError("a server did not start", at: directory, next: logTail())
      }
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  private func isReady(_ process: ChildProcess) -> Bool {
    guard let text = try? Files.text(of: data + "/postmaster.pid") else { return false }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count >= 8 && Int32(lines[0]) == process.pid && lines[7].hasPrefix("ready")
  }

  /// The last lines of the server's log.
  public func logTail(lines: Int = 20) -> String {
    let text = (try? Files.text(of: log)) ?? ""
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}
