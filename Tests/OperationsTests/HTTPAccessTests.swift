import Glibc
import Logging
import Testing

@testable import Operations
@testable import ServerKit

@Suite struct HTTPAccessTests {
  private static let token = "0123456789abcdef0123456789abcdef"

  /// A directory for `body`, removed afterwards.
  private func inDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = try await Workplace.shared.newDirectory()
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(directory)) } catch { outcome = .failure(error) }
    try await Workplace.remove(directory)
    try outcome.get()
  }

  private func write(_ text: String, _ path: String, mode: mode_t = 0o600) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    chmod(path, mode)
  }

  @Test func `with a token set, nothing is shown without it but what a probe has to know`() async throws {
    try await inDirectory { directory in
      let path = directory + "/token"
      try write(Self.token + "\n", path)
      let access = try HTTPAccess(tokenFile: path, tls: nil)
      try await ServedScene.serving(ServedScene.sources(), access: access) { client in
        for path in [
          "/status", "/metrics", "/", "/nothing", "/status/", "//metrics", "/metrics?x", "/livez/", "/%6civez",
        ] {
          let answer = try await client.get(path)
          #expect(answer.status == 401, "\(path): \(answer)")
          #expect(answer.head.contains("www-authenticate: bearer realm="), "\(answer.head)")
          #expect(!answer.body.contains("9.9"))
        }
        for method in ["POST", "DELETE", "OPTIONS"] {
          let answer = try await client.send("\(method) /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
          #expect(answer.status == 401, "\(method)")
        }
        let probe = try await client.get("/health")
        #expect(probe.status == 200)
        #expect(probe.body == "{\"is_well\":true}\n")
        #expect(try await client.get("/ready").body == "{\"is_well\":true}\n")
        #expect(try await client.get("/livez").status == 200)
        let head = try await client.send("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(head.status == 200 && head.body.isEmpty, "\(head)")

        for path in ["/status", "/metrics", "/health", "/ready", "/livez"] {
          #expect(try await client.get(path, "Authorization: Bearer \(Self.token)").status == 200, "\(path)")
        }
        #expect(try await client.get("/status", "authorization: bearer \(Self.token)").status == 200)
        #expect(try await client.get("/health", "Authorization: Bearer \(Self.token)").body.contains("checks"))
        #expect(try await client.get("/nothing", "Authorization: Bearer \(Self.token)").status == 404)
      }
    }
  }

  @Test(
    arguments: [
      "Authorization: Bearer", "Authorization: Bearer ", "Authorization: Bearer 0", "Authorization: Basic \(token)",
      "Authorization: \(token)", "Authorization: Bearer \(token)0", "Authorization: Bearer \(token.dropLast())",
      "Authorization: Bearer \(token.uppercased())", "Authorization: Bearer \(token) \(token)",
      "Authorization: Bearer  \(token)", "Authorization: Bearer \(token)\(token)",
      "Proxy-Authorization: Bearer \(token)",
      "Cookie: token=\(token)",
    ])
  func `another token, or the token elsewhere, opens nothing`(header: String) async throws {
    try await inDirectory { directory in
      try write(Self.token, directory + "/token")
      let access = try HTTPAccess(tokenFile: directory + "/token", tls: nil)
      try await ServedScene.serving(ServedScene.sources(), access: access) { client in
        #expect(try await client.get("/status", header).status == 401)
        #expect(try await client.get("/status?token=\(Self.token)", header).status == 401)
        if header.hasPrefix("Authorization:") {
          let open = try await client.get("/livez", header)
          #expect(open.status == 401)
        }
      }
    }
  }

  @Test func `a token's file that cannot be used is refused, with what is wrong and without the token`() async throws {
    try await inDirectory { directory in
      let path = directory + "/token"
      func refusal() -> String {
        do throws(OperationsServerError) {
          _ = try HTTPAccess(tokenFile: path, tls: nil)
          return "taken"
        } catch { return "\(error)" }
      }
      #expect(refusal().contains("No such file"))
      let cases: [(String, mode_t, String)] = [
        ("", 0o600, "is empty"), ("\n", 0o600, "less than 16"), ("short", 0o600, "less than 16"),
        (Self.token + " x", 0o600, "something else"), (Self.token + "\n" + Self.token, 0o600, "something else"),
        (String(repeating: "a", count: 5000), 0o600, "larger than 4096"), (Self.token, 0o644, "can be read by others"),
        (Self.token, 0o602, "can be read by others"), (Self.token, 0o620, "written by the group"),
        (Self.token, 0o640, "taken"), (Self.token + "\r\n", 0o400, "taken"),
      ]
      for (text, mode, expected) in cases {
        unlink(path)
        try write(text, path, mode: mode)
        let said = refusal()
        #expect(said.contains(expected), "\(text.count) bytes, \(String(mode, radix: 8)): \(said)")
        #expect(!said.contains(Self.token))
        if expected != "taken" { #expect(said.contains("http.auth.token_file") && said.contains(path), "\(said)") }
      }
      unlink(path)
      #expect(mkfifo(path, 0o600) == 0)
      #expect(refusal().contains("no regular file"))
      unlink(path)
      mkdir(path, 0o700)
      #expect(refusal().contains("no regular file"))
    }
  }

  @Test func `a token that changes holds from then on, and one that cannot be read changes nothing`() async throws {
    try await inDirectory { directory in
      let (path, other) = (directory + "/token", String(Self.token.reversed()))
      // As Kubernetes does it: the path is a link, and the link moves.
      try write(Self.token, directory + "/first")
      try write(other, directory + "/second")
      try write("no", directory + "/third")
      #expect(symlink(directory + "/first", path) == 0)
      let lines = CapturedLines()
      let access = try HTTPAccess(tokenFile: path, tls: nil)
      func point(to name: String) {
        #expect(symlink(directory + "/" + name, path + ".new") == 0)
        #expect(rename(path + ".new", path) == 0)
      }
      let logger = Logger(label: "http") { label in
        TextLogHandler(label: label, level: .trace, isColored: false, output: lines.output) {
          UTCTimestamp(unixMilliseconds: 0)
        }
      }
      #expect(access.admits("Bearer \(Self.token)"))
      point(to: "second")
      access.refresh(logger)
      #expect(access.admits("Bearer \(other)") && !access.admits("Bearer \(Self.token)"))
      point(to: "third")
      access.refresh(logger)
      access.refresh(logger)
      #expect(access.admits("Bearer \(other)"))
      unlink(path)
      access.refresh(logger)
      #expect(access.admits("Bearer \(other)"))
      let told = lines.lines
      #expect(told.count == 3, "\(told)")
      #expect(
        told.first?.contains("was read again") == true && told.last?.contains("stays as it was") == true, "\(told)")
      #expect(!told.joined().contains(Self.token) && !told.joined().contains(other))
    }
  }

  @Test func `over TLS our own client knows the server by its certificate`() async throws {
    try await inDirectory { directory in
      let one = try await Certificates.make(in: directory + "/one")
      let two = try await Certificates.make(in: directory + "/two")
      try write(Self.token, directory + "/token")
      let access = try HTTPAccess(tokenFile: directory + "/token", tls: (one.server, one.serverKey))
      try await ServedScene.serving(ServedScene.sources(), access: access) { raw in
        let port = raw.port
        func ask(_ path: String, _ token: String?, _ certificate: String?) async throws -> Int {
          try await OperationsClient(host: "127.0.0.1", port: port, tokenFile: token, certificateFile: certificate)
            .get(path, within: .seconds(10)).status
        }
        let token = directory + "/token"
        #expect(try await ask("/status", token, one.server) == 200)
        #expect(try await ask("/status", nil, one.server) == 401)
        #expect(try await ask("/livez", nil, one.server) == 200)
        await #expect(throws: OperationsClient.Unanswered.self) { _ = try await ask("/livez", nil, two.server) }
        // The authority that signed it is not it.
        await #expect(throws: OperationsClient.Unanswered.self) { _ = try await ask("/livez", nil, one.authority) }
        await #expect(throws: OperationsClient.Unanswered.self) { _ = try await ask("/livez", nil, nil) }
        let plain = try await raw.exchange(Array("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #expect(!plain.contains("200"), "\(plain)")

        // A renewed certificate holds for the next connection. This one names no host.
        #expect(rename(two.client, one.server) == 0 && rename(two.clientKey, one.serverKey) == 0)
        access.refresh(ServedScene.quiet)
        #expect(try await ask("/livez", nil, one.server) == 200)
      }
    }
  }

  @Test func `clients that begin TLS and stop do not keep a probe out`() async throws {
    try await inDirectory { directory in
      let certificates = try await Certificates.make(in: directory + "/tls")
      let access = try HTTPAccess(tokenFile: nil, tls: (certificates.server, certificates.serverKey))
      try await ServedScene.serving(
        ServedScene.sources(), access: access, limits: .init(firstRequest: .milliseconds(500))
      ) { raw in
        var idle: [Int32] = []
        for _ in 0..<100 {
          let descriptor = try await raw.open()
          // The first bytes of a ClientHello.
          await raw.write([0x16, 0x03, 0x01, 0x02, 0x00, 0x01], to: descriptor)
          idle.append(descriptor)
        }
        let client = try OperationsClient(host: "127.0.0.1", port: raw.port, certificateFile: certificates.server)
        #expect(try await client.get("/livez", within: .seconds(10)).status == 200)
        for descriptor in idle {
          let rest = await raw.readToEnd(descriptor)
          #expect(!rest.contains("HTTP"))
        }
        await raw.closeAll(idle)
        #expect(try await client.get("/livez", within: .seconds(10)).status == 200)
      }
    }
  }

  @Test func `files of TLS that do not fit are refused`() async throws {
    try await inDirectory { directory in
      let one = try await Certificates.make(in: directory + "/one")
      let two = try await Certificates.make(in: directory + "/two")
      try write("no PEM", directory + "/text")
      func refusal(_ certificate: String, _ key: String) -> String {
        do throws(OperationsServerError) {
          _ = try HTTPAccess(tokenFile: nil, tls: (certificate, key))
          return "taken"
        } catch { return "\(error)" }
      }
      #expect(refusal(one.server, one.serverKey) == "taken")
      #expect(refusal(directory + "/none", one.serverKey).contains("http.tls.certificate_file"))
      #expect(refusal(directory + "/text", one.serverKey).contains("http.tls.certificate_file"))
      #expect(refusal(one.server, directory + "/none").contains("http.tls.key_file"))
      #expect(refusal(one.server, directory + "/text").contains("http.tls.key_file"))
      #expect(refusal(one.server, two.serverKey).contains("not the key of the certificate"))
      chmod(one.serverKey, 0o644)
      #expect(refusal(one.server, one.serverKey).contains("can be read by others"))
    }
  }
}
