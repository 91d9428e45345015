import Decoder
import Executors
import PGReplication
import ServerKit
import Testing
import WAL

@testable import Pipeline

/// Signals and snapshots of events against a server of their own.
@Suite struct SignalDatabaseTests {
  static let server = Task { try await PostgresServer.start(.init(label: "signals")) }

  /// A database that holds what the statements make.
  struct Bench {
    let server: PostgresServer
    let database: String

    static func set(_ statements: String) async throws -> Bench {
      let bench = Bench(
        server: try await SignalDatabaseTests.server.value, database: "t\(UInt64.random(in: .min ... .max))")
      try await bench.server.sql("CREATE DATABASE \(bench.database)")
      try await bench.sql(
        """
        CREATE TABLE debezium_signal (id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
        \(statements)
        """)
      return bench
    }

    @discardableResult
    func sql(_ statements: String) async throws -> String { try await server.sql(statements, database: database) }

    var source: SourceSettings {
      SourceSettings(
        conninfo: Conninfo(Dictionary(uniqueKeysWithValues: server.conninfo(database: database))), slot: "s",
        publication: "p")
    }

    func clear() async throws { try await server.sql("DROP DATABASE \(database) WITH (FORCE)") }
  }

  static let signals = TableName(schema: "public", name: "debezium_signal")

