import FoundationEssentials
import Glibc
import ServerKit
import Testing

/// Two writers on keys of their own, ascending in the order of their commits: single rows, some rows, and now and then
/// more than is handed on at once.
struct StreamLoad: Sendable {
  static let table = """
    CREATE TABLE t (id int PRIMARY KEY, v text);
    CREATE SEQUENCE s1 START 1000000; CREATE SEQUENCE s2 START 2000000;
    CREATE PROCEDURE fill(writer int, transactions int) LANGUAGE plpgsql AS $$
    BEGIN
      FOR n IN 1..transactions LOOP
        INSERT INTO t SELECT nextval('s' || writer), repeat(md5(random()::text), 8)
        FROM generate_series(1, CASE WHEN random() < 0.02 THEN 500 ELSE 1 + (random() * 4)::int END);
        IF random() < 0.05 THEN ROLLBACK; ELSE COMMIT; END IF;
        PERFORM pg_sleep(0.008);
      END LOOP;
    END $$;
    """

  let bed: TestBed

  /// Writes while `body` runs; returns once the writers have ended.
  func run(during body: @Sendable () async throws -> Void) async throws {
    let stop = StopSign()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...2 {
        group.addTask { while !stop.isRaised { try await bed.inSource("CALL fill(\(writer), 20)") } }
      }
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      stop.raise()
      for try await _ in group {}
      try outcome.get()
    }
  }

  /// Starts a program so many times, and kills it some milliseconds later; it may not have ended by itself before.
  func kill(
    _ times: Int, after pause: ClosedRange<Int>, seed: UInt64, at location: SourceLocation = #_sourceLocation,
    _ start: () async throws -> ChildProcess
  ) async throws {
    var random = SeededRandom(seed)
    for _ in 0..<times {
      let program = try await start()
      // The instant is what is tested; nothing is waited for.
      try await Task.sleep(for: .milliseconds(Int.random(in: pause, using: &random)))
      #expect(program.exitStatus == nil, "seed \(seed): \(program.lastWords)", sourceLocation: location)
      program.signal(SIGKILL)
      _ = await program.wait()
    }
  }

  /// What is wrong with events that should be all rows of the table, each once and in the order of the commits.
  func differences(_ lines: [StreamLine]) throws -> [String] {
    var found: [String] = []
    let rows = try bed.ask(bed.source, bed.name, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t")
    let expected = rows.split(separator: " ").compactMap { Int($0) }
    let seen = lines.compactMap { $0.key?.id }
    if seen.count != lines.count { found.append("\(lines.count - seen.count) events have no key") }
    let missing = Set(expected).subtracting(seen)
    if !missing.isEmpty { found.append("\(missing.count) rows are missing, the first \(missing.min() ?? 0)") }
    let times = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +)
    let doubled = times.filter { $0.value > 1 }
    if let first = doubled.keys.min() { found.append("\(doubled.count) rows came again, the first \(first)") }
    // A snapshot reads rows as they lie in the table.
    let changed = lines.filter { $0.value?.op == "c" }.compactMap { $0.key?.id }
    for (writer, ids) in Dictionary(grouping: changed, by: { $0 / 1_000_000 }) where ids != ids.sorted() {
      found.append("the rows of writer \(writer) are out of order")
    }
    var transactions: Set<Int64> = []
    var last: Int64 = -1
    for line in lines where line.value?.op == "c" {
      let transaction = line.value?.source?.txId ?? 0
      if transaction != last, !transactions.insert(transaction).inserted {
        found.append("transaction \(transaction) is torn apart")
      }
      last = transaction
    }
    return found
  }
}
