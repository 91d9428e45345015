import Glibc
import ServerKit
import Testing

extension RunTests {
  /// Settings that are wrong or missing, and secrets among them.
  @Suite struct BadInputSettings {
    /// A file of the test's own, in a directory that goes with the tests.
    static func file(_ bed: TestBed, _ name: String, _ text: String) throws -> String {
      let path = "\(bed.source.directory)/\(bed.name)-\(name)"
      guard let file = fopen(path, "w") else { throw StandInServers.Stuck(description: "cannot write \(path)") }
      fputs(text, file)
      fclose(file)
      return path
    }

    @Test func `everything wrong with the settings is told at once, with the place and the remedy, and exit code 2`()
      async throws
    {
      let bed = try await TestBed.make()
      let file = try Self.file(
        bed, "wrong.yaml",
        """
        slot:
          nam: typo
          max.retries: many
        database:
          password: \(TestBed.password)
        table.include.list: "public.(t"
        """)
      let result = try await bed.command(
        ["run", "--config", file, "--set", "snapshot.mode=sometimes"],
        ["DATABASE_URL": "", "AUDIT_URL": "", "HTTP_PORT": "99999", "SLOT_NAME": "Not A Slot"])
      #expect(result.status == .exited(2), "\(result.error)")
      for words in [
        "problems with the settings:", "slot.nam (\(file)", "Did you mean slot.name?", "slot.max.retries (\(file)",
        "whole number", "table.include.list (\(file)", "Regular expressions", "snapshot.mode (", "initial_only",
        "http.port (environment HTTP_PORT", "65535", "slot.name (environment SLOT_NAME", "lower-case letters",
        "audit.url: it is required", "AUDIT_URL", "it is required and not set",
      ] {
        #expect(result.error.contains(words), "\(words) is not in:\n\(result.error)")
      }
      #expect(result.output.isEmpty)
      #expect(!result.error.contains(TestBed.password))
    }

    @Test(
      arguments: [
        ("missing.yaml", nil, "missing.yaml"), ("broken.yaml", "a: [1", "broken.yaml"),
        ("broken.json", "{\"slot.name\": ", "broken.json"), ("twice.yaml", "slot.name: a\nslot.name: b", "slot.name"),
        ("list.json", "[1, 2]", "list.json"),
      ] as [(String, String?, String)])
    func `a file that cannot be read ends with 2 and is named`(_ name: String, _ text: String?, _ words: String)
      async throws
    {
      let bed = try await TestBed.make()
      var path = "\(bed.source.directory)/\(bed.name)-\(name)"
      if let text { path = try Self.file(bed, name, text) }
      for command in ["run", "config"] {
        let result = try await bed.command([command, "--config", path])
        #expect(result.status == .exited(2), "\(result.error)")
        #expect(result.error.contains(words) && result.error.contains("1 problem"), "\(result.error)")
      }
    }

    @Test(arguments: [
      ["--set", "justakey"], ["--set", "=value"], ["--no-such-option"], ["unexpected"],
    ])
    func `wrong usage ends with 64 and repeats no value`(_ words: [String]) async throws {
      let bed = try await TestBed.make()
      let result = try await bed.command(["run"] + words)
      #expect(result.status == .exited(64), "\(result.error)")
      #expect(!result.error.contains("justakey"))
    }

    @Test(arguments: [
      ["DATABASE_URL": "mysql://root:SECRET@db/x"], ["AUDIT_URL": "host=a password=SECRET"],
      ["DATABASE_URL": "postgresql://u:SECRET@h:port/db"], ["DATABASE_PASSWORD_FILE": "/nowhere/SECRET-less"],
    ])
    func `a secret in a wrong setting is not shown`(_ settings: [String: String]) async throws {
      let bed = try await TestBed.make()
      let secret = "zx81-Top"
      for command in ["run", "check", "config", "init"] {
        let result = try await bed.command([command], settings.mapValues { $0.replacing("SECRET", with: secret) })
        if settings["DATABASE_URL"]?.contains(":port/") != true || command != "config" {
          #expect(result.status != .exited(0), "\(command): \(result.output)")
        }
        #expect(!result.error.contains(secret) || settings.keys.contains("DATABASE_PASSWORD_FILE"), "\(result.error)")
        #expect(!result.output.contains(secret), "\(result.output)")
      }
    }

    @Test func `secrets from files and the environment appear in no output and in no argument`() async throws {
      let bed = try await TestBed.make()
      let reader = try await bed.makeRole("reader", "REPLICATION", on: bed.source)
      let writer = try await bed.makeRole("writer", on: bed.audit)
      try await bed.inSource("GRANT SELECT ON t TO \(reader)")
      try await bed.audit.sql("GRANT CREATE ON DATABASE \(bed.auditDatabase) TO \(writer)")
      let secret = try Self.file(bed, "password", TestBed.password + "\n")
      let config = try Self.file(
        bed, "secrets.properties", "audit.password=\(TestBed.password)\naudit.user=\(writer)\n")
      let settings = [
        "DATABASE_URL": bed.sourceURI(reader), "DATABASE_PASSWORD_FILE": secret, "AUDIT_URL": "",
        "AUDIT_HOSTNAME": "127.0.0.1", "AUDIT_PORT": "\(bed.audit.port)", "AUDIT_DBNAME": bed.auditDatabase,
        "LOG_LEVEL": "trace", "CDC_DIRECT_CONFIG": config, "HTTP_ENABLED": "true", "HTTP_PORT": "0",
      ]
      let program = try await bed.start(settings)
      try await bed.waitForStream(program)
      try await bed.change(1...3)
      try await bed.waitForRows(3, program)
      #expect(!Self.arguments(of: program.pid).contains("s3cr3t"))
      #expect(await program.terminate() == .exited(0), "\(program.lastWords)")
      #expect(!program.standardError.contains("s3cr3t") && !program.standardOutput.contains("s3cr3t"))
      for words in [["config"], ["config", "--json"], ["check"], ["check", "--json"], ["status", "--sample", "0"]] {
        let result = try await bed.command(words, settings)
        #expect(result.status == .exited(0), "\(words): \(result.output)\(result.error)")
        #expect(!result.output.contains("s3cr3t") && !result.error.contains("s3cr3t"), "\(words)")
      }
    }

    private static func arguments(of pid: Int32) -> String {
      guard let file = fopen("/proc/\(pid)/cmdline", "r") else { return "s3cr3t: no process" }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = fread(&bytes, 1, bytes.count, file)
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}
