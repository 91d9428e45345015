import Settings
import Testing

@Suite struct SourceSyntaxTests {
  @Test func `YAML is read nested and with dots, numbers and texts alike`() throws {
    let settings = try load(
      """
      database: {hostname: db, port: "5433", user: reader}
      database.dbname: app
      database.password: 0123
      slot:
        name: audit_slot
      table.include.list:
        - public.people
        - public.a{1,2}
      audit.batch.max.changes: 500
      slot.drop.on.stop: yes
      """, as: "cdc.yaml")
    #expect(settings.database.connection["host"] == "db")
    #expect(settings.database.connection["port"] == "5433")
    #expect(settings.database.connection["password"] == "0123")
    #expect(settings.slot.name == "audit_slot")
    #expect(settings.slot.dropOnStop)
    #expect(settings.audit.batchMaxChanges == 500)
    #expect(settings.capture.tableInclude.patterns == ["public.people", "public.a{1,2}"])
    let port = settings.effective.first { $0.key == "database.port" }
    #expect(port?.origin == .file(path: "cdc.yaml", line: 1))
    #expect(settings.effective.first { $0.key == "slot.name" }?.origin == .file(path: "cdc.yaml", line: 5))
  }

  @Test func `a YAML scalar keeps its text whatever type it looks like`() throws {
    for text in ["007", "1e3", "0x10", "1_000", "2001-01-01", "true", "1.10", "12:30:45"] {
      let settings = try load("database.password: \(text)", as: "cdc.yaml")
      #expect(settings.database.connection["password"] == text)
    }
  }

  @Test func `JSON is read nested and with dots, with lines and escapes`() throws {
    let settings = try load(
      """
      {
        "database": {"hostname": "db\\u002dprim\\u00e4r \\ud83d\\ude00", "port": 5433},
        "slot.drop.on.stop": true,
        "table.include.list": ["public.people", "public.roles"],
        "database.sslmode": null
      }
      """, as: "cdc.json")
    #expect(settings.database.connection["host"] == "db-primär 😀")
    #expect(settings.database.connection["port"] == "5433")
    #expect(settings.slot.dropOnStop)
    #expect(settings.capture.tableInclude.patterns == ["public.people", "public.roles"])
    #expect(settings.effective.first { $0.key == "slot.drop.on.stop" }?.origin == .file(path: "cdc.json", line: 3))
  }

  @Test(arguments: [
    "{", "{\"a\"", "{\"a\":}", "{\"a\":1,}", "[1", "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\q\"}",
    "{\"a\":nul}", "{\"a\":0x10}", "{} {}", "{\"a\":\"x\ny\"}", "", "{\"a\":\"open", "{\"a\":-}",
    String(repeating: "[", count: 100_000),
  ])
  func `broken JSON is a problem with its place`(text: String) {
    let found = problems(text, as: "cdc.json")
    #expect(found.map(\.code) == [.malformed])
    guard case .file("cdc.json", .some) = found.first?.origin else {
      Issue.record("no place: \(found)")
      return
    }
  }

  @Test(arguments: ["a: [", "a: b: c", "\tx: 1", "a: *nobody", "- a\n- b", "? [a]\n: b", "a: 1\n---\nb: 2", "%"])
  func `broken YAML is a problem`(text: String) {
    #expect(problems(text, as: "cdc.yaml").contains { $0.code == .malformed })
  }

  @Test func `deeply nested YAML is refused, and an alias bomb too`() {
    #expect(problems(String(repeating: "[", count: 100_000), as: "cdc.yaml").map(\.code) == [.malformed])
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let alias = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(alias)]\n"
    }
    #expect(problems(bomb, as: "cdc.yaml").map(\.code) == [.malformed])
  }

  @Test func `an error of the file's form never quotes the line, which may hold a secret`() {
    for name in ["cdc.yaml", "cdc.json"] {
      let found = problems("{\"database.password\": \"hunter2\" \"}", as: name)
      #expect(!found.isEmpty)
      #expect(!"\(SettingsError(found))".contains("hunter2"))
    }
  }

  @Test func `a Java properties file is read with all its escapes`() throws {
    let settings = try load(
      #"""
      # a comment
        ! another
      database.hostname = db
      database.port:5433
      database.user reader
      database\.dbname=app\u00e4\ud83d\ude00
      database.password=\ pass\=word\\
      table.include.list = public.people,\
          public.roles
      heartbeat.action.query=SELECT\t1
      slot.name=
      # a comment does not continue \
      schema.exclude.list=a:b=c
      """#, as: "connector.properties")
    #expect(settings.database.connection["host"] == "db")
    #expect(settings.database.connection["port"] == "5433")
    #expect(settings.database.connection["user"] == "reader")
    #expect(settings.database.connection["dbname"] == "appä😀")
    #expect(settings.database.connection["password"] == " pass=word\\")
    #expect(settings.capture.tableInclude.patterns == ["public.people", "public.roles"])
    #expect(settings.heartbeat.actionQuery == "SELECT\t1")
    #expect(settings.slot.name == "debezium")
    #expect(settings.capture.schemaExclude.patterns == ["a:b=c"])
    #expect(settings.effective.first { $0.key == "table.include.list" }?.origin.description.hasSuffix(":8") == true)
  }

  @Test func `a broken escape in a properties file is a problem with its line`() {
    let found = problems("slot.name=a\ndatabase.user=\\u12", as: "connector.properties")
    #expect(found.map(\.code) == [.malformed])
    #expect(found.first?.origin == .file(path: "connector.properties", line: 2))
  }

  @Test func `line ends of Windows and a byte order mark do no harm`() throws {
    let settings = try load("slot.name=a\r\nslot.failover=true\r\n", as: "connector.properties")
    #expect(settings.slot.name == "a")
    #expect(settings.slot.failover)
  }

  @Test(arguments: [
    ("slot.name: a\nslot.name: b", "cdc.yaml"), ("slot.name: a\nslot: {name: b}", "cdc.yaml"),
    ("{\"slot.name\":\"a\",\"slot.name\":\"b\"}", "cdc.json"),
    ("{\"slot.name\":\"a\",\"slot\":{\"name\":\"b\"}}", "cdc.json"),
  ])
  func `a key given twice in one file is a problem`(text: String, name: String) {
    let found = problems(text, as: name)
    #expect(found.map(\.code) == [.duplicate])
    #expect(found.first.map { "\($0)".contains("slot.name") } == true)
  }

  @Test func `a later line of a properties file replaces an earlier one, as in Java`() throws {
    #expect(try load("slot.name=a\nslot.name=b", as: "cdc.properties").slot.name == "b")
  }

  @Test func `a file that is missing, or of an unknown kind, is a problem`() {
    #expect(throws: SettingsError.self) { try Settings.load(files: ["/nowhere/cdc.yaml"], requiring: []) }
    #expect(problems("x", as: "cdc.conf").map(\.code) == [.unreadable])
  }

  @Test func `an answer of Kafka Connect's REST interface is read`() throws {
    let settings = try load(
      """
      {"name": "inventory", "config": {"slot.name": "a", "name": "inventory"},
       "tasks": [{"connector": "inventory", "task": 0}], "type": "source"}
      """, as: "connector.json")
    #expect(settings.slot.name == "a")
  }
}
