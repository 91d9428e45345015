import ServerKit

/// What a workload does beside: prepared transactions, logical messages, DDL, large transactions, many and wide tables.
extension Workload {
  func addFull(
    to group: inout ThrowingTaskGroup<Void, any Error>, from first: Int, on server: PostgresServer,
    until stop: StopSign
  ) {
    group.addTask { try await scripts(first, on: server, until: stop, finish(first), preparing) }
    group.addTask { try await scripts(first + 1, on: server, until: stop, "", changingTables) }
    group.addTask { try await scripts(first + 2, on: server, until: stop, "", writingMuch) }
  }

  /// Runs scripts of one writer; `always` comes before each and at the end.
  private func scripts(
    _ writer: Int, on server: PostgresServer, until stop: StopSign, _ always: String,
    _ next: @Sendable (Int, inout SeededRandom) -> String
  ) async throws {
    var random = SeededRandom(seed &+ UInt64(writer))
    while !stop.isRaised {
      var script = always
      for _ in 0..<5 { script += next(writer, &random) }
      try await write(script, on: server)
    }
    // Nobody interrupts any more.
    try await server.sql(always)
  }

  // MARK: Prepared transactions

  /// Ends what an interrupted script has prepared: it holds its locks, also over a crash.
  private func finish(_ writer: Int) -> String {
    """
    SELECT format('COMMIT PREPARED %L', gid) FROM pg_prepared_xacts WHERE gid LIKE 'w\(writer) %'
    \\gexec

    """
  }

  /// Two prepared transactions, ended in any order and way, with a plain one in between.
  private func preparing(_ writer: Int, _ random: inout SeededRandom) -> String {
    let number = Int.random(in: 0..<1_000_000_000, using: &random)
    func prepare(_ part: Int) -> String {
      let key = writer * 1_000_000 + part * 1000 + Int.random(in: 0..<100, using: &random)
      return """
        BEGIN;
        SELECT pg_logical_emit_message(true, 'cdc.context', '{"n": \(number), "user": "w\(writer)"}');
        INSERT INTO keyed VALUES (\(key), 'prepared', \(part)) ON CONFLICT (id) DO UPDATE SET amount = keyed.amount + 1;
        SAVEPOINT undone;
        INSERT INTO append_only SELECT g, 'undone before it is prepared' FROM generate_series(1, 20) g;
        ROLLBACK TO SAVEPOINT undone;
        COPY bag FROM stdin;
        \(number)\tw\(writer) prepared
        \(number + 1)\tw\(writer) prepared
        \\.
        INSERT INTO evolving_\(1 + part) (id, n) VALUES (\(key), 0) ON CONFLICT (id) DO UPDATE SET n = evolving_\(1 + part).n + 1;
        \(part == 1 ? "DELETE FROM by_two WHERE a = \(writer)" : "SELECT 1");
        PREPARE TRANSACTION 'w\(writer) \(number) \(part)';

        """
    }
    func end(_ part: Int) -> String {
      let word = Int.random(in: 0..<3, using: &random) == 0 ? "ROLLBACK" : "COMMIT"
      return "\(word) PREPARED 'w\(writer) \(number) \(part)';\n"
    }
    let parts = Bool.random(using: &random) ? [1, 2] : [2, 1]
    // The plain one takes no table that is changed by DDL: that would wait for the prepared ones, and it for that.
    return prepare(1) + "INSERT INTO append_only VALUES (\(number), 'between');\n" + prepare(2)
      + "SELECT pg_sleep(0.02);\n" + end(parts[0]) + "INSERT INTO by_two VALUES (\(writer), '\(number)', 1);\n"
      + end(parts[1])
  }

  // MARK: DDL

