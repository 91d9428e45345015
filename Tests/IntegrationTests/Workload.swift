import ServerKit
import Synchronization

/// Writers that never stop until they are told to, each on keys of its own: inserts, updates, deletes, key changes,
/// subtransactions that are rolled back, statements of many rows, COPY, TRUNCATE, wide values out of line.
struct Workload: Sendable {
  /// What the writers do, by seed.
  var seed: UInt64
  /// How many write by procedure; one more writes by COPY and savepoints.
  var writers = 3
  /// The pause after each transaction.
  var pause: Duration = .milliseconds(2)
  /// The pause after each COPY of up to some hundred rows.
  var copyPause = 0.01
  /// Whether they also do what `Workload+Full.swift` has; the tables are `fullTables` then. Such writers go on when
  /// their server was away.
  var isFull = false

  /// The same writers with other numbers.
  func next() -> Workload {
    var next = self
    next.seed = seed &+ 1000
    return next
  }

  /// Writes while `body` runs, and returns once every writer has ended its transaction.
  func run<Result: Sendable>(
    on server: PostgresServer, during body: @Sendable () async throws -> Result
  ) async throws -> Result {
    let stop = StopSign()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...writers {
        group.addTask { try await procedures(writer, on: server, until: stop) }
      }
      group.addTask { try await copies(writers + 1, on: server, until: stop) }
      if isFull { addFull(to: &group, from: writers + 2, on: server, until: stop) }
      let outcome: Swift.Result<Result, any Error>
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
      stop.raise()
      for try await _ in group {}
      return try outcome.get()
    }
  }

  private func procedures(_ writer: Int, on server: PostgresServer, until stop: StopSign) async throws {
    var random = SeededRandom(seed &+ UInt64(writer))
    let seconds = Double(pause.components.attoseconds) / 1e18
    let procedure = isFull ? "write_all" : "write"
    while !stop.isRaised {
      let seed = Double.random(in: 0...1, using: &random)
      try await write("CALL \(procedure)(\(writer), \(seed), 100, \(seconds))", on: server)
    }
  }

  private func copies(_ writer: Int, on server: PostgresServer, until stop: StopSign) async throws {
    var random = SeededRandom(seed &+ UInt64(writer))
    while !stop.isRaised {
      var script = ""
      for _ in 0..<10 { script += copy(writer, &random) + "SELECT pg_sleep(\(copyPause));\n" }
      try await write(script, on: server)
    }
  }

  /// Runs a script; when its server goes away in the midst of it, so does the rest.
  func write(_ script: String, on server: PostgresServer) async throws {
    do {
      try await server.sql("CALL keep_pace();\n" + script, within: .seconds(600))
    } catch let error as ServerKitError where isFull && Self.isOutage(error) {
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func isOutage(_ error: ServerKitError) -> Bool {
    ["connection to server", "terminating connection", "server closed the connection", "the database system is"]
      .contains(where: error.nextStep.contains)
  }

  /// A transaction with a COPY, a savepoint that is kept and one that is not, and a COPY inside the latter.
  private func copy(_ writer: Int, _ random: inout SeededRandom) -> String {
    let first = Int.random(in: 0..<1_000_000_000, using: &random)
    func rows(_ count: Int) -> String {
      "COPY bag FROM stdin;\n" + (0..<count).map { "\(first + $0)\tw\(writer) copied\n" }.joined() + "\\.\n"
    }
    return """
      BEGIN;
      \(rows(Int.random(in: 1...300, using: &random)))
      SAVEPOINT kept;
      UPDATE bag SET x = x + 1 WHERE x = \(first) AND y = 'w\(writer) copied';
      RELEASE SAVEPOINT kept;
      SAVEPOINT undone;
      \(rows(Int.random(in: 1...50, using: &random)))
      DELETE FROM bag WHERE y = 'w\(writer) copied';
      ROLLBACK TO SAVEPOINT undone;
      INSERT INTO append_only VALUES (\(first), 'after the savepoint');
      DELETE FROM bag WHERE y = 'w\(writer) copied' AND x % 7 < 5;
      \(Bool.random(using: &random) || Bool.random(using: &random) ? "COMMIT" : "ROLLBACK");

      """
  }
}

extension Workload {
  /// The tables and what the writers call.
  static let tables = """
    CREATE TABLE keyed (id bigint PRIMARY KEY, name text, amount numeric, at timestamptz DEFAULT clock_timestamp());
    CREATE TABLE by_text (code text PRIMARY KEY, body jsonb, tags text[]);
    CREATE TABLE by_two (a int, b text, v double precision, PRIMARY KEY (b, a));
    CREATE TABLE bag (x bigint, y text);
    ALTER TABLE bag REPLICA IDENTITY FULL;
    CREATE TABLE append_only (x bigint, y text);
    CREATE TABLE wide (id bigint PRIMARY KEY, big text, small int);
    ALTER TABLE wide ALTER big SET STORAGE EXTERNAL;
    CREATE TABLE wide_full (id bigint PRIMARY KEY, big text, small int);
    ALTER TABLE wide_full ALTER big SET STORAGE EXTERNAL, REPLICA IDENTITY FULL;
    CREATE TABLE emptied (id bigint PRIMARY KEY, v int);
    CREATE TABLE emptied_too (x bigint);

    CREATE FUNCTION step(w int) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      k bigint := w * 1000000 + (random() * 150)::int;
      other bigint := w * 1000000 + (random() * 150)::int;
      dice double precision := random();
    BEGIN
      IF dice < 0.2 THEN
        INSERT INTO keyed VALUES (k, 'näme ' || k, random()::numeric * 1e6)
          ON CONFLICT (id) DO UPDATE SET amount = keyed.amount + 1;
      ELSIF dice < 0.28 THEN
        UPDATE keyed SET id = other WHERE id = k AND NOT EXISTS (SELECT FROM keyed WHERE id = other);
      ELSIF dice < 0.34 THEN DELETE FROM keyed WHERE id = k;
      ELSIF dice < 0.44 THEN
        INSERT INTO by_text VALUES (k || ' "ключ" ' || chr(92), jsonb_build_object('a', k, 'n', null), ARRAY['x', NULL])
          ON CONFLICT (code) DO UPDATE SET body = by_text.body || '{"again": [1, 2.50]}';
      ELSIF dice < 0.48 THEN DELETE FROM by_text WHERE code LIKE k || ' %';
      ELSIF dice < 0.56 THEN
        INSERT INTO by_two VALUES (w, k::text, random()) ON CONFLICT (b, a) DO UPDATE SET v = 'NaN';
      ELSIF dice < 0.6 THEN
        UPDATE by_two SET b = other::text WHERE a = w AND b = k::text
          AND NOT EXISTS (SELECT FROM by_two WHERE a = w AND b = other::text);
      ELSIF dice < 0.68 THEN INSERT INTO bag SELECT other % 5, 'w' || w FROM generate_series(1, 3);
      ELSIF dice < 0.72 THEN UPDATE bag SET x = x + 1 WHERE y = 'w' || w AND x = k % 5;
      ELSIF dice < 0.76 THEN DELETE FROM bag WHERE y = 'w' || w AND x > 4;
      ELSIF dice < 0.8 THEN INSERT INTO append_only VALUES (k, NULL);
      ELSIF dice < 0.84 THEN
        INSERT INTO wide VALUES (k, repeat(md5(other::text), 300), 0)
          ON CONFLICT (id) DO UPDATE SET small = wide.small + 1;
        INSERT INTO wide_full VALUES (k, repeat(md5(other::text), 300), 0)
          ON CONFLICT (id) DO UPDATE SET small = wide_full.small + 1;
      ELSIF dice < 0.86 THEN
        UPDATE wide SET big = repeat(md5(random()::text), 250) WHERE id = k;
        UPDATE wide SET id = other WHERE id = k AND NOT EXISTS (SELECT FROM wide WHERE id = other);
        DELETE FROM wide_full WHERE id = other;
      ELSIF dice < 0.92 THEN
        INSERT INTO emptied VALUES (k, 1) ON CONFLICT (id) DO UPDATE SET v = emptied.v + 1;
        INSERT INTO emptied_too VALUES (k);
      ELSE
        BEGIN
          UPDATE keyed SET name = name || '!' WHERE id = k;
          INSERT INTO append_only SELECT k, 'in a subtransaction' FROM generate_series(1, 5);
          IF random() < 0.6 THEN RAISE EXCEPTION 'undone'; END IF;
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
      END IF;
    END $$;

    -- Writers wait for a reader that is 64 MB behind, up to ten seconds: where it is slower than they are, on a busy machine or
    -- under a sanitizer, a test would otherwise take the longer the longer it takes.
    CREATE PROCEDURE keep_pace() LANGUAGE plpgsql AS $$
    BEGIN
      FOR turn IN 1..200 LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '\(StandInServers.slot)'
          AND pg_current_wal_insert_lsn() - confirmed_flush_lsn > 64e6);
        COMMIT;
        PERFORM pg_sleep(0.05);
      END LOOP;
    END $$;

    -- A TRUNCATE comes first in its transaction, and the tables always in one order: so nobody waits in a circle.
    CREATE PROCEDURE write(w int, seed double precision, transactions int, pause double precision)
    LANGUAGE plpgsql AS $$
    DECLARE
      dice double precision;
    BEGIN
      PERFORM setseed(seed);
      FOR t IN 1..transactions LOOP
        dice := random();
        IF dice < 0.01 THEN TRUNCATE emptied, emptied_too; ELSIF dice < 0.02 THEN TRUNCATE emptied; END IF;
        dice := random();
        FOR s IN 1..CASE WHEN dice < 0.01 THEN 600 WHEN dice < 0.2 THEN 15 ELSE 1 END LOOP PERFORM step(w); END LOOP;
        IF random() < 0.05 THEN ROLLBACK; ELSE COMMIT; END IF;
        PERFORM pg_sleep(pause);
      END LOOP;
    END $$;
    """
}

/// Told once, looked at by many.
final class StopSign: Sendable {
  private let raised = Atomic<Bool>(false)
  var isRaised: Bool { raised.load(ordering: .relaxed) }
  func raise() { raised.store(true, ordering: .relaxed) }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