  private func lines(_ chunk: SnapshotChunk) -> [String] {
    (0..<chunk.rows.count).map { index in
      chunk.rows.withRow(index) { line in line.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) } }
    }
  }

  /// Reads a table to its end, playing the stream's part.
  private func read(
    _ table: String, _ settings: SignalSettings, _ source: SourceSettings, surrogateKey: String? = nil
  ) async throws -> (chunks: [[String]], last: [String]) {
    let session = SignalSession(source, settings, state: [])
    let key = surrogateKey.map { ", \"surrogate-key\": \"\($0)\"" } ?? ""
    var turn = try await session.received(
      Signal(id: "s1", type: "execute-snapshot", data: "{\"data-collections\": [\"\(table)\"]\(key)}"), offset: "")
    var chunks: [[String]] = []
    var statuses: [String] = []
    for _ in 0..<20 {
      for step in turn.steps {
        switch step {
        case .fill(let chunk): chunks.append(lines(chunk))
        case .notify(let note): statuses += note.details.filter { $0.name == "status" }.map(\.value)
        default: break
        }
      }
      guard !turn.state.isEmpty else { break }
      let connection = try Connection(source.conninfo)
      let last = try connection.execute(
        "SELECT id FROM debezium_signal WHERE type = 'snapshot-window-open' ORDER BY xmin::text::bigint DESC LIMIT 1")
      turn = try await session.received(
        Signal(id: last.scalar ?? "", type: "snapshot-window-close", data: nil), offset: "")
    }
    await session.close()
    return (chunks, statuses)
  }

  private func settings(chunk: Int) -> SignalSettings {
    var settings = SignalSettings(table: SignalDatabaseTests.signals)
    settings.chunkSize = chunk
    return settings
  }

  @Test func `chunks follow the key, composite ones in the key's order`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE comp (a int, b text, c int, PRIMARY KEY (b, a));
      INSERT INTO comp VALUES (1, 'x', 1), (2, 'x', 2), (1, 'y', 3), (2, E'y\\t', 4), (3, 'A''', 5);
      """)
    let read = try await read("public.comp", settings(chunk: 2), bench.source)
    #expect(read.chunks == [["3\tA'\t5", "1\tx\t1"], ["2\tx\t2", "1\ty\t3"], ["2\ty\\t\t4"]])
    #expect(read.last == ["SUCCEEDED"])
    let types = try await bench.sql("SELECT string_agg(type, ',' ORDER BY xmin::text::bigint) FROM debezium_signal")
    #expect(types == Array(repeating: "snapshot-window-open,snapshot-window-close", count: 4).joined(separator: ","))
    let data = try await bench.sql(
      """
      SELECT count(*) FROM debezium_signal WHERE data ~
        '^{"openWindowTimestamp": "[0-9T:.-]+Z", "closeWindowTimestamp": "[0-9T:.-]+Z"}$' AND id ~ '^[0-9a-f-]{36}-close$'
      """)
    #expect(data == "4")
    try await bench.clear()
  }

  @Test func `rows whose surrogate key is NULL come last`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE s (id int PRIMARY KEY, n int);
      INSERT INTO s VALUES (1, 5), (2, NULL), (3, 1), (4, 1), (6, 7);
      """)
    let read = try await read("public.s", settings(chunk: 2), bench.source, surrogateKey: "n")
    #expect(read.chunks.map { $0.sorted() } == [["3\t1", "4\t1"], ["1\t5", "6\t7"], ["2\t\\N"]])
    try await bench.clear()
  }

  @Test func `without a primary key a unique index orders the table, without either it is left out`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TABLE u (id int NOT NULL UNIQUE); INSERT INTO u VALUES (2), (1);
      CREATE TABLE k (id int); INSERT INTO k VALUES (1);
      CREATE TABLE e (id int PRIMARY KEY);
      """)
    #expect(try await read("public.u", settings(chunk: 5), bench.source).chunks == [["1", "2"]])
    #expect(try await read("public.k", settings(chunk: 5), bench.source).last == ["NO_PRIMARY_KEY"])
    #expect(try await read("public.e", settings(chunk: 5), bench.source).last == ["EMPTY"])
    #expect(try await read("public.none", settings(chunk: 5), bench.source).last == ["UNKNOWN_SCHEMA"])
    try await bench.clear()
  }

  @Test(arguments: [true, false])
  func `a key of timestamps ends after its first chunk as it does with Debezium, unless that is off`(
    quirks: Bool
  ) async throws {
    let bench = try await Bench.set(
      "CREATE TABLE t (k timestamptz PRIMARY KEY); INSERT INTO t VALUES ('2020-01-01'), ('2020-01-02')")
    var settings = settings(chunk: 1)
    settings.quirks = quirks
    let read = try await read("public.t", settings, bench.source)
    #expect(read.chunks.count == (quirks ? 1 : 2))
    #expect(read.last == [quirks ? "SQL_EXCEPTION" : "SUCCEEDED"])
    try await bench.clear()
  }

  @Test func `keys of many types are compared`() async throws {
    let bench = try await Bench.set(
      """
      CREATE TYPE mood AS ENUM ('b', 'a');
      CREATE TABLE t1 (k uuid PRIMARY KEY); INSERT INTO t1 SELECT lpad(i::text, 32, '0')::uuid FROM generate_series(1,3) i;
      CREATE TABLE t2 (k bytea PRIMARY KEY); INSERT INTO t2 VALUES ('\\x01'), ('\\x0209'), ('\\x02');
      CREATE TABLE t3 (k mood PRIMARY KEY); INSERT INTO t3 VALUES ('a'), ('b');
      CREATE TABLE t4 (k boolean PRIMARY KEY); INSERT INTO t4 VALUES (true), (false);
      CREATE TABLE t5 (k char(4) PRIMARY KEY); INSERT INTO t5 VALUES ('b'), ('a');
      CREATE TABLE t6 (k numeric PRIMARY KEY); INSERT INTO t6 VALUES (1.5), (-2), ('NaN');
      CREATE DOMAIN d AS text; CREATE TABLE t7 (k d PRIMARY KEY); INSERT INTO t7 VALUES ('\\'), ('''');
      """)
    let counts = [("t1", 3), ("t2", 3), ("t3", 2), ("t4", 2), ("t5", 2), ("t6", 3), ("t7", 2)]
    for (table, count) in counts {
      let read = try await read("public.\(table)", settings(chunk: 1), bench.source)
      #expect(read.chunks.count == count, "\(table)")
      #expect(read.last == ["SUCCEEDED"], "\(table)")
    }
    try await bench.clear()
  }

  @Test func `a read-only snapshot writes nothing`() async throws {
    let bench = try await Bench.set("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1), (2), (3)")
    var settings = settings(chunk: 2)
    settings.readOnly = true
    let session = SignalSession(bench.source, settings, state: [])
    let first = try await session.received(
      Signal(id: "s1", type: "execute-snapshot", data: #"{"data-collections": ["public.a"]}"#), offset: "")
    #expect(first.watchesTransactions)
    var turn = first
    var chunks: [[String]] = []
    for _ in 0..<10 {
      for case .fill(let chunk) in turn.steps { chunks.append(lines(chunk)) }
      guard turn.watchesTransactions else { break }
      turn = try await session.reached(nil)
    }
    #expect(chunks == [["1", "2"], ["3"]])
    #expect(!turn.watchesTransactions)
    #expect(try await bench.sql("SELECT count(*) FROM debezium_signal") == "0")
    await session.close()
    try await bench.clear()
  }

  @Test func `with insert_delete a window closes by the deletion of its row`() async throws {
    let bench = try await Bench.set("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)")
    var settings = settings(chunk: 2)
    settings.watermarking = .insertDelete
    let session = SignalSession(bench.source, settings, state: [])
    let turn = try await session.received(
      Signal(id: "s1", type: "execute-snapshot", data: #"{"data-collections": ["public.a"]}"#), offset: "")
    #expect(try await bench.sql("SELECT count(*) FROM debezium_signal") == "0")
    #expect(!turn.state.isEmpty)
    #expect(try await session.deleted(id: "other").steps.isEmpty)
    await session.close()
    try await bench.clear()
  }
}