  /// A change of a table, committed or not, with a change of each row after it: what DDL does to rows is not in the
  /// stream. No TOASTed value is in these tables, as an unchanged one would not come again. A key's type and name stay.
  private func changingTables(_ writer: Int, _ random: inout SeededRandom) -> String {
    let table = "evolving_\(Int.random(in: 1...3, using: &random))"
    let extra = "extra_\(Int.random(in: 1...4, using: &random))"
    let types = ["int", "bigint", "numeric", "text", "double precision", "varchar(20)"]
    let statements: String
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1:
      let column =
        ["int DEFAULT 7", "text DEFAULT 'täxt'", "jsonb DEFAULT '{\"a\": [1]}'", "timestamptz DEFAULT now()"]
        .randomElement(using: &random) ?? "int"
      statements = "ALTER TABLE \(table) ADD COLUMN IF NOT EXISTS \(extra) \(column);"
    case 2: statements = "ALTER TABLE \(table) DROP COLUMN IF EXISTS \(extra);"
    case 3:
      let type = types.randomElement(using: &random) ?? "int"
      statements = "ALTER TABLE \(table) ALTER COLUMN v TYPE \(type) USING v::text::\(type);"
    case 4: statements = "CALL rename_column('\(table)');"
    case 5:
      let identity = Bool.random(using: &random) ? "FULL" : "DEFAULT"
      statements = "ALTER TABLE \(table) REPLICA IDENTITY \(identity);"
    default: return remade(Int.random(in: 1...8, using: &random), types, &random)
    }
    return """
      BEGIN;
      \(statements)
      UPDATE \(table) SET n = n + 1, v = '\(Int.random(in: 0..<1000, using: &random))';
      \(Int.random(in: 0..<4, using: &random) == 0 ? "ROLLBACK" : "COMMIT");
      SELECT pg_sleep(0.1);

      """
  }

  /// A table is emptied and dropped, and made anew under its name with other columns.
  private func remade(_ number: Int, _ types: [String], _ random: inout SeededRandom) -> String {
    let columns = (0..<Int.random(in: 1...4, using: &random)).map { place in
      ", c\(place) \(types.randomElement(using: &random) ?? "int") DEFAULT '\(Int.random(in: 0..<100, using: &random))'"
    }
    let rows = Int.random(in: 1...40, using: &random)
    return """
      BEGIN;
      CALL drop_table('made_\(number)', \(Bool.random(using: &random)));
      CREATE TABLE made_\(number) (id bigint PRIMARY KEY\(columns.joined()));
      INSERT INTO made_\(number) (id) SELECT generate_series(1, \(rows));
      \(Int.random(in: 0..<5, using: &random) == 0 ? "ROLLBACK" : "COMMIT");
      SELECT unnest(ARRAY[
        'UPDATE made_\(number) SET c0 = ''5'' WHERE id % 2 = 0', 'DELETE FROM made_\(number) WHERE id % 5 = 0'])
      WHERE to_regclass('made_\(number)') IS NOT NULL
      \\gexec
      SELECT pg_sleep(0.1);

      """
  }

  // MARK: Large transactions

  /// Some hundred rows mostly, sometimes tens of thousands, with parts that are rolled back.
  private func writingMuch(_ writer: Int, _ random: inout SeededRandom) -> String {
    let dice = Int.random(in: 0..<100, using: &random)
    let rows = dice == 0 ? 30_000 : dice < 10 ? 5000 : 300
    let first = Int.random(in: 0..<40_000, using: &random)
    return """
      BEGIN;
      SELECT pg_logical_emit_message(true, 'cdc.context', '{"n": \(rows), "user": "w\(writer)"}');
      INSERT INTO bulk SELECT g, 'bulk ' || g FROM generate_series(\(first), \(first + rows - 1)) g
        ON CONFLICT (id) DO UPDATE SET v = bulk.v || '+';
      SAVEPOINT undone;
      UPDATE bulk SET v = 'never' WHERE id % 10 = 0 AND id BETWEEN \(first) AND \(first + rows / 10);
      SELECT pg_logical_emit_message(true, 'cdc.context', '{"undone": true}');
      ROLLBACK TO SAVEPOINT undone;
      UPDATE bulk SET v = left(v, 20) WHERE id BETWEEN \(first) AND \(first + rows / 20);
      DELETE FROM bulk WHERE id BETWEEN \(first + rows / 2) AND \(first + rows);
      \(Int.random(in: 0..<6, using: &random) == 0 ? "ROLLBACK" : "COMMIT");
      SELECT pg_sleep(\(Double(rows) / 1000));

      """
  }

  // MARK: Tables

  /// The tables and procedures of a workload that is full.
  static let fullTables =
    tables + """

      DO $$ BEGIN
        FOR n IN 1..20 LOOP
          EXECUTE format('CREATE TABLE many_%s (id bigint PRIMARY KEY, v text, c%s int)', n, n);
        END LOOP;
        EXECUTE 'CREATE TABLE wide_row (id bigint PRIMARY KEY'
          || (SELECT string_agg(format(', c%s int DEFAULT %s', g, g), '') FROM generate_series(1, 120) g) || ')';
      END $$;
      CREATE TABLE parted (id bigint, part int, v text, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
      CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN (0);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1, 2);
      CREATE TABLE bulk (id bigint PRIMARY KEY, v text);
      CREATE TABLE evolving_1 (id bigint PRIMARY KEY, n int, v int, label text);
      CREATE TABLE evolving_2 (LIKE evolving_1 INCLUDING ALL);
      CREATE TABLE evolving_3 (LIKE evolving_1 INCLUDING ALL);
      ALTER TABLE evolving_3 REPLICA IDENTITY FULL;

      CREATE PROCEDURE rename_column(tab text) LANGUAGE plpgsql AS $$
      DECLARE
        has_label boolean := EXISTS (
          SELECT FROM pg_attribute WHERE attrelid = tab::regclass AND attname = 'label' AND NOT attisdropped);
      BEGIN
        EXECUTE format(
          'ALTER TABLE %I RENAME COLUMN %s', tab, CASE WHEN has_label THEN 'label TO title' ELSE 'title TO label' END);
      END $$;

      -- Emptied first: a DROP is not in the stream.
      CREATE PROCEDURE drop_table(tab text, by_row boolean) LANGUAGE plpgsql AS $$
      BEGIN
        IF to_regclass(tab) IS NULL THEN RETURN; END IF;
        EXECUTE CASE WHEN by_row THEN 'DELETE FROM ' ELSE 'TRUNCATE ' END || tab;
        EXECUTE 'DROP TABLE ' || tab;
      END $$;

      CREATE FUNCTION step_more(w int) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        k bigint := w * 1000000 + (random() * 60)::int;
        dice double precision := random();
      BEGIN
        IF dice < 0.3 THEN
          EXECUTE format(
            'INSERT INTO many_%s VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET c%1$s = coalesce(many_%1$s.c%1$s, 0) + 1',
            1 + (random() * 19)::int) USING k, repeat('v', (random() * 50)::int);
        ELSIF dice < 0.4 THEN EXECUTE format('DELETE FROM many_%s WHERE id = $1', 1 + (random() * 19)::int) USING k;
        ELSIF dice < 0.5 THEN
          INSERT INTO parted VALUES (k, w % 3, 'p') ON CONFLICT (id, part) DO UPDATE SET v = parted.v || 'p';
        ELSIF dice < 0.55 THEN
          UPDATE parted SET part = (part + 1) % 3 WHERE id = k AND part = w % 3
            AND NOT EXISTS (SELECT FROM parted p WHERE p.id = k AND p.part = (w + 1) % 3);
        ELSIF dice < 0.6 THEN DELETE FROM parted WHERE id = k;
        ELSIF dice < 0.65 THEN
          INSERT INTO wide_row (id) VALUES (k) ON CONFLICT (id) DO UPDATE SET c7 = wide_row.c7 + 1, c119 = NULL;
        ELSIF dice < 0.67 THEN DELETE FROM wide_row WHERE id = k;
        ELSIF dice < 0.8 THEN
          EXECUTE format(
            'INSERT INTO evolving_%s (id, n, v) VALUES ($1, 0, ''42'') ON CONFLICT (id) DO UPDATE SET n = excluded.n + 1',
            1 + (random() * 2)::int) USING k;
        ELSIF dice < 0.86 THEN EXECUTE format('DELETE FROM evolving_%s WHERE id = $1', 1 + (random() * 2)::int) USING k;
        ELSIF dice < 0.93 THEN
          PERFORM pg_logical_emit_message(true, 'cdc.context', format('{"n": %s, "step": true}', k));
          PERFORM pg_logical_emit_message(true, 'another.prefix', 'nothing of ours');
          PERFORM pg_logical_emit_message(false, 'cdc.context', '{"user": "outside of any transaction"}');
        ELSE
          BEGIN
            PERFORM pg_logical_emit_message(true, 'cdc.context', '{"sub": true}');
            INSERT INTO many_1 VALUES (k + 500000, 'sub') ON CONFLICT (id) DO UPDATE SET v = 'sub again';
            IF random() < 0.5 THEN RAISE EXCEPTION 'undone'; END IF;
          EXCEPTION WHEN raise_exception THEN NULL;
          END;
        END IF;
      END $$;

      -- As write, with messages and the other tables. A writer of DDL holds one table alone, so that nobody waits in a circle.
      CREATE PROCEDURE write_all(w int, seed double precision, transactions int, pause double precision)
      LANGUAGE plpgsql AS $$
      DECLARE
        dice double precision;
      BEGIN
        PERFORM setseed(seed);
        FOR t IN 1..transactions LOOP
          dice := random();
          IF dice < 0.01 THEN TRUNCATE emptied, emptied_too; ELSIF dice < 0.02 THEN TRUNCATE emptied; END IF;
          IF random() < 0.3 THEN
            PERFORM pg_logical_emit_message(true, 'cdc.context', format('{"n": %s, "user": "w%s"}', t, w));
          END IF;
          dice := random();
          FOR s IN 1..CASE WHEN dice < 0.01 THEN 600 WHEN dice < 0.2 THEN 15 ELSE 1 END LOOP
            IF random() < 0.6 THEN PERFORM step(w); ELSE PERFORM step_more(w); END IF;
          END LOOP;
          IF random() < 0.05 THEN ROLLBACK; ELSE COMMIT; END IF;
          PERFORM pg_sleep(pause);
        END LOOP;
      END $$;
      """
}
