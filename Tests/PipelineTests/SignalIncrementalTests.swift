import PGReplication
import Testing
import WAL

@testable import Pipeline

/// The expected sequences are those of Debezium's connector.
@Suite struct SignalIncrementalTests {
  private func request(_ tables: [String], _ id: String = "s1", condition: String? = nil) -> SnapshotRequest {
    SnapshotRequest(
      id: id, tables: tables, conditions: condition.map { [.init(tables: ".*", filter: $0)] } ?? [])
  }

  /// Steps in short: `STARTED a,b`, `2 rows of a`.
  private func text(_ steps: [SnapshotStep]) -> [String] {
    steps.compactMap { step in
      switch step {
      case .notify(let note):
        func detail(_ name: String) -> String? { note.details.first { $0.name == name }?.value }
        let parts = [
          note.id.count > 10 ? "(random)" : nil, note.kind.rawValue, detail("scanned_collection"),
          detail("current_collection_in_progress"), detail("last_processed_key"), detail("maximum_key"),
          detail("total_rows_scanned"), detail("status"), detail("data_collections").map { "[\($0)]" },
        ]
        return parts.compactMap(\.self).joined(separator: " ").split(separator: "public.").joined()
      case .fill(let chunk): return "\(chunk.rows.count) rows of \(chunk.table.name.name)"
      case .openWindow: return "open"
      case .emit: return "emit"
      case .blocking: return "blocking"
      case .log(let message): return "log \(message)"
      case .warn: return nil
      }
    }
  }

