import Decoder
import ServerKit
import Testing

/// One run against one server.
struct ToJSONBOracle {
  /// What was found.
  struct Outcome {
    var compared = 0
    var typesCompared = 0
    var differences: [String] = []
    var withoutValues: [String] = []
    var builtInDifferences: [String] = []
  }

  /// The session that the walsender has, and that the definition names.
  static let session = """
    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3;
    SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET client_min_messages = 'error'; SET lc_monetary = 'C';

    """

  let server: PostgresServer
  let seed: UInt64

  func run() async throws -> Outcome {
    for name in ["hstore", "citext", "ltree", "cube", "seg", "isn"] {
      try await server.sql(
        """
        DO $$ BEGIN CREATE EXTENSION \(name); EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no \(name)'; END $$
        """)
    }
    try await server.sql(Self.ownTypes)
    let catalogue = try await OracleCatalogue(server)
    var outcome = Outcome()
    outcome.builtInDifferences = catalogue.types.values.compactMap { type in
      guard let fixed = ValueShape.builtIn(type.oid), fixed != catalogue.shape(type.oid) else { return nil }
      return "\(type.name): \(fixed), by the catalogue \(catalogue.shape(type.oid))"
    }
    try await store(catalogue)
    try await render(catalogue, into: &outcome)
    return outcome
  }

  /// Lets the server store values of each type, and keep their text form beside the JSON that it makes of them.
  ///
  /// `format('%s', …)` calls the type's output function, as pgoutput does; a cast to text would not for bool and char.
  private func store(_ catalogue: OracleCatalogue) async throws {
    var random = OracleRandom(seed)
    var script = Self.session
    script += "CREATE TABLE oracle.literal (type oid, n int, hex text);\nCOPY oracle.literal FROM stdin;\n"
    for type in catalogue.columnTypes {
      var generator = OracleValues(catalogue: catalogue, random: random)
      for number in 0..<(type.kind == "c" ? 8 : 14) {
        guard let literal = generator.literal(type.oid) else { break }
        script += "\(type.oid)\t\(number)\t\(literal.hexadecimal)\n"
      }
      random = generator.random
    }
    script += "\\.\n" + Self.storing
    try await server.sql(script)
  }

  private func render(_ catalogue: OracleCatalogue, into outcome: inout Outcome) async throws {
    let rows = try await server.sql("SELECT type, n, encode(convert_to(txt, 'UTF8'), 'hex') FROM oracle.result")
    var script = Self.session
    script += "CREATE TABLE oracle.ours (type oid, n int, hex text);\nCOPY oracle.ours FROM stdin;\n"
    var seen: Set<UInt32> = []
    var buffer = OutputBuffer(capacity: 4096)
    for row in rows.split(separator: "\n") {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      let type = try #require(UInt32(cells[0]))
      let text = [UInt8](hexadecimal: cells[2])
      buffer.clear()
      do throws(ValueError) {
        try buffer.appendJSON(text.span.bytes, as: catalogue.shape(type))
      } catch {
        buffer.appendJSONString("refused: \(error.code) at byte \(error.offset)")
      }
      script += "\(type)\t\(cells[1])\t\(buffer.withUnsafeBytes { $0.hexadecimal })\n"
      seen.insert(type)
      outcome.compared += 1
    }
    outcome.typesCompared = seen.count
    script += "\\.\n" + Self.comparing
    outcome.differences = try await server.sql(script).split(separator: "\n").map(String.init)
    outcome.withoutValues = try await server.sql(Self.unseen).split(separator: "\n").map(String.init)
      .filter { !OracleCatalogue.withoutInput.contains($0) }
  }
}

