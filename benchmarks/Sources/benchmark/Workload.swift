/// Rows of one kind in transactions of one size, written to the source before anything is timed.
struct Workload: Sendable {
  /// The rows' width: text bytes of all columns together.
  enum Row: String, Sendable, CaseIterable {
    case narrow, usual, wide

    /// What the report calls it.
    var title: String {
      switch self {
      case .narrow: "40 B"
      case .usual: "250 B"
      case .wide: "1 kB"
      }
    }

    /// The table of these rows.
    var table: String { "\(rawValue)_rows" }

    /// The table's definition.
    var definition: String {
      switch self {
      case .narrow: "CREATE TABLE \(table) (id bigint PRIMARY KEY, value integer, name text)"
      case .usual, .wide:
        """
        CREATE TABLE \(table) (id bigint PRIMARY KEY, customer_id bigint, status text, amount numeric(12,2),
          currency text, created_at timestamptz, updated_at timestamptz, paid boolean, quantity integer, note text)
        """
      }
    }

    /// One row for the number `i` in scope.
    var expressions: String {
      let order = """
        i, 1000000 + i % 90000, 'delivered', (i % 100000) / 100.0, 'EUR', \
        timestamptz '2026-01-01 00:00:00.123456+00' + i * interval '1 second', \
        timestamptz '2026-01-02 00:00:00.654321+00' + i * interval '1 second', i % 2 = 0, i % 90,
        """
      switch self {
      case .narrow: return "i, i % 1000, 'name ' || lpad(i::text, 22, '0')"
      case .usual: return order + " rpad('row ' || i || ': ', 145, 'lorem ipsum dolor sit amet, ')"
      case .wide: return order + " rpad('row ' || i || ': ', 920, 'lorem ipsum dolor sit amet, ')"
      }
    }
  }

  /// Rows of a transaction.
  enum Size: Sendable {
    case single, hundred, all

    /// What the report calls it.
    func title(_ rows: Int) -> String {
      switch self {
      case .single: "1-row transactions"
      case .hundred: "100-row transactions"
      case .all: "one transaction of \(Report.count(rows)) rows"
      }
    }
  }

  /// The rows' kind.
  let row: Row
  /// The transactions' size.
  let size: Size
  /// How many rows there are.
  let rows: Int

  /// What the report calls it.
  var title: String { "\(row.title), \(size.title(rows))" }

  /// The statements that write it.
  var sql: String {
    let insert = "INSERT INTO \(row.table) SELECT \(row.expressions) FROM generate_series"
    switch size {
    case .all: return "\(insert)(1, \(rows)) i;"
    case .single, .hundred:
      let step = size == .single ? 1 : 100
      return """
        SET synchronous_commit = off;
        DO $$ BEGIN
          FOR t IN 0..\(rows / step - 1) LOOP
            \(insert)(t * \(step) + 1, (t + 1) * \(step)) i;
            COMMIT;
          END LOOP;
        END $$;
        """
    }
  }

  /// One more row in a transaction of its own, with a negative id.
  func extraRow(_ number: Int) -> String {
    "INSERT INTO \(row.table) SELECT \(row.expressions) FROM (VALUES (-\(number))) v (i);"
  }
}
