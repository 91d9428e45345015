import PGReplication
import Testing

@Suite struct PublicationTests {
  private static let tables = """
    CREATE TABLE a (i int PRIMARY KEY, j int); CREATE TABLE b (i int PRIMARY KEY); CREATE SCHEMA "S x";
    CREATE TABLE "S x"."T""q" (i int PRIMARY KEY)
    """
  private let a = TableName(schema: "public", name: "a")
  private let b = TableName(schema: "public", name: "b")
  private let odd = TableName(schema: "S x", name: "T\"q")

  @Test func `each mode makes its publication once`() async throws {
    let bench = try await Bench.set(Self.tables)
    let connection = try Connection(bench.conninfo.metadata)
    for (mode, all) in [(PublicationAutocreateMode.allTables, true), (.noTables, false)] {
      let name = mode.rawValue
      #expect(try Publication.ensure(name, mode: mode, tables: [], on: connection) == .created)
      #expect(try Publication.ensure(name, mode: mode, tables: [a], on: connection) == .unchanged)
      let made = try #require(try Publication.read(name, on: connection))
      #expect(made.allTables == all && !made.viaRoot && made.operations == Set(Publication.Operation.allCases))
    }
    let error = #expect(throws: PostgresError.self) {
      try Publication.ensure("none", mode: .disabled, tables: [], on: connection)
    }
    #expect(error?.sqlState == .undefinedObject && error?.isTransient == false)
    #expect(error?.description.contains("publication.autocreate.mode") == true)
    try await bench.clear()
  }

  @Test func `filtered follows the list by differences and never drops the publication`() async throws {
    let bench = try await Bench.set(Self.tables)
    let connection = try Connection(bench.conninfo.metadata)
    func ensure(_ tables: [TableName]) throws -> Publication.Outcome {
      try Publication.ensure("f\"x", mode: .filtered, tables: tables, publishViaPartitionRoot: true, on: connection)
    }
    #expect(try ensure([a, odd]) == .created)
    let oid = try connection.execute("SELECT oid FROM pg_publication").scalar
    #expect(try ensure([odd, a]) == .unchanged)
    #expect(try ensure([b, odd]) == .altered(added: [b], dropped: [a]))
    #expect(try Publication.members(of: "f\"x", on: connection) == [odd, b])
    #expect(try ensure([]) == .altered(added: [], dropped: [odd, b]))
    #expect(try connection.execute("SELECT oid FROM pg_publication").scalar == oid)
    #expect(try Publication.read("f\"x", on: connection)?.viaRoot == true)
    try await bench.clear()
  }

  @Test func `published tables come with columns and filters`() async throws {
    let bench = try await Bench.set(Self.tables)
    let connection = try Connection(bench.conninfo.metadata)
    let offersLists = connection.serverVersion >= 150_000
    let first = offersLists ? "public.a (i) WHERE (i > 3)" : "public.a"
    try connection.execute("CREATE PUBLICATION p FOR TABLE \(first), \"S x\".\"T\"\"q\"")
    let tables = try #require(try Publication.read("p", on: connection)).tables(on: connection)
    #expect(tables.map(\.table) == [odd, a])
    #expect(tables.map(\.columns) == (offersLists ? [["i"], ["i"]] : [nil, nil]))
    #expect(tables.map(\.rowFilter) == (offersLists ? [nil, "(i > 3)"] : [nil, nil]))
    try await bench.clear()
  }
}

@Suite struct ReplicaIdentityAutosetTests {
  @Test func `entries are read, anchored and matched in order`() throws {
    let autoset = try ReplicaIdentityAutoset(
      parsing: "public.a:FULL, public\\.b.*: index b_key ,.*:nothing,public.c:DEFAULT")
    #expect(autoset.rules.map(\.identity) == [.full, .index("b_key"), .nothing, .default])
    #expect(autoset.identity(for: TableName(schema: "public", name: "a")) == .full)
    #expect(autoset.identity(for: TableName(schema: "public", name: "ab")) == .nothing)
    #expect(autoset.identity(for: TableName(schema: "public", name: "b2")) == .index("b_key"))
    #expect(try ReplicaIdentityAutoset(parsing: " ").rules.isEmpty)
    #expect(try ReplicaIdentityAutoset(parsing: "s.t:FULL").identity(for: TableName(schema: "x", name: "s.t")) == nil)
  }

  @Test(arguments: ["public.a", "public.a:ALL", "(:FULL", ":FULL", "a:INDEX", "a:FULL x"])
  func `an entry that cannot be used is quoted`(text: String) {
    let error = #expect(throws: ReplicaIdentityAutoset.Invalid.self) { try ReplicaIdentityAutoset(parsing: text) }
    #expect(error?.description.contains(text) == true)
  }

  @Test func `only tables that differ are altered`() async throws {
    let bench = try await Bench.set(
      "CREATE TABLE a (i int PRIMARY KEY); CREATE TABLE b (i int NOT NULL); CREATE UNIQUE INDEX \"b Key\" ON b (i)")
    let connection = try Connection(bench.conninfo.metadata)
    let autoset = try ReplicaIdentityAutoset(parsing: "public.a:FULL")
    let a = TableName(schema: "public", name: "a")
    let b = TableName(schema: "public", name: "b")
    #expect(try autoset.apply(to: [a, b], on: connection).map(\.table) == [a])
    #expect(try autoset.apply(to: [a, b], on: connection).isEmpty)
    try await bench.sql("ALTER INDEX \"b Key\" RENAME TO b_key")
    let indexed = try ReplicaIdentityAutoset(parsing: "public.b:INDEX b_key")
    #expect(try indexed.apply(to: [a, b], on: connection).map(\.identity) == [.index("b_key")])
    #expect(try indexed.apply(to: [a, b], on: connection).isEmpty)
    try await bench.clear()
  }
}
