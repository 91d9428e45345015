import Events
import NIOSSL
import Testing

@testable import AvroConverter
@testable import ServerKit

@Suite(.timeLimit(.minutes(1))) struct RegistryTests {
  static let schema = ConnectSchema(.structure, name: "shop.Order", fields: [.init("id", ConnectSchema(.int32))])

  static func settings(_ urls: String..., change: (inout AvroSettings) -> Void = { _ in }) -> AvroSettings {
    var settings = AvroSettings(urls: urls)
    settings.retryBackoff = .milliseconds(1)
    settings.requestTimeout = .seconds(10)
    change(&settings)
    return settings
  }

  /// Asks for the schema's number once and closes the client.
  @discardableResult
  static func id(_ settings: AvroSettings, subject: String = "orders-value") async throws -> Int32 {
    let registry = try SchemaRegistry(settings)
    do {
      let id = try await registry.id(of: try AvroSchema(schema, settings), subject: subject)
      await registry.close()
      return id
    } catch {
      await registry.close()
      throw error
    }
  }

  /// The error of asking for the schema's number.
  static func failure(_ settings: AvroSettings) async throws -> RegistryError {
    try #require(await #expect(throws: RegistryError.self) { try await id(settings) })
  }

  // MARK: Asking

  @Test func `a schema is registered once`() async throws {
    try await RegistryStub.with({ _, _ in (200, #"{"id":41}"#) }) { stub in
      let settings = RegistryTests.settings(stub.url + "/")
      let registry = try SchemaRegistry(settings)
      let schema = try AvroSchema(RegistryTests.schema, settings)
      for _ in 0..<3 { #expect(try await registry.id(of: schema, subject: "a/b ü-value") == 41) }
      await registry.close()
      await registry.close()
      #expect(
        stub.requests == [
          RegistryStub.Request(
            method: "POST", path: "/subjects/a%2Fb%20%C3%BC-value/versions?normalize=false", authorization: nil,
            contentType: "application/vnd.schemaregistry.v1+json",
            body: "{\"schema\":\"\(schema.text.replacing("\"", with: "\\\""))\"}")
        ])
      let error = await #expect(throws: RegistryError.self) { try await registry.probe() }
      #expect(error?.kind == .unexpected, "a closed client is not used again")
    }
  }

  @Test func `without registering the schema is looked up`() async throws {
    try await RegistryStub.with({ _, count in
      count == 0 ? (200, #"{"id":7,"version":1}"#) : (404, #"{"error_code":40403,"message":"Schema not found"}"#)
    }) { stub in
      let settings = RegistryTests.settings(stub.url) {
        $0.autoRegister = false
        $0.normalize = true
      }
      #expect(try await RegistryTests.id(settings) == 7)
      #expect(stub.requests.map(\.path) == ["/subjects/orders-value?normalize=true&deleted=false"])
      let error = try await RegistryTests.failure(settings)
      #expect(error.kind == .notFound && error.code == 40403 && error.description.contains("auto.register.schemas"))
    }
  }

  @Test(arguments: [
    (AvroSettings.Credentials.url, "Basic bWU6cEBzcw=="), (.userInfo("you:s3cret:x"), "Basic eW91OnMzY3JldDp4"),
    (.bearer("t0ken"), "Bearer t0ken"),
  ]) func credentialsGoIntoTheHeaderAndNowhereElse(_ credentials: AvroSettings.Credentials, header: String) async throws
  {
    try await RegistryStub.with({ _, _ in (401, #"{"error_code":401,"message":"Unauthorized"}"#) }) { stub in
      let url = stub.url.replacing("127.0.0.1", with: "me:p@ss@127.0.0.1")
      let error = try await RegistryTests.failure(RegistryTests.settings(url) { $0.credentials = credentials })
      #expect(stub.requests.map(\.authorization) == [header], "and it is not asked again")
      #expect(error.kind == .unauthorized && error.status == 401)
      for secret in ["p@ss", "s3cret", "t0ken"] { #expect(!error.description.contains(secret)) }
    }
  }

  // MARK: Refusals and outages

  @Test func `an incompatible schema is told in the registrys words`() async throws {
    let words = "Schema being registered is incompatible with an earlier schema"
    try await RegistryStub.with({ _, _ in (409, #"{"error_code":409,"message":"\#(words)"}"#) }) { stub in
      let error = try await RegistryTests.failure(RegistryTests.settings(stub.url))
      #expect(error.kind == .incompatible && error.code == 409 && error.subject == "orders-value")
      #expect(error.description.contains(words))
      #expect(!error.isTransient && stub.requests.count == 1, "it is not asked again")
    }
  }

  @Test(arguments: [(422, RegistryError.Kind.invalid), (403, .unauthorized), (404, .notFound), (302, .unexpected)])
  func otherRefusalsAreNotAskedAgain(_ status: Int, kind: RegistryError.Kind) async throws {
    try await RegistryStub.with({ _, _ in (status, "<html>") }) { stub in
      let error = try await RegistryTests.failure(RegistryTests.settings(stub.url))
      #expect(error.kind == kind && error.status == status && stub.requests.count == 1)
    }
  }

  @Test(arguments: [500, 502, 503, 429, 408]) func `what may pass is asked again`(_ status: Int) async throws {
    try await RegistryStub.with({ _, count in
      count < 2 ? (status, #"{"error_code":50001,"message":"busy"}"#) : (200, #"{"id":1}"#)
    }) { stub in
      let id = try await RegistryTests.id(RegistryTests.settings(stub.url))
      #expect(id == 1)
      #expect(stub.requests.count == 3)
    }
    try await RegistryStub.with({ _, _ in (status, #"{"error_code":50001,"message":"busy"}"#) }) { stub in
      let error = try await RegistryTests.failure(RegistryTests.settings(stub.url) { $0.retries = 2 })
      #expect(error.isTransient && error.status == status && error.code == 50001)
      #expect(error.description.contains("busy") && stub.requests.count == 3)
    }
  }

  @Test func `the next registry is asked and stayed with`() async throws {
    try await RegistryStub.with({ _, _ in (503, "") }) { first in
      try await RegistryStub.with({ request, _ in (200, #"{"id":\#(request.path.count)}"#) }) { second in
        let closed = try FreePort.next()
        let settings = RegistryTests.settings("http://127.0.0.1:\(closed)", first.url, second.url)
        let registry = try SchemaRegistry(settings)
        let schema = try AvroSchema(RegistryTests.schema, settings)
        for subject in ["a", "b", "c"] { _ = try await registry.id(of: schema, subject: subject) }
        await registry.close()
        #expect(first.requests.count == 1 && second.requests.count == 3)
      }
    }
  }

  @Test func `no registry at all is an error that may pass`() async throws {
    let closed = try FreePort.next()
    let error = try await RegistryTests.failure(RegistryTests.settings("http://u:secret@127.0.0.1:\(closed)"))
    #expect(error.isTransient && error.status == nil)
    #expect(error.description.contains("http://127.0.0.1:\(closed) does not answer"))
    #expect(!error.description.contains("secret"))
  }

  @Test func `a registry that says nothing times out`() async throws {
    try await RegistryStub.with({ _, _ in nil }) { stub in
      let error = try await RegistryTests.failure(
        RegistryTests.settings(stub.url) {
          $0.requestTimeout = .milliseconds(200)
          $0.retries = 0
        })
      #expect(error.isTransient)
    }
  }

  @Test func `an answer that is none is an error`() async throws {
    try await RegistryStub.with({ _, _ in (200, #"{"id":"one"}"#) }) { stub in
      let error = try await RegistryTests.failure(RegistryTests.settings(stub.url))
      #expect(error.kind == .unexpected)
    }
  }

  @Test(arguments: [[], ["ftp://x"], ["http://"], ["http://a", "b:1"]])
  func `wrong u r ls are refused`(_ urls: [String]) {
    #expect(throws: RegistryError.self) { try SchemaRegistry(AvroSettings(urls: urls)) }
  }

  // MARK: TLS

  @Test func `a private authority and a client certificate are used`() async throws {
    let directory = try await Workplace.shared.newDirectory()
    let certificates = try await Certificates.make(in: directory + "/certificates")
    var server = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(certificates.server).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: certificates.serverKey, format: .pem)))
    server.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificates.authority))
    server.certificateVerification = .noHostnameVerification
    let context = try NIOSSLContext(configuration: server)
    try await RegistryStub.with(tls: context, { _, _ in (200, #"{"id":5}"#) }) { stub in
      var settings = RegistryTests.settings(stub.url) { $0.retries = 0 }
      let untrusted = try await RegistryTests.failure(settings)
      #expect(untrusted.isTransient && untrusted.description.contains("TLS"), "the system does not know the authority")
      settings.tls.authority = .file(certificates.authority)
      #expect(try await RegistryTests.failure(settings).isTransient, "the server asks for a certificate")
      settings.tls.certificate = .file(certificates.client)
      settings.tls.key = .file(certificates.clientKey)
      #expect(try await RegistryTests.id(settings) == 5)
      settings.tls.key = .file(directory + "/none.key")
      let missing = try await RegistryTests.failure(settings)
      #expect(missing.description.contains("none.key"))
    }
  }
}