extension ToJSONBOracle {
  /// Types of our own making: each kind over each other.
  static let ownTypes = #"""
    CREATE SCHEMA oracle;
    CREATE TYPE oracle.mood AS ENUM ('sad', 'o"k', 'very, {very} happy', 'ü\');
    CREATE DOMAIN oracle.positive AS numeric(12, 4) CHECK (value > 0);
    CREATE DOMAIN oracle.positive_too AS oracle.positive;
    CREATE DOMAIN oracle.moment AS timestamptz(0);
    CREATE DOMAIN oracle.padded AS char(5);
    CREATE DOMAIN oracle.short_bits AS varbit(9);
    CREATE DOMAIN oracle.document AS jsonb;
    CREATE DOMAIN oracle.truth AS bool;
    CREATE DOMAIN oracle.moods AS oracle.mood[];
    CREATE TYPE oracle.pair AS (number int, "a ""name""" text, gone int, at timestamptz);
    ALTER TYPE oracle.pair DROP ATTRIBUTE gone;
    CREATE DOMAIN oracle.pair_domain AS oracle.pair;
    CREATE TYPE oracle.one AS ("only" text);
    CREATE TYPE oracle.nothing AS ();
    CREATE TYPE oracle.deep AS (p oracle.pair, ps oracle.pair[], d oracle.pair_domain, ds oracle.pair_domain[],
      m oracle.moods, doc oracle.document, docs json[], flag bool, flags oracle.truth[], r numrange, v int2vector,
      b box[], bytes bytea);
    CREATE TYPE oracle.deeper AS (x oracle.deep, xs oracle.deep[], o oracle.one, os oracle.one[], n oracle.nothing);
    CREATE TYPE oracle.float_range AS RANGE (subtype = float8, multirange_type_name = oracle.float_multirange);
    CREATE TYPE oracle.text_range AS RANGE (subtype = text, multirange_type_name = oracle.text_multirange);
    CREATE TABLE oracle.person (id bigint, name varchar(20), gone text, tags text[], born date);
    ALTER TABLE oracle.person DROP COLUMN gone, ADD COLUMN mood oracle.mood;
    CREATE TABLE oracle.result (type oid, n int, txt text, expected jsonb);
    CREATE TABLE oracle.refused (type oid, n int, reason text);
    CREATE FUNCTION oracle.as_jsonb(hex text) RETURNS jsonb LANGUAGE plpgsql AS $$
      BEGIN RETURN convert_from(decode(hex, 'hex'), 'UTF8')::jsonb; EXCEPTION WHEN OTHERS THEN RETURN to_jsonb(SQLERRM); END $$;
    DO $$ BEGIN
      IF to_regtype('hstore') IS NOT NULL THEN
        CREATE DOMAIN oracle.labels AS hstore;
        CREATE TYPE oracle.labelled AS (h hstore, hs oracle.labels[], c citext);
      END IF;
    END $$
    """#

  /// Each type in a table of its own; a literal that the type refuses is noted and left out.
  static let storing = """
    DO $$ DECLARE t record; l record;
    BEGIN
      FOR t IN SELECT p.oid, format('%I.%I', n.nspname, p.typname) AS name
          FROM pg_type p JOIN pg_namespace n ON n.oid = p.typnamespace
          WHERE p.oid IN (SELECT type FROM oracle.literal) ORDER BY p.oid LOOP
        BEGIN
          EXECUTE format('CREATE TEMP TABLE probe (n int, v %s)', t.name);
        EXCEPTION WHEN OTHERS THEN
          INSERT INTO oracle.refused VALUES (t.oid, NULL, SQLERRM);
          CONTINUE;
        END;
        FOR l IN SELECT n, convert_from(decode(hex, 'hex'), 'UTF8') AS txt FROM oracle.literal WHERE type = t.oid LOOP
          BEGIN
            EXECUTE format('INSERT INTO probe VALUES (%s, %L)', l.n, l.txt);
          EXCEPTION WHEN OTHERS THEN
            INSERT INTO oracle.refused VALUES (t.oid, l.n, left(l.txt, 80) || ': ' || SQLERRM);
          END;
        END LOOP;
        INSERT INTO oracle.result SELECT t.oid, n, format('%s', v), to_jsonb(probe) -> 'v' FROM probe
          WHERE v IS DISTINCT FROM NULL;
        DROP TABLE probe;
        COMMIT;
      END LOOP;
    END $$;

    """

  static let comparing = """
    SELECT format_type(r.type, NULL) || ': text ' || replace(left(r.txt, 300), E'\\n', '⏎') || ' ours '
      || left(oracle.as_jsonb(o.hex)::text, 300) || ' theirs ' || left(r.expected::text, 300)
    FROM oracle.result r JOIN oracle.ours o USING (type, n)
    WHERE oracle.as_jsonb(o.hex) IS DISTINCT FROM r.expected;

    """

  /// Types that were tried and have no value to show for it, apart from those that cannot be a column.
  static let unseen = """
    SELECT DISTINCT t.typname FROM oracle.literal l JOIN pg_type t ON t.oid = l.type
    WHERE NOT EXISTS (SELECT FROM oracle.result r WHERE r.type = l.type)
      AND NOT EXISTS (SELECT FROM oracle.refused f WHERE f.type = l.type AND f.n IS NULL)

    """
}
