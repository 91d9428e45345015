internal import CLibpq

/// The result of a statement, copied out of libpq: names and values as text.
public struct Rows: Sendable {
  /// The columns' names.
  public let columns: [String]
  /// The rows; nil is NULL.
  public let rows: [[String?]]
  /// Rows affected, where the statement counts them.
  public let commandTuples: Int

  init(columns: [String], rows: [[String?]], commandTuples: Int) {
    self.columns = columns
    self.rows = rows
    self.commandTuples = commandTuples
  }

  static let empty = Rows(columns: [], rows: [], commandTuples: 0)

  init(copying result: OpaquePointer) {
    let width = PQnfields(result)
    columns = (0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    rows = (0..<PQntuples(result)).map { row in
      (0..<width).map { column in
        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
        return String(cString: value)
      }
    }
    commandTuples = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// How many rows there are.
  public var count: Int { rows.count }

  /// The value at a row and a column's name; nil for NULL and for a column or row that is not there.
  public subscript(_ row: Int, _ column: String) -> String? {
    guard rows.indices.contains(row), let index = columns.firstIndex(of: column) else { return nil }
    return rows[row][index]
  }

  /// The first row's first value.
  public var scalar: String? { rows.first?.first ?? nil }
}
