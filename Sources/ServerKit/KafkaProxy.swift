internal import Glibc

/// A way to a broker that a test can break, with TLS and SASL if asked: the broker's clients stay behind it.
///
/// `network` is what clients connect to and where faults are made. Behind it `testkit/kafka-proxy` puts its port in the
/// place of the broker's own in the broker's answers, speaks TLS and asks for passwords. The broker may stop and start
/// again meanwhile.
public final class KafkaProxy: Sendable {
  /// How clients come in.
  public struct Options: Sendable {
    /// Whether clients speak TLS, with certificates made for `localhost` and 127.0.0.1 (needs `openssl`).
    public var tls = false
    /// Whether clients must show a certificate that the authority signed.
    public var clientCertificate = false
    /// Names and passwords; when there are any, clients must authenticate. An OAUTHBEARER token is one of the passwords,
    /// or an unsigned JSON web token about one of the names.
    public var users: [(name: String, password: String)] = []
    /// The mechanisms offered; empty: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER.
    public var mechanisms: [String] = []
    /// How many milliseconds each answer tells a producer to wait, as brokers do with one that is over its quota.
    public var throttleMilliseconds = 0

    /// The defaults of each property.
    public init() {}
  }

  /// What clients connect to: stalls, cuts, refuses, delays.
  public let network: TCPProxy
  /// The certificates; nil without TLS.
  public let certificates: Certificates?
  private let process: ChildProcess

  private init(network: TCPProxy, certificates: Certificates?, process: ChildProcess) {
    self.network = network
    self.certificates = certificates
    self.process = process
  }

  deinit { process.signal(SIGKILL) }

  /// Starts a proxy on a free port; returns once it listens.
  ///
  /// - Throws: `ServerKitError` when Python or openssl is missing, or with the proxy's own words.
  public static func start(to broker: KafkaBroker, _ options: Options = Options()) async throws -> KafkaProxy {
    let certificates =
      options.tls ? try await Certificates.make(in: Workplace.shared.newDirectory() + "/certificates") : nil
    var arguments = options.users.flatMap { ["--user", "\($0.name):\($0.password)"] }
    if !options.mechanisms.isEmpty { arguments += ["--mechanisms", options.mechanisms.joined(separator: ",")] }
    if options.throttleMilliseconds > 0 { arguments += ["--throttle", "\(options.throttleMilliseconds)"] }
    if let certificates {
      arguments += ["--tls-certificate", certificates.server, "--tls-key", certificates.serverKey]
      if options.clientCertificate { arguments += ["--tls-client-authority", certificates.authority] }
    }
    for _ in 0..<10 {
      let inner = try FreePort.next()
      let network = try TCPProxy.start(toPort: inner)
      let ports = ["--listen", "\(inner)", "--broker", "\(broker.port)", "--advertise", "\(network.port)"]
      let process = try await ChildProcess.start(TestKit.path(of: "kafka-proxy"), ports + arguments)
      if await process.waitForOutput("ready") {
        return KafkaProxy(network: network, certificates: certificates, process: process)
      }
      _ = await process.terminate()
      // Another process may take the port between the choice and the start.
      guard process.standardError.contains("in use") else {
        throw ServerKitError("a proxy did not start", at: "testkit/kafka-proxy", next: process.standardError)
      }
    }
    throw ServerKitError("no port could be bound", at: "127.0.0.1", next: "see what listens there: ss -ltn")
  }

  /// The port that clients connect to.
  public var port: Int { network.port }
  /// Host and port, as `bootstrap.servers` takes them.
  public var address: String { "\(network.host):\(port)" }
  /// What the proxy's process has complained about.
  public var log: String { process.standardError }

  /// Changes what happens to connections from now on: `.stall`, `.cut`, `.refuse`, …; `.forward` heals.
  public func set(_ mode: TCPProxy.Mode, _ direction: TCPProxy.Direction = .both) async {
    await network.set(mode, direction)
  }

  /// Resets every connection once.
  public func resetConnections() async { await network.resetConnections() }

  /// Ends the proxy; its certificates go with this process.
  public func close() async {
    await network.close()
    process.signal(SIGKILL)
    _ = await process.wait()
  }
}

extension KafkaBroker {
  /// A way to this broker that can be broken.
  public func withProxy(_ options: KafkaProxy.Options = .init()) async throws -> KafkaProxy {
    try await KafkaProxy.start(to: self, options)
  }
}
