import Foundation
import Settings
import Testing

@Suite struct PrecedenceTests {
  @Test func `the command line wins over the environment, and that over files`() throws {
    let settings = try Settings.load(
      texts: [
        ("one.yaml", "slot.name: one\npublication.name: one\nhttp.port: 1\nlog.level: trace"),
        ("two.properties", "publication.name=two\nhttp.port=2\nlog.level=debug"),
      ], environment: ["HTTP_PORT": "3", "LOG_LEVEL": "error"],
      arguments: [argument("log.level", "info"), argument("log.level", "critical")], requiring: [])
    #expect(settings.slot.name == "one")
    #expect(settings.publication.name == "two")
    #expect(settings.http.port == 3)
    #expect(settings.log.level == .critical)
    let origins = Dictionary(
      settings.effective.map { ($0.key, "\($0.origin)") }, uniquingKeysWith: { first, _ in first })
    #expect(origins["slot.name"] == "one.yaml:1")
    #expect(origins["publication.name"] == "two.properties:1")
    #expect(origins["http.port"] == "environment HTTP_PORT")
    #expect(origins["log.level"] == "command line --set")
    #expect(origins["http.host"] == "default")
  }

  @Test func `an empty text on the command line brings the default back`() throws {
    let settings = try Settings.load(
      texts: [("one.yaml", "slot.name: one")], arguments: [argument("slot.name", "")], requiring: [])
    #expect(settings.slot.name == "debezium")
  }

  @Test func `every key with a dot has one environment variable of its own`() {
    let names = KeyTable.all.compactMap(\.environmentName)
    #expect(Set(names).count == names.count)
    let all = Set(names)
    for key in KeyTable.all where key.isSecret {
      guard let name = key.environmentName else { continue }
      #expect(!all.contains("\(name)_FILE"))
    }
    #expect(all.isSuperset(of: ["DATABASE_HOSTNAME", "TABLE_INCLUDE_LIST", "AUDIT_URL", "LOG_LEVEL_READER"]))
  }

  @Test func `every honoured key can come from the environment, with CDC_ before it too`() throws {
    for key in KeyTable.all where key.trail == .honoured {
      let name = try #require(key.environmentName)
      for name in [name, "CDC_\(name)"] {
        let text = key.defaultText.isEmpty ? sample(of: key.kind) : key.defaultText
        var environment = [name: text]
        // A certificate and its key go together.
        if key.name.hasPrefix("http.tls.") {
          for other in ["HTTP_TLS_CERTIFICATE_FILE", "HTTP_TLS_KEY_FILE"] where !name.hasSuffix(other) {
            environment[other] = "/other"
          }
        }
        let settings = try Settings.load(environment: environment, requiring: [])
        #expect(settings.effective.first { $0.key == key.name }?.origin == .environment(name), "\(key.name)")
      }
    }
  }

  private func sample(of kind: Key.Kind) -> String {
    switch kind {
    case .secretURI: "postgresql://a@b/c"
    case .parameters: "a=b"
    case .replicaIdentities: "public.people:FULL"
    case .enumeration(let words): words[0]
    case .integer, .milliseconds, .seconds, .bytes: "100"
    default: "a"
    }
  }

  @Test func `the variable with CDC_ wins, and an empty one is none`() throws {
    let settings = try Settings.load(
      environment: ["SLOT_NAME": "a", "CDC_SLOT_NAME": "b", "PUBLICATION_NAME": ""], requiring: [])
    #expect(settings.slot.name == "b")
    #expect(settings.publication.name == "dbz_publication")
  }

  @Test func `variables of others are ignored, near misses are told`() throws {
    let settings = try Settings.load(
      environment: [
        "PATH": "/bin", "NAME": "x", "TRANSFORMS": "x", "DATABASE_HOSTNAM": "x", "AUDIT_SERVICE_HOST": "x",
        "CDC_NONSENSE": "1", "AUDIT_PORT": "tcp://10.0.0.7:5432",
      ], requiring: [])
    #expect(settings.notices.count == 3)
    #expect(
      settings.notices.contains { $0.contains("DATABASE_HOSTNAM ") && $0.contains("did you mean DATABASE_HOSTNAME") })
    #expect(settings.notices.contains { $0.contains("CDC_NONSENSE") })
    #expect(settings.notices.contains { $0.contains("AUDIT_PORT") && $0.contains("Kubernetes") })
  }

  @Test func `a secret can come from a file, and not from two places`() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("secret").path
    try "hunter2 \n".write(toFile: path, atomically: true, encoding: .utf8)
    let settings = try Settings.load(environment: ["AUDIT_PASSWORD_FILE": path], requiring: [])
    #expect(settings.audit.connection["password"] == "hunter2 ")
    let both = problems(environment: ["AUDIT_PASSWORD_FILE": path, "AUDIT_PASSWORD": "x"])
    #expect(both.map(\.code) == [.contradiction])
    #expect(problems(environment: ["AUDIT_URL_FILE": "/nowhere/at/all"]).map(\.code) == [.unreadable])
    let config = directory.appendingPathComponent("cdc.yaml").path
    try "slot.name: from_file".write(toFile: config, atomically: true, encoding: .utf8)
    let named = try Settings.load(environment: ["CDC_DIRECT_CONFIG": config], requiring: [])
    #expect(named.slot.name == "from_file")
    try Data(repeating: 0x23, count: (1 << 20) + 1).write(to: URL(fileURLWithPath: config))
    #expect(throws: SettingsError.self) { try Settings.load(files: [config], requiring: []) }
  }
}