  @Test func `a table is read in chunks, each between its watermarks`() throws {
    var source = FakeChunks(["a": [1, 2, 3]])
    var snapshot = IncrementalSnapshot(.signalTable)
    #expect(
      text(try snapshot.execute(request(["public.a"]), &source))
        == ["STARTED [a]", "2 rows of a", "IN_PROGRESS a 2 3 [a]"])
    #expect(source.written == ["open", "close"])
    let first = try #require(snapshot.chunk)
    #expect(text(snapshot.opened(first + "-open")) == ["open"])
    #expect(snapshot.state.lastSent == nil)
    #expect(text(try snapshot.closed(first + "-close", &source)) == ["emit", "1 rows of a", "IN_PROGRESS a 3 3 [a]"])
    #expect(snapshot.state.lastSent == ["2"])
    // A watermark that came late means nothing.
    #expect(text(try snapshot.closed(first + "-close", &source)) == [])
    let second = try #require(snapshot.chunk)
    #expect(
      text(try snapshot.closed(second + "-close", &source))
        == ["emit", "TABLE_SCAN_COMPLETED a 3 SUCCEEDED [a]", "COMPLETED"])
    #expect(source.written == ["open", "close", "open", "close", "open", "close"])
    #expect(!snapshot.isRunning)
    #expect(snapshot.state.bytes.isEmpty)
    let third = try #require(snapshot.chunk)
    #expect(text(try snapshot.closed(third + "-close", &source)) == ["emit"])
  }

  @Test func `empty, keyless and unknown tables are passed over between the same two watermarks`() throws {
    var source = FakeChunks(["a": [1], "empty": [], "keyless": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    let tables = ["public.empty", "public.keyless", "public.none", "public.a"]
    #expect(
      text(try snapshot.execute(request(tables), &source)) == [
        "STARTED [empty,keyless,none,a]", "TABLE_SCAN_COMPLETED empty 0 EMPTY [empty,keyless,none,a]",
        "TABLE_SCAN_COMPLETED keyless 0 NO_PRIMARY_KEY [keyless,none,a]",
        "TABLE_SCAN_COMPLETED none 0 UNKNOWN_SCHEMA [none,a]", "1 rows of a", "IN_PROGRESS a 1 1 [a]",
      ])
    #expect(source.written == ["open", "close"])
  }

  @Test func `expressions are expanded, each table is read once, one that matches nothing stands for itself`() throws {
    var source = FakeChunks(["a": [1], "b": [1], "c": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    let steps = text(try snapshot.execute(request(["public.b", "public.*", "public.B"]), &source))
    #expect(steps.first == "STARTED [b,c,a,B]")
  }

  @Test func `tables asked for meanwhile wait, and notifications carry the later signal's id`() throws {
    var source = FakeChunks(["a": [1], "b": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    _ = try snapshot.execute(request(["public.a"]), &source)
    #expect(text(try snapshot.execute(request(["public.b"], "s2"), &source)) == [])
    #expect(snapshot.state.correlation == "s2")
    let steps = try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)
    #expect(
      text(steps) == ["emit", "TABLE_SCAN_COMPLETED a 1 SUCCEEDED [a,b]", "1 rows of b", "IN_PROGRESS b 1 1 [b]"])
  }

  @Test func `a paused snapshot sends what it has read and reads on when resumed`() throws {
    var source = FakeChunks(["a": [1, 2, 3]])
    var snapshot = IncrementalSnapshot(.signalTable)
    #expect(text(snapshot.pause()) == [])
    _ = try snapshot.execute(request(["public.a"]), &source)
    #expect(text(snapshot.pause()) == ["PAUSED [a]"])
    #expect(text(snapshot.pause()) == [])
    #expect(text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)) == ["emit"])
    #expect(source.written == ["open", "close"])
    #expect(
      text(try snapshot.resume(&source)) == ["RESUMED [a]", "1 rows of a", "IN_PROGRESS a 3 3 [a]"])
    #expect(text(try snapshot.resume(&source)) == [])
  }

  @Test func `stopping takes tables away before the next chunk`() throws {
    var source = FakeChunks(["a": [1, 2, 3], "b": [1], "c": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    snapshot.stop([])
    _ = try snapshot.execute(request(["public.a", "public.b", "public.c"]), &source)
    snapshot.stop(["public.b", "public.zz"])
    #expect(
      text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source))
        == ["emit", "ABORTED [b]", "1 rows of a", "IN_PROGRESS a 3 3 [a,c]"])
    snapshot.stop(["public.a"])
    #expect(
      text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source))
        == ["emit", "ABORTED [a]", "1 rows of c", "IN_PROGRESS c 1 1 [c]"])
    snapshot.stop(["public.none"])
    #expect(text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)).contains("ABORTED []"))
  }

  @Test func `stopping everything completes first and aborts then, under an id of its own`() throws {
    var source = FakeChunks(["a": [1, 2, 3], "b": [1], "c": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    _ = try snapshot.execute(request(["public.a", "public.b", "public.c"]), &source)
    snapshot.stop([])
    #expect(
      text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source))
        == ["emit", "COMPLETED", "(random) ABORTED [c,b,a]"])
    #expect(source.written == ["open", "close"])
  }

  @Test func `after an error the next table fails as well and no watermark closes the window`() throws {
    var source = FakeChunks(["tz": [1, 2, 3], "a": [1], "b": [1]])
    source.failing = ["tz"]
    var snapshot = IncrementalSnapshot(.signalTable)
    _ = try snapshot.execute(request(["public.tz", "public.a", "public.b"]), &source)
    #expect(
      text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)) == [
        "emit", "TABLE_SCAN_COMPLETED tz 2 SQL_EXCEPTION [tz,a,b]", "TABLE_SCAN_COMPLETED a 2 SQL_EXCEPTION [a,b]",
      ])
    #expect(source.written == ["open", "close", "open"])
    #expect(snapshot.isRunning)
    _ = snapshot.pause()
    #expect(text(try snapshot.resume(&source)).suffix(2) == ["1 rows of b", "IN_PROGRESS b 1 1 [b]"])
  }

  @Test func `without Debezium's oddities the tables after an error are read`() throws {
    var source = FakeChunks(["tz": [1, 2, 3], "a": [1]])
    source.failing = ["tz"]
    var snapshot = IncrementalSnapshot(.signalTable, stopsAtErrors: false)
    _ = try snapshot.execute(request(["public.tz", "public.a"]), &source)
    #expect(
      text(try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)).suffix(2)
        == ["1 rows of a", "IN_PROGRESS a 1 1 [a]"])
    #expect(source.written == ["open", "close", "open", "close"])
  }

  @Test func `a condition that SQL refuses, or a key that is no column, ends the table`() throws {
    var source = FakeChunks(["a": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    #expect(
      text(try snapshot.execute(request(["public.a"], condition: "no"), &source))
        == ["STARTED [a]", "TABLE_SCAN_COMPLETED a 0 SQL_EXCEPTION [a]", "COMPLETED"])
    let odd = SnapshotRequest(id: "s2", tables: ["public.a"], surrogateKey: "nosuch")
    #expect(
      text(try snapshot.execute(odd, &source))
        == ["STARTED [a]", "TABLE_SCAN_COMPLETED a 0 SQL_EXCEPTION [a]", "COMPLETED"])
    #expect(source.written == ["open", "open"])
  }

  @Test func `a lost connection ends the session, not the table`() throws {
    var source = FakeChunks(["a": [1, 2, 3]])
    var snapshot = IncrementalSnapshot(.signalTable)
    _ = try snapshot.execute(request(["public.a"]), &source)
    source.failing = ["a"]
    source.lost = true
    let chunk = (snapshot.chunk ?? "") + "-close"
    #expect(throws: PostgresError.self) { _ = try snapshot.closed(chunk, &source) }
    #expect(snapshot.isRunning)
  }

  @Test func `stored state lets a restart go on after the last row sent`() throws {
    var source = FakeChunks(["a": [1, 2, 3], "b": [1]])
    var snapshot = IncrementalSnapshot(.signalTable)
    _ = try snapshot.execute(request(["public.a", "public.b", "odd"], condition: "id \"<\" 9"), &source)
    _ = try snapshot.closed((snapshot.chunk ?? "") + "-close", &source)
    let state = try #require(IncrementalState(snapshot.state.bytes))
    #expect(state == snapshot.state)
    var next = IncrementalSnapshot(.signalTable, state: state)
    #expect(text(try next.restart(&source)) == ["1 rows of a", "IN_PROGRESS a 3 3 [a,b,odd]"])
    #expect(
      text(try next.closed((next.chunk ?? "") + "-close", &source)).contains(
        "TABLE_SCAN_COMPLETED a 1 SUCCEEDED [a,b,odd]"))
    #expect(IncrementalState(Array("{}".utf8)) == nil)
    var none = IncrementalSnapshot(.signalTable)
    #expect(text(try none.restart(&source)) == [])
  }

  // MARK: Without writing

  @Test func `on a quiet source a read-only snapshot sends everything at the end of the signal's transaction`() throws {
    var source = FakeChunks(["a": [1, 2, 3, 4, 5]])
    var snapshot = IncrementalSnapshot(.transactions)
    let signal = TransactionID(9)
    #expect(text(try snapshot.execute(request(["public.a"]), &source)).first == "STARTED [a]")
    #expect(source.written.isEmpty)
    // The signal's own row.
    #expect(text(try snapshot.change(of: signal, &source)) == ["emit", "2 rows of a", "IN_PROGRESS a 4 5 [a]"])
    #expect(
      text(try snapshot.reached(signal, &source)) == [
        "emit", "1 rows of a", "IN_PROGRESS a 5 5 [a]", "emit", "TABLE_SCAN_COMPLETED a 5 SUCCEEDED [a]", "COMPLETED",
      ])
  }

  @Test func `rows wait while transactions were running that the chunk did not see`() throws {
    var source = FakeChunks(["a": [1, 2, 3]])
    source.watermarks = ["8:10:8", "8:12:8", "20:20:"]
    var snapshot = IncrementalSnapshot(.transactions)
    _ = try snapshot.execute(request(["public.a"]), &source)
    #expect(text(try snapshot.change(of: TransactionID(9), &source)) == ["open"])
    #expect(text(try snapshot.reached(TransactionID(9), &source)) == [])
    #expect(text(try snapshot.change(of: TransactionID(11), &source)) == [])
    #expect(text(try snapshot.change(of: TransactionID(13), &source)).first == "emit")
  }
}
