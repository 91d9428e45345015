import Settings
import Testing

@Suite struct CheckTests {
  @Test func `all problems are told together, each with key, place and way out`() {
    let found = problems(
      """
      database.hostnme: db
      http.port: many
      table.include.list: public.a
      table.exclude.list: public.b
      schema.include.list: "(("
      snapshot.mode: custom
      signal.data.collection: public.signals
      table.whitelist: public.a
      """, requiring: [.database, .audit])
    let codes = Dictionary(grouping: found, by: \.code).mapValues { $0.compactMap(\.key) }
    #expect(codes[.unknownKey] == ["database.hostnme"])
    #expect(codes[.badValue] == ["http.port", "schema.include.list"])
    #expect(codes[.contradiction] == ["table.include.list"])
    #expect(codes[.refused] == ["signal.data.collection", "snapshot.mode", "table.whitelist"])
    #expect(codes[.missing] == ["database.url", "audit.url"])
    let text = SettingsError(found).description
    #expect(text.contains("database.hostnme (test.yaml:1): there is no such key. Did you mean database.hostname?"))
    #expect(text.contains("A whole number from 0 to 65535 is expected."))
    #expect(text.contains("'((' is not a regular expression"))
    #expect(found.allSatisfy { !$0.hint.isEmpty })
  }

  @Test(arguments: [
    ("slot.nam", "slot.name"), ("tabel.include.list", "table.include.list"), ("Database.Hostname", "database.hostname"),
    ("audit.batch.max.change", "audit.batch.max.changes"), ("snapshot.modes", "snapshot.mode"),
    ("debezium.source.slot.name", "slot.name"), ("logical_decoding_message.prefix.include.list", ""),
  ])
  func `the nearest valid key is named`(wrong: String, right: String) {
    let nearest = KeyTable.nearest(to: wrong)
    #expect(right.isEmpty ? nearest == nil || nearest?.isEmpty == false : nearest == right)
  }

  @Test(arguments: [
    ("slot.name", "Has Capitals"), ("slot.name", String(repeating: "a", count: 64)), ("http.port", "65536"),
    ("http.enabled", "maybe"), ("audit.url", "host=trail password=swordfish"), ("snapshot.mode", "sometimes"),
    ("audit.batch.max.bytes", "4 potatoes"), ("audit.batch.max.bytes", "99999999999999999999"),
    ("audit.batch.max.bytes", "9223372036854775807GiB"), ("skipped.operations", "c,x"),
    ("slot.stream.params", "novalue"), ("replica.identity.autoset.values", "public.a:SOME"),
    ("audit.synchronous.commit", "off"), ("database.user", "a\0b"), ("audit.schema", String(repeating: "ä", count: 32)),
    ("decimal.handling.mode", "precisely"), ("table.include.list", "a[b"),
  ])
  func `a bad value is told with what was expected`(key: String, text: String) {
    let found = problems(arguments: [argument(key, text)])
    #expect(found.map(\.code) == [.badValue])
    #expect(found.first?.hint.contains("expected") == true)
    #expect(!"\(SettingsError(found))".contains("swordfish"))
  }

  @Test(arguments: [
    ["database.url", "database.hostname"], ["audit.url", "audit.user"],
    ["schema.include.list", "schema.exclude.list"],
    ["column.include.list", "column.exclude.list"],
  ])
  func `keys that exclude each other are a problem`(keys: [String]) {
    let found = problems(
      arguments: keys.map { argument($0, $0.hasSuffix("url") ? "postgresql://a:hunter2@b/c" : "abc") })
    #expect(found.map(\.code) == [.contradiction])
    #expect(keys.allSatisfy { "\(found)".contains($0) })
    #expect(!"\(found)".contains("hunter2"))
  }

  @Test func `columns to mask are never ignored`() {
    for key in [
      "column.mask.with.10.chars", "column.truncate.to.20.chars", "column.mask.hash.SHA-256.with.salt.CzQMA0cB5K",
      "column.mask.hash.v2.SHA-256.with.salt.CzQMA0cB5K",
    ] {
      let found = problems(arguments: [argument(key, "public.people.ssn")])
      #expect(found.map(\.code) == [.refused])
      #expect(!"\(found)".contains("CzQMA0cB5K"))
    }
  }

  @Test func `a transformation that may hide data is refused, one that reshapes events is accepted`() throws {
    let settings = try load(
      "transforms=unwrap\ntransforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState\n"
        + "transforms.unwrap.drop.tombstones=false", as: "a.properties")
    #expect(settings.notices.count == 3)
    let found = problems(
      "transforms=f\ntransforms.f.type=io.debezium.transforms.Filter", as: "a.properties")
    #expect(found.map(\.key) == ["transforms.f.type"])
  }

  @Test func `a property that is not supported passes with its default`() {
    #expect(problems("database.gssEncMode: ALLOW").isEmpty)
    #expect(problems("database.gssEncMode: require").map(\.code) == [.refused])
  }

  @Test func `never is an alias of no_data and says so`() throws {
    let settings = try load("snapshot.mode: never", as: "a.yaml")
    #expect(settings.snapshot.mode == .noData)
    #expect(settings.notices == ["snapshot.mode=never (a.yaml:1) means no_data"])
  }

  @Test(arguments: [("certificate", "key"), ("key", "certificate")])
  func `a certificate and its key go together`(given: String, missing: String) {
    let found = problems("http.tls.\(given)_file: /etc/tls.pem")
    #expect(found.map(\.code) == [.missing])
    #expect(found.map(\.key) == ["http.tls.\(missing)_file"])
    #expect(found.first?.text.contains("http.tls.\(given)_file") == true)
  }

  @Test func `missing parts of a connection are named one by one`() {
    let found = problems(
      "database.hostname: db\naudit.dbname: trail", requiring: [.database, .audit])
    #expect(found.map(\.key) == ["database.user", "database.dbname", "audit.hostname", "audit.user"])
    #expect(found.allSatisfy { $0.code == .missing })
    #expect(problems(environment: required, requiring: [.database, .audit]).isEmpty)
  }
}

extension SettingsError {
  init(_ problems: [Problem]) { self.init(problems: problems) }
}
