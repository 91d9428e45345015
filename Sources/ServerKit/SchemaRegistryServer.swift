internal import Glibc
internal import Synchronization

/// A schema registry of this process's own on 127.0.0.1, empty and in memory: Avro, without references between schemas.
///
/// Schemas are parsed and compared by Confluent's own library. It ends with this process. Needs a JDK.
public final class SchemaRegistryServer: Sendable {
  /// How clients come in.
  public struct Options: Sendable {
    /// Name and password that clients must give; nil: none.
    public var user: (name: String, password: String)?
    /// Whether clients speak TLS, with certificates made for `localhost` and 127.0.0.1 (needs `openssl`).
    public var tls = false

    /// The defaults of each property.
    public init() {}
  }

  /// The port it listens on, the same for its whole life.
  public let port: Int
  /// The certificates; nil without TLS.
  public let certificates: Certificates?
  private let directory: String
  private let words: [String]
  private let process: Mutex<CommandedProcess?>

  private init(port: Int, certificates: Certificates?, directory: String, words: [String]) {
    self.port = port
    self.certificates = certificates
    self.directory = directory
    self.words = words
    process = Mutex(nil)
  }

  deinit { process.withLock { $0 }?.child.signal(SIGKILL) }

  /// Whether the registry's jars are there or can be downloaded, and a JDK is.
  public static var isAvailable: Bool { get async { await TestKit.shared.has("registry") } }

  /// Starts a registry on a free port; returns once it listens.
  ///
  /// - Throws: `ServerKitError` when its jars or Java cannot be had, or with the registry's own words.
  public static func start(_ options: Options = Options()) async throws -> SchemaRegistryServer {
    let classes = try await TestKit.shared.fetch("registry")
    let directory = try await Workplace.shared.newDirectory()
    let certificates = options.tls ? try await Certificates.make(in: directory + "/certificates") : nil
    var more = options.user.map { ["--user", "\($0.name):\($0.password)"] } ?? []
    if let certificates {
      more += ["--keystore", try await certificates.keystore(password: "testkit", owner: Account.forServer())]
    }
    for _ in 0..<10 {
      let port = try FreePort.next()
      let java = [
        try ExecutableSearch.path(of: "java"), "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData", "-cp", classes, "SchemaRegistry", String(port),
      ]
      let server = SchemaRegistryServer(
        port: port, certificates: certificates, directory: directory, words: java + more)
      do {
        try await server.launch()
        return server
      } catch let error as ServerKitError {
        // Another process may take the port between the choice and the start.
        guard error.nextStep.contains("in use") else { throw error }
      }
    }
    throw ServerKitError("no port could be bound", at: "127.0.0.1", next: "see what listens there: ss -ltn")
  }

  /// The address, as `schema.registry.url` takes it; without name and password.
  public var url: String { "\(certificates == nil ? "http" : "https")://127.0.0.1:\(port)" }

  /// Each request since the start: method, path with query, status.
  public var requests: [String] {
    let text = process.withLock { $0 }?.child.standardError ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  /// Answers the next `count` requests with this HTTP status.
  public func failNext(_ count: Int, status: Int = 500) async throws {
    try await process.withLock { $0 }?.obey("fail \(count) \(status)")
  }

  /// Ends the registry, with what it knows; connections are refused from then on.
  public func stop() async {
    guard let child = process.withLock({ $0 })?.child else { return }
    child.signal(SIGKILL)
    _ = await child.wait()
  }

  /// Starts it again on the same port, empty.
  public func restart() async throws {
    await stop()
    try await launch()
  }

  /// Ends the registry and removes its directory.
  public func destroy() async throws {
    await stop()
    try await Workplace.remove(directory)
  }

  private func launch() async throws {
    let started = try await CommandedProcess.start(words, in: directory, as: Account.forServer())
    process.withLock { $0 = started }
  }
}
