internal import Glibc
internal import Synchronization

/// A Kafka broker of this process's own on 127.0.0.1, with an empty directory of data.
///
/// It ends with this process, and its directory goes, however the process ends. As root it runs as `postgres`, else
/// `nobody`. One node, topics of one partition when they make themselves, no rights and no encryption of its own: for
/// those see `KafkaProxy`. `testkit/README.md` tells what it is and is not.
public final class KafkaBroker: Sendable {
  /// Always 127.0.0.1.
  public let host = "127.0.0.1"
  /// The directory of its data.
  public let directory: String
  private let program: String
  private let account: Account?
  private struct Running {
    var port: Int
    var process: ChildProcess?
  }
  private let running: Mutex<Running>

  private init(program: String, directory: String, account: Account?, port: Int) {
    self.program = program
    self.directory = directory
    self.account = account
    running = Mutex(Running(port: port))
  }

  deinit {
    // Forgotten brokers do not gather until the process ends; the directory goes then.
    running.withLock { $0.process }?.signal(SIGKILL)
  }

  /// Whether the broker's program is there or can be downloaded.
  public static var isAvailable: Bool { get async { await TestKit.shared.has("broker") } }

  /// Starts a broker on a free port; returns once it listens.
  ///
  /// - Throws: `ServerKitError` when the program cannot be had, or with the broker's own words when it does not start.
  public static func start() async throws -> KafkaBroker {
    let broker = KafkaBroker(
      program: try await TestKit.shared.fetch("broker"), directory: try await Workplace.shared.newDirectory(),
      account: try Account.forServer(), port: try FreePort.next())
    for _ in 0..<10 {
      do {
        try await broker.launch()
        return broker
      } catch {
        // Another process may take the port between the choice and the start.
        guard error.nextStep.contains("in use") else { throw error }
        let port = try FreePort.next()
        broker.running.withLock { $0.port = port }
      }
    }
    throw ServerKitError("no port could be bound", at: broker.directory, next: "see what listens there: ss -ltn")
  }

  /// The port, the same for the broker's whole life.
  public var port: Int { running.withLock { $0.port } }
  /// Host and port, as `bootstrap.servers` takes them.
  public var address: String { "\(host):\(port)" }
  /// The process's number; nil while it does not run.
  public var pid: Int32? {
    running.withLock { running in running.process.flatMap { $0.exitStatus == nil ? $0.pid : nil } }
  }
  /// A client that speaks to the broker directly.
  public var client: KafkaClient { KafkaClient(address: address) }
  /// What the broker's process has said so far.
  public var log: String {
    running.withLock { $0.process }.map { $0.standardOutput + $0.standardError } ?? ""
  }

  /// Stops the broker in order: all it holds is there after `restart()`.
  public func stop() async { await end(SIGTERM) }

  /// Kills the broker: records of the last seconds may be missing after `restart()`, also acknowledged ones.
  public func kill() async { await end(SIGKILL) }

  /// Starts the broker again on the same port with its data, after stopping it if it runs.
  ///
  /// - Throws: `ServerKitError` with the broker's own words when it does not start.
  public func restart() async throws {
    await stop()
    try await launch()
  }

  /// Ends the broker and removes its directory.
  public func destroy() async throws {
    await kill()
    try await Workplace.remove(directory)
  }

  private func end(_ signal: Int32) async {
    guard let process = running.withLock({ $0.process }) else { return }
    process.signal(signal)
    if await process.wait(within: .seconds(30)) == nil {
      process.signal(SIGKILL)
      _ = await process.wait()
    }
  }

  private func launch() async throws(ServerKitError) {
    var options = ChildProcess.Options()
    options.directory = directory
    options.account = account
    // Its configuration comes from the command line alone.
    options.environment = ["PATH": "/usr/bin:/bin", "HOME": directory]
    let process: ChildProcess
    do {
      process = try await ChildProcess.start(
        program,
        [
          "start", "--only", "kafka", "--kafka-port", String(port), "--host", host, "--data-dir", directory + "/data",
        ], options: options)
    } catch {
      throw (error as? ServerKitError) ?? ServerKitError("a broker did not start", at: program, next: "\(error)")
    }
    running.withLock { $0.process = process }
    // It says its address once it listens.
    if await process.waitForOutput(address) { return }
    process.signal(SIGKILL)
    _ = await process.wait()
    throw ServerKitError("a broker did not start", at: directory, next: log)
  }
}
