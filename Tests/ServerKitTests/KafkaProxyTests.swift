import ServerKit
import Testing

@Suite(.enabled("the broker can be had") { await KafkaBroker.isAvailable })
struct KafkaProxyTests {
  /// Settings that give up soon.
  private static let hasty = ["message.timeout.ms": "1500", "socket.timeout.ms": "1000"]

  @Test func `clients stay behind the proxy and hear of its faults`() async throws {
    let broker = try await KafkaBroker.start()
    let proxy = try await broker.withProxy()
    let client = KafkaClient(address: proxy.address, settings: Self.hasty)
    try await client.produce(to: "a", [(nil, "first")])
    #expect(proxy.network.counts.bytesToServer > 0)
    for mode in [TCPProxy.Mode.stall, .refuse, .cut] {
      await proxy.set(mode)
      if mode == .refuse { await proxy.resetConnections() }
      await #expect(throws: ServerKitError.self, "\(mode)") { try await client.produce(to: "a", [(nil, "lost")]) }
      await proxy.set(.forward)
      try await client.produce(to: "a", [(nil, "after \(mode)")])
    }
    #expect(
      try await broker.client.records().map(\.valueText) == ["first", "after stall", "after refuse", "after cut"])
    await proxy.close()
    try await broker.destroy()
  }

  @Test func `a broker may restart behind the proxy`() async throws {
    let broker = try await KafkaBroker.start()
    let proxy = try await broker.withProxy()
    let client = KafkaClient(address: proxy.address, settings: Self.hasty)
    try await client.produce(to: "a", [(nil, "1")])
    await broker.stop()
    await #expect(throws: ServerKitError.self) { try await client.produce(to: "a", [(nil, "2")]) }
    try await broker.restart()
    try await client.produce(to: "a", [(nil, "3")])
    #expect(try await client.records().map(\.valueText) == ["1", "3"])
    await proxy.close()
    try await broker.destroy()
  }

  @Test func `TLS checks both sides' certificates`() async throws {
    let broker = try await KafkaBroker.start()
    var options = KafkaProxy.Options()
    options.tls = true
    options.clientCertificate = true
    let proxy = try await broker.withProxy(options)
    let certificates = try #require(proxy.certificates)
    let key = try await certificates.encryptedClientKey(password: "its own")
    let good = [
      "security.protocol": "ssl", "ssl.ca.location": certificates.authority,
      "ssl.certificate.location": certificates.client, "ssl.key.location": key, "ssl.key.password": "its own",
    ].merging(Self.hasty) { first, _ in first }
    try await KafkaClient(address: proxy.address, settings: good).produce(to: "a", [(nil, "x")])
    var settings = good
    settings["ssl.ca.location"] = try await Certificates.unrelated().authority
    await #expect(throws: ServerKitError.self, "a server of another authority") {
      try await KafkaClient(address: proxy.address, settings: settings).produce(to: "a", [(nil, "y")])
    }
    settings = good.filter { !$0.key.contains("key") && !$0.key.contains("certificate") }
    await #expect(throws: ServerKitError.self, "a client without a certificate") {
      try await KafkaClient(address: proxy.address, settings: settings).produce(to: "a", [(nil, "y")])
    }
    #expect(try await broker.client.counts() == ["a": 1])
    await proxy.close()
    try await broker.destroy()
  }

  @Test(arguments: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
  func `a password is asked for`(_ mechanism: String) async throws {
    let broker = try await KafkaBroker.start()
    var options = KafkaProxy.Options()
    options.users = [("ann", "p,=w")]
    let proxy = try await broker.withProxy(options)
    var settings = Self.hasty
    settings["security.protocol"] = "sasl_plaintext"
    settings["sasl.mechanism"] = mechanism
    settings["sasl.username"] = "ann"
    for (password, isRight) in [("p,=w", true), ("wrong", false)] {
      settings["sasl.password"] = password
      let client = KafkaClient(address: proxy.address, settings: settings)
      if isRight {
        try await client.produce(to: "a", [(nil, "x")])
      } else {
        await #expect(throws: ServerKitError.self) { try await client.produce(to: "a", [(nil, "y")]) }
      }
    }
    #expect(try await broker.client.counts() == ["a": 1])
    await proxy.close()
    try await broker.destroy()
  }

  @Test func `an unsigned token names its user`() async throws {
    let broker = try await KafkaBroker.start()
    var options = KafkaProxy.Options()
    options.users = [("ann", "p")]
    let proxy = try await broker.withProxy(options)
    var settings = Self.hasty
    settings["security.protocol"] = "sasl_plaintext"
    settings["sasl.mechanism"] = "OAUTHBEARER"
    settings["enable.sasl.oauthbearer.unsecure.jwt"] = "true"
    settings["sasl.oauthbearer.config"] = "principal=ann"
    try await KafkaClient(address: proxy.address, settings: settings).produce(to: "a", [(nil, "x")])
    settings["sasl.oauthbearer.config"] = "principal=eve"
    let stranger = KafkaClient(address: proxy.address, settings: settings)
    await #expect(throws: ServerKitError.self) { try await stranger.produce(to: "a", [(nil, "y")]) }
    #expect(try await broker.client.counts() == ["a": 1])
    await proxy.close()
    try await broker.destroy()
  }
}
