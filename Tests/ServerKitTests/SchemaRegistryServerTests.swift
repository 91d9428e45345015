import ServerKit
import Testing

@Suite(.enabled("the registry can be had") { await SchemaRegistryServer.isAvailable })
struct SchemaRegistryServerTests {
  /// An Avro record with these fields.
  private static func body(_ fields: String) -> String {
    let schema = #"{\"type\":\"record\",\"name\":\"R\",\"fields\":[\#(fields)]}"#
    return #"{"schema":"\#(schema)"}"#
  }

  private static let one = body(#"{\"name\":\"a\",\"type\":\"int\"}"#)
  private static let two = body(#"{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}"#)
  private static let optional = body(
    #"{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}"#)

  /// The status and body of a request, by Python's own client.
  private func ask(_ server: SchemaRegistryServer, _ method: String, _ path: String, _ body: String? = nil) async throws
    -> String
  {
    let script = """
      import base64, ssl, sys, urllib.error, urllib.request as u
      url, method, body, user, authority = sys.argv[1:]
      request = u.Request(url, body.encode() or None, method=method)
      if user: request.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
      tls = ssl.create_default_context(cafile=authority) if authority else None
      try: answer = u.urlopen(request, timeout=20, context=tls)
      except urllib.error.HTTPError as error: answer = error
      print(answer.status, answer.read().decode(), end="")
      """
    let result = try await ChildProcess.run(
      "python3",
      [
        "-c", script, server.url + path, method, body ?? "", server.certificates == nil ? "" : "ann:pw",
        server.certificates?.authority ?? "",
      ])
    #expect(result.status.isSuccess, "\(result.error)")
    return result.output
  }

  @Test func `schemas are registered, found and compared`() async throws {
    let server = try await SchemaRegistryServer.start()
    #expect(try await ask(server, "GET", "/subjects") == "200 []")
    #expect(try await ask(server, "POST", "/subjects/s%2F1/versions", Self.one) == #"200 {"id":1}"#)
    #expect(try await ask(server, "POST", "/subjects/s%2F1/versions", Self.one) == #"200 {"id":1}"#)
    let refused = try await ask(server, "POST", "/subjects/s%2F1/versions", Self.two)
    #expect(refused.hasPrefix("409 ") && refused.contains("incompatible"), "\(refused)")
    #expect(try await ask(server, "POST", "/subjects/s%2F1/versions", Self.optional) == #"200 {"id":2}"#)
    #expect(try await ask(server, "POST", "/subjects/other/versions", Self.two) == #"200 {"id":3}"#)
    #expect(try await ask(server, "GET", "/subjects/s%2F1/versions") == "200 [1,2]")
    #expect(try await ask(server, "GET", "/subjects/s%2F1/versions/latest").contains(#""id":2"#))
    #expect(try await ask(server, "GET", "/schemas/ids/1").contains(#"\"name\":\"a\""#))
    #expect(try await ask(server, "POST", "/subjects/s%2F1", Self.two).contains("40403"))
    #expect(try await ask(server, "GET", "/subjects/none/versions").contains("40401"))
    #expect(try await ask(server, "POST", "/subjects/s/versions", "{}").contains("42201"))
    let verdict = try await ask(server, "POST", "/compatibility/subjects/s%2F1/versions/1?verbose=true", Self.two)
    #expect(verdict.contains(#""is_compatible":false"#) && verdict.contains("READER_FIELD_MISSING_DEFAULT_VALUE"))
    #expect(try await ask(server, "PUT", "/config/s%2F1", #"{"compatibility":"NONE"}"#).hasPrefix("200"))
    #expect(try await ask(server, "POST", "/subjects/s%2F1/versions", Self.two) == #"200 {"id":3}"#)
    #expect(server.requests.first == "GET /subjects 200")
    try await server.destroy()
  }

  @Test func `it asks for a password, speaks TLS, fails when told and forgets in a restart`() async throws {
    var options = SchemaRegistryServer.Options()
    options.user = ("ann", "pw")
    options.tls = true
    let server = try await SchemaRegistryServer.start(options)
    try await server.failNext(2, status: 503)
    #expect(try await ask(server, "GET", "/subjects").hasPrefix("503"))
    #expect(try await ask(server, "GET", "/subjects").hasPrefix("503"))
    #expect(try await ask(server, "POST", "/subjects/s/versions", Self.one) == #"200 {"id":1}"#)
    try await server.restart()
    #expect(try await ask(server, "GET", "/subjects") == "200 []")
    try await server.destroy()

    options.tls = false
    let plain = try await SchemaRegistryServer.start(options)
    #expect(try await ask(plain, "GET", "/subjects").hasPrefix("401"))
    try await plain.destroy()
  }
}
