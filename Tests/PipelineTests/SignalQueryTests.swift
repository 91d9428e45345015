import PGReplication
import Testing

@testable import Pipeline

@Suite struct SignalQueryTests {
  private func query(_ key: [(name: String, isNullable: Bool)], _ condition: String? = nil) -> ChunkQuery {
    ChunkQuery(table: "t", projection: "*", key: key, condition: condition)
  }

  @Test func `the first chunk has no bounds`() throws {
    #expect(
      try query([("a", false)]).rows(after: nil, through: ["9"], limit: 5) == "SELECT * FROM t ORDER BY a LIMIT 5")
    #expect(query([("a", false)], "x OR y").maximum == "SELECT a FROM t WHERE (x OR y) ORDER BY a DESC LIMIT 1")
  }

  @Test func `later chunks lie between the last key and the greatest one`() throws {
    #expect(
      try query([("a", false)], "x OR y").rows(after: ["it's"], through: ["9"], limit: 5)
        == "SELECT * FROM t WHERE ((a > 'it''s')) AND NOT ((a > '9')) AND (x OR y) ORDER BY a LIMIT 5")
    #expect(
      try query([("a", false), ("b", false)]).rows(after: ["1", "2"], through: ["8", "9"], limit: 5)
        == "SELECT * FROM t WHERE (ROW(a, b) > ROW('1', '2')) AND NOT (ROW(a, b) > ROW('8', '9')) "
        + "ORDER BY a, b LIMIT 5")
  }

  @Test func `keys that can be NULL come last`() throws {
    #expect(
      try query([("n", true)]).rows(after: ["7"], through: [nil], limit: 2)
        == "SELECT * FROM t WHERE (((n > '7' OR n IS NULL))) AND NOT ((false)) ORDER BY n LIMIT 2")
    #expect(
      try query([("n", true), ("m", true)]).rows(after: [nil, "1"], through: [nil, nil], limit: 2)
        == "SELECT * FROM t WHERE ((false) OR (n IS NULL AND (m > '1' OR m IS NULL))) "
        + "AND NOT ((false) OR (n IS NULL AND false)) ORDER BY n, m LIMIT 2")
  }
}
