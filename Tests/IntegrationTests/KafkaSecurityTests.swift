import FoundationEssentials
import Glibc
import Pipeline
import ServerKit
import Testing

/// Brokers that speak TLS and ask who one is.
@Suite(.serialized, .enabled("the broker can be had") { await KafkaBroker.isAvailable }) struct KafkaSecurityTests {
  private static let password = "s3cret-pa55"

  /// A scene behind a proxy of its own.
  private func scene(_ change: (inout KafkaProxy.Options) -> Void) async throws -> (KafkaScene, KafkaProxy) {
    var options = KafkaProxy.Options()
    change(&options)
    var kafka = try await KafkaScene.make()
    let proxy = try await kafka.broker.withProxy(options)
    kafka.address = proxy.address
    return (kafka, proxy)
  }

  /// Settings of librdkafka under their names here.
  private func producer(_ settings: [String: String]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: settings.map { ("kafka.producer.\($0.key)", $0.value) })
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// A text as one line of a properties file.
  private func line(_ text: String) -> String { text.replacing("\n", with: "\\n") }

  /// Publishes one row, whose record is there then.
  private func expectPublished(
    _ kafka: KafkaScene, _ id: Int, _ settings: [String: String], at location: SourceLocation = #_sourceLocation
  ) async throws {
    try await kafka.bed.inSource("INSERT INTO t VALUES (\(id), 'v')")
    let result = try await kafka.run(settings.merging(["snapshot.mode": "initial"]) { $1 })
    #expect(result.status == .exited(0), "\(result.error)", sourceLocation: location)
    expectNoSecret(result, at: location)
    let ids = Set(try await kafka.lines().compactMap { $0.key?.id })
    #expect(ids.contains(id), "\(ids)", sourceLocation: location)
  }

  /// The program ends with a failure that says these words, soon.
  private func expectRefused(
    _ kafka: KafkaScene, _ settings: [String: String], _ words: [String], at location: SourceLocation = #_sourceLocation
  ) async throws {
    let program = try await kafka.start(settings)
    let status = await program.wait(within: .seconds(15))
    if status == nil { program.signal(SIGKILL) }
    let said = program.standardError
    #expect(status == .exited(Failure.Kind.kafkaFailed.exitCode), "\(said)", sourceLocation: location)
    let message = said.split(separator: "\n").last { $0.hasPrefix("cdc-direct: ") } ?? ""
    for word in words {
      #expect(message.lowercased().contains(word), "\(word) is not in: \(said)", sourceLocation: location)
    }
    for secret in [Self.password, "PRIVATE KEY"] {
      #expect(!said.contains(secret), "it tells \(secret)", sourceLocation: location)
    }
  }

  private func expectNoSecret(_ result: ChildProcess.Result, at location: SourceLocation) {
    for secret in [Self.password, "PRIVATE KEY"] {
      #expect(
        !result.error.contains(secret) && !result.output.contains(secret), "it tells \(secret)",
        sourceLocation: location)
    }
  }

  @Test func `an authority is trusted as a file and as text, and no other`() async throws {
    let (kafka, proxy) = try await scene { $0.tls = true }
    let authority = try #require(proxy.certificates).authority
    try await expectPublished(
      kafka, 1, producer(["security.protocol": "SSL", "ssl.ca.location": authority]))
    try await expectPublished(
      kafka, 2, producer(["security.protocol": "ssl", "ssl.ca.pem": line(try text(authority))]))
    let other = try await Certificates.unrelated().authority
    try await expectRefused(
      kafka, producer(["security.protocol": "SSL", "ssl.ca.location": other]), ["ssl", "certificate", "next: "])
    await proxy.close()
  }

  @Test func `a client shows its certificate, whose key may be encrypted`() async throws {
    let (kafka, proxy) = try await scene {
      $0.tls = true
      $0.clientCertificate = true
    }
    let certificates = try #require(proxy.certificates)
    let key = try await certificates.encryptedClientKey(password: Self.password)
    let tls = ["security.protocol": "SSL", "ssl.ca.location": certificates.authority]
    try await expectPublished(
      kafka, 1,
      producer(
        tls.merging([
          "ssl.certificate.location": certificates.client, "ssl.key.location": key, "ssl.key.password": Self.password,
        ]) { $1 }))
    let inline = [
      "ssl.certificate.pem": line(try text(certificates.client)), "ssl.key.pem": line(try text(key)),
      "ssl.key.password": Self.password,
    ]
    try await expectPublished(kafka, 2, producer(tls.merging(inline) { $1 }))
    // Without one, or with another authority's, the connection ends, which time may heal: it is told of and tried again.
    let other = try await Certificates.unrelated()
    for own in [[:], ["ssl.certificate.location": other.client, "ssl.key.location": other.clientKey]] {
      let settings = producer(tls.merging(own) { $1 }).merging(["kafka.delivery.timeout.ms": "1000"]) { $1 }
      let program = try await kafka.start(settings)
      try await kafka.waitForWords("kafka_unreachable", program)
      #expect(program.standardError.contains("SSL"), "\(program.lastWords)")
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    }
    // A key that does not open.
    try await expectRefused(
      kafka,
      producer(
        tls.merging([
          "ssl.certificate.location": certificates.client, "ssl.key.location": key,
          "ssl.key.password": "\(Self.password)-wrong",
        ]) { $1 }), ["ssl.key", "next: "])
    await proxy.close()
  }

  @Test func `passwords are given in every way, and a wrong one stops the program`() async throws {
    let (kafka, proxy) = try await scene {
      $0.tls = true
      $0.users = [("ann", Self.password)]
    }
    let tls = [
      "security.protocol": "SASL_SSL", "ssl.ca.location": try #require(proxy.certificates).authority,
      "sasl.username": "ann",
    ]
    for (index, mechanism) in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].enumerated() {
      let settings = tls.merging(["sasl.mechanism": mechanism, "sasl.password": Self.password]) { $1 }
      try await expectPublished(kafka, index + 1, producer(settings))
      let wrong = settings.merging(["sasl.password": "\(Self.password)-wrong"]) { $1 }
      try await expectRefused(
        kafka, producer(wrong), ["authentication", "next: check kafka.producer.security.protocol, sasl.*"])
    }
    try await expectRefused(
      kafka, producer(tls.merging(["sasl.mechanism": "GSSAPI"]) { $1 }), ["next: "])
    // The settings as they are printed.
    for words in [["config", "--events"], ["config", "--events", "--json"]] {
      let printed = try await kafka.scene.command(words + ["--config", kafka.scene.path("reader.properties")])
      #expect(!printed.output.contains(Self.password) && !printed.error.contains(Self.password), "\(printed.output)")
    }
    await proxy.close()
  }

  @Test func `a mechanism that the brokers do not offer stops the program`() async throws {
    let (kafka, proxy) = try await scene {
      $0.users = [("ann", Self.password)]
      $0.mechanisms = ["SCRAM-SHA-512"]
    }
    try await expectRefused(
      kafka,
      producer([
        "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.username": "ann",
        "sasl.password": Self.password,
      ]), ["mechanism", "next: "])
    await proxy.close()
  }

  @Test func `a bearer token comes from a file, and a newer one is taken while the program runs`() async throws {
    let (kafka, proxy) = try await scene { $0.users = [("ann", Self.password), ("bob", "unused")] }
    let settings = producer(["security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "OAUTHBEARER"]).merging([
      "kafka.sasl.oauthbearer.token.file": kafka.scene.path("token")
    ]) { $1 }
    try kafka.scene.write("wrong-\(Self.password)\n", to: "token")
    try await expectRefused(kafka, settings, ["authentication", "next: "])
    try kafka.scene.write("\(Self.password)\n", to: "token")
    try await expectPublished(kafka, 1, settings)
    // One that ends soon, for a name that is known; then one for another name, which new connections show.
    try kafka.scene.write(token(of: "ann", lasting: 4), to: "token")
    let program = try await kafka.start(settings)
    try await kafka.bed.waitForStream(program)
    try await kafka.bed.change(2...2)
    try await kafka.waitForRecords(2, program)
    try kafka.scene.write(token(of: "bob", lasting: 600), to: "token")
    try await Task.sleep(for: .seconds(4))
    await proxy.resetConnections()
    try await kafka.bed.change(3...3)
    try await kafka.waitForRecords(3, program)
    #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
    #expect(!program.standardError.contains(Self.password))
    await proxy.close()
  }

  /// An unsigned JSON web token.
  private func token(of name: String, lasting seconds: Double) -> String {
    func part(_ json: String) -> String {
      Data(json.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    let now = Date().timeIntervalSince1970
    return part(#"{"alg":"none"}"#) + "." + part(#"{"sub":"\#(name)","iat":\#(now),"exp":\#(now + seconds)}"#) + "."
  }

  @Test func `beside the trail a wrong password detaches the publisher alone`() async throws {
    let (kafka, proxy) = try await scene { $0.users = [("ann", Self.password)] }
    func environment(_ password: String) -> [String: String] {
      [
        "KAFKA_PRODUCER_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_PRODUCER_SASL_MECHANISM": "PLAIN",
        "KAFKA_PRODUCER_SASL_USERNAME": "ann", "KAFKA_PRODUCER_SASL_PASSWORD": password,
      ]
    }
    try await kafka.bed.inSource("SELECT pg_create_logical_replication_slot('\(kafka.prefix)', 'pgoutput')")
    let first = try await kafka.startRun(environment(Self.password))
    try await kafka.bed.waitForStream(first)
    try await kafka.bed.change(1...2)
    try await kafka.bed.waitForRows(2, first)
    try await kafka.waitForRecords(2, first)
    #expect(await first.terminate() == .exited(0), "\(first.lastWords)")
    let second = try await kafka.startRun(environment("\(Self.password)-wrong"))
    try await kafka.waitForWords("publishing waits, and the trail goes on without it", second)
    #expect(second.standardError.contains("kafka_failed"), "\(second.lastWords)")
    try await kafka.bed.change(3...5)
    try await kafka.bed.waitForRows(5, second)
    #expect(await second.terminate() == .exited(0), "\(second.lastWords)")
    #expect(!second.standardError.contains(Self.password))
    let third = try await kafka.startRun(environment(Self.password))
    try await kafka.waitForRecords(5, third)
    #expect(await third.terminate() == .exited(0), "\(third.lastWords)")
    #expect(try await kafka.story() == "c1 c2 c3 c4 c5")
    #expect(try kafka.bed.trail() == "1 2 3 4 5")
    await proxy.close()
  }
}
