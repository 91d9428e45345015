import PGReplication
import Testing

@Suite struct CopyTests {
  @Test func `rows go in, split anywhere, and come out`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int, s text)")
    let connection = try bench.connect()
    try connection.beginCopyIn("COPY t FROM STDIN")
    let rows = Array((0..<20_000).map { "\($0)\tvalue \($0)\n" }.joined().utf8)
    try connection.putCopyData(rows.span.bytes.extracting(0..<7))
    try connection.putCopyData(rows.span.bytes.extracting(7..<rows.count))
    #expect(try connection.endCopyIn() == 20_000)
    try connection.beginCopyOut("COPY (SELECT * FROM t ORDER BY i) TO STDOUT")
    var out: [UInt8] = []
    while try connection.nextCopyRow({ row in row.withUnsafeBytes { out.append(contentsOf: $0) } }) {}
    #expect(out == rows)
    #expect(try connection.execute("SELECT count(*) FROM t").scalar == "20000")
    try await bench.clear()
  }

  @Test func `a poison row is named by line and column`() async throws {
    let bench = try await Bench.set("CREATE TABLE audit_log (id int, new_data jsonb)")
    let connection = try bench.connect()
    try connection.execute("BEGIN")
    try connection.beginCopyIn("COPY audit_log (id, new_data) FROM STDIN")
    let rows = Array("1\t{}\n2\t{\"a\": \"\\\\u0000\"}\n3\t{}\n".utf8)
    let error = #expect(throws: PostgresError.self) {
      try connection.putCopyData(rows.span.bytes)
      try connection.endCopyIn()
    }
    #expect(error?.sqlState?.rawValue == "22P05", "\(String(reflecting: error))")
    #expect(error?.context?.contains("COPY audit_log, line 2, column new_data") == true)
    #expect(error?.description.contains("u0000") == false)
    let isInTransaction = connection.isInTransaction
    #expect(isInTransaction)
    try connection.execute("ROLLBACK")
    try await bench.clear()
  }

  @Test func `an early refusal ends a long copy before its end`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int)")
    let connection = try bench.connect()
    try connection.beginCopyIn("COPY t FROM STDIN")
    let bad = Array("x\n".utf8)
    let rows = Array(String(repeating: "1\n", count: 100_000).utf8)
    try connection.putCopyData(bad.span.bytes)
    var error: PostgresError?
    var rounds = 0
    while error == nil && rounds < 1000 {
      do { try connection.putCopyData(rows.span.bytes) } catch let refused { error = refused }
      rounds += 1
    }
    #expect(error?.sqlState?.rawValue == "22P02")
    #expect(rounds < 1000)
    #expect(try connection.execute("SELECT count(*) FROM t").scalar == "0")
    try await bench.clear()
  }

  @Test func `notices during a copy are no refusal`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE t (i int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE WARNING 'row %', NEW.i; RETURN NEW; END $$;
      CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()
      """)
    let connection = try bench.connect()
    try connection.beginCopyIn("COPY t FROM STDIN")
    let rows = Array(String(repeating: "1\n", count: 10_000).utf8)
    for _ in 0..<5 { try connection.putCopyData(rows.span.bytes) }
    #expect(try connection.endCopyIn() == 50_000)
    try await bench.clear()
  }

  @Test func `an abandoned copy leaves nothing and a usable session`() async throws {
    let bench = try await Bench.set("CREATE TABLE t (i int)")
    let connection = try bench.connect()
    try connection.beginCopyIn("COPY t FROM STDIN")
    let row = Array("1\n".utf8)
    try connection.putCopyData(row.span.bytes)
    try connection.abortCopyIn(reason: "test")
    #expect(try connection.execute("SELECT count(*) FROM t").scalar == "0")
    let none = #expect(throws: PostgresError.self) { try connection.beginCopyIn("COPY nowhere FROM STDIN") }
    #expect(none?.sqlState == .undefinedTable)
    #expect(try connection.execute("SELECT 1").scalar == "1")
    try await bench.clear()
  }
}
