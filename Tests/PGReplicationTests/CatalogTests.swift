import PGReplication
import Testing

@Suite struct CatalogTests {
  private func oid(_ connection: borrowing Connection, _ expression: String) throws -> UInt32 {
    let text = try connection.execute("SELECT \(expression)::oid").scalar
    return try #require(text.flatMap { UInt32($0) })
  }

  @Test func `a relation is described with keys, defaults and generation`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, gone int, b varchar(20) NOT NULL DEFAULT 'it''s',
        c numeric(10,2), d int GENERATED ALWAYS AS (a_of(c)) STORED, PRIMARY KEY (b, a) INCLUDE (c))
      """.replacing("a_of(c)", with: "(c * 2)::int"))
    try await bench.sql("ALTER TABLE t DROP COLUMN gone; ALTER TABLE t REPLICA IDENTITY FULL")
    let connection = try Connection(bench.conninfo.metadata)
    let oid = try oid(connection, "'public.t'::regclass")
    let relation = try #require(try Catalog.describe(relation: oid, on: connection))
    #expect(relation.name == TableName(schema: "public", name: "t") && relation.kind == .table)
    #expect(relation.primaryKey == ["b", "a"] && relation.replicaIdentity == .full)
    #expect(relation.columns.map(\.name) == ["a", "b", "c", "d"])
    #expect(relation.columns.map(\.number) == [1, 3, 4, 5])
    #expect(relation.columns.map(\.typeName) == ["integer", "character varying(20)", "numeric(10,2)", "integer"])
    #expect(relation.columns.map(\.isNotNull) == [true, true, false, false])
    #expect(relation.columns.map(\.generation) == [.identityAlways, .none, .none, .stored])
    #expect(relation.columns[1].defaultExpression == "'it''s'::character varying")
    #expect(relation.columns[1].typeModifier == 24 && relation.columns[1].typeOID == 1043)
    #expect(try Catalog.describe(relation: 4_000_000_000, on: connection) == nil)
    try await bench.clear()
  }

  @Test func `types are described to any depth`() async throws {
    let bench = try await Bench.set(
      """
      CREATE EXTENSION hstore; CREATE TYPE mood AS ENUM ('sad', 'ok, "fine"'); CREATE DOMAIN year AS int CHECK (VALUE > 0);
      CREATE DOMAIN years AS year[]; CREATE TYPE pair AS (m mood, gone int, y years, h hstore);
      ALTER TYPE pair DROP ATTRIBUTE gone; CREATE TYPE span AS RANGE (subtype = float8)
      """)
    let connection = try Connection(bench.conninfo.metadata)
    func type(_ name: String) throws -> UInt32 { try oid(connection, "'\(name)'::regtype") }
    let pairs = try type("public.pair[]")
    let names = [
      "public.span", "pg_catalog.box[]", "pg_catalog.int2vector", "public.span_multirange", "pg_catalog.point",
    ]
    let types = try Catalog.types([pairs, 4_000_000_000] + names.map(type), on: connection)
    #expect(types[pairs]?.kind == .array(element: try type("public.pair"), delimiter: UInt8(ascii: ",")))
    guard case .composite(let attributes) = types[try type("public.pair")]?.kind else {
      Issue.record("no composite")
      return
    }
    #expect(attributes.map(\.name) == ["m", "y", "h"])
    #expect(types[try type("public.mood")]?.kind == .enumeration(["sad", "ok, \"fine\""]))
    #expect(types[try type("public.years")]?.kind == .domain(base: try type("public.year[]"), modifier: -1))
    #expect(types[try type("public.year")]?.kind == .domain(base: 23, modifier: -1))
    #expect(types[23]?.kind == .scalar && types[23]?.name == "int4")
    let hstore = types[try type("public.hstore")]
    #expect(
      hstore?.isHstore == true && hstore?.kind == .hasJSONCast(function: "hstore_to_json", fromExtension: "hstore"))
    #expect(types[try type("public.span")]?.kind == .range(subtype: 701))
    #expect(types[try type("public.span_multirange")]?.kind == .multirange(range: try type("public.span")))
    #expect(types[try type("pg_catalog.box[]")]?.kind == .array(element: 603, delimiter: UInt8(ascii: ";")))
    #expect(types[22]?.kind == .vector(element: 21) && types[600]?.kind == .scalar)
    #expect(types[4_000_000_000] == nil)
    try await bench.clear()
  }

  @Test func `tables come in the order of the snapshot`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE b (i int PRIMARY KEY); CREATE SCHEMA a; CREATE TABLE a.z (i int); CREATE VIEW v AS SELECT 1;
      CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
      CREATE UNLOGGED TABLE u (i int); CREATE PUBLICATION one FOR TABLE b; INSERT INTO b VALUES (1), (2); ANALYZE b
      """)
    let connection = try Connection(bench.conninfo.metadata)
    let tables = try Catalog.tables(on: connection)
    #expect(tables.map(\.name.description) == ["a.z", "public.b", "public.p", "public.p1"])
    #expect(tables.map(\.kind) == [.table, .table, .partitioned, .table])
    #expect(tables.map(\.isPartition) == [false, false, false, true])
    #expect(tables[3].partitionRoot == TableName(schema: "public", name: "p"))
    #expect(tables[0].estimatedRows == nil && tables[1].estimatedRows == 2)
    #expect(try Catalog.tables(publishedBy: ["one", "x\"y"], on: connection).map(\.name.name) == ["b"])
    try await bench.clear()
  }
}
