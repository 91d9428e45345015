import Settings
import Testing

@Suite struct SecretTests {
  @Test func `no print-out, description or dump shows a secret`() throws {
    let settings = try Settings.load(
      texts: [
        (
          "a.properties",
          "database.hostname=db\ndatabase.user=u\ndatabase.dbname=d\ndatabase.password=hunter2\n"
            + "database.sslpassword=hunter2\nproducer.override.sasl.jaas.config=hunter2\n"
            + "value.converter.basic.auth.user.info=hunter2\nconverter.x.secret=hunter2\n"
            + "audit.url=postgresql://writer:hunter2@trail:5433/audit?sslpassword=hunter2\n"
        )
      ])
    var text = "\(settings.effective) \(settings.notices) \(settings) \(settings.database) \(settings.audit)"
    text += String(reflecting: settings)
    dump(settings, to: &text)
    #expect(!text.contains("hunter2"))
    let url = settings.effective.first { $0.key == "audit.url" }
    #expect(url?.text == "postgresql://****@trail:5433/audit?****")
    #expect(settings.effective.first { $0.key == "database.password" }?.text == "****")
    #expect(settings.audit.connection["dbname"]?.contains("hunter2") == true)
  }

  @Test func `no print-out, description or dump shows a salt`() throws {
    let settings = try Settings.load(
      texts: [("a.properties", "column.mask.hash.MD5.with.salt.hunter2=public.t.a\ntopic.prefix=a")],
      environment: required, requiring: [.database, .events])
    var text = "\(settings.effective) \(settings.notices) \(settings) \(settings.events)"
    text += String(reflecting: settings)
    dump(settings, to: &text)
    #expect(!text.contains("hunter2"))
    #expect(settings.events.values.rules.first?.action == .hash(algorithm: "MD5", salt: "hunter2", version: 1))
  }

  @Test(arguments: [
    "postgresql://u:pa?ss@host/db", "postgresql://host/db?password=x@pass", "postgresql://u:pa@ss@host/db",
    "postgresql://u:pass", "postgresql://u:pass/db", "postgres://u:pa:/ss@h/d?sslpassword=pass",
  ])
  func `a URI in any shape never shows its password`(uri: String) throws {
    let settings = try Settings.load(arguments: [argument("audit.url", uri)], requiring: [])
    let shown = try #require(settings.effective.first { $0.key == "audit.url" }?.text)
    #expect(!shown.contains("pa"))
    #expect(!shown.contains("ss"), "\(shown)")
    #expect(shown.contains("****"))
  }

  @Test func `a wrong key or value of a secret shows no text`() {
    let found = problems(
      arguments: [
        argument("database.pasword", "hunter2"), argument("audit.url", "hunter2"),
        argument("audit.password", "hunter2\0"),
      ])
    #expect(found.count == 3)
    #expect(!"\(found) \(SettingsError(found))".contains("hunter2"))
  }
}
