import Testing
import WAL

@Suite struct PostgresTimeTests {
  @Test func `PostgreSQL's epoch is the first moment of 2000`() {
    #expect(PostgresTime(microseconds: 0).unixMicroseconds == 946_684_800_000_000)
    #expect(PostgresTime(unixMicroseconds: 946_684_800_000_000) == PostgresTime(microseconds: 0))
    #expect(PostgresTime(unixMicroseconds: 0) == PostgresTime(microseconds: -946_684_800_000_000))
  }

  @Test(arguments: [0, 1, -1, 812_345_678_901_234, .max - PostgresTime.unixOffset, .min] as [Int64])
  func `a moment survives the way to Unix time and back`(microseconds: Int64) {
    let moment = PostgresTime(microseconds: microseconds)
    #expect(PostgresTime(unixMicroseconds: moment.unixMicroseconds) == moment)
  }

  @Test func `what 64 bits cannot hold is clamped or refused, never wrapped`() {
    #expect(PostgresTime(microseconds: .max).unixMicroseconds == .max)
    #expect(PostgresTime(unixMicroseconds: .min) == nil)
    #expect(PostgresTime(unixMicroseconds: .min + PostgresTime.unixOffset) == PostgresTime(microseconds: .min))
  }

  @Test func `earlier is less`() {
    #expect(PostgresTime(microseconds: -1) < PostgresTime(microseconds: 0))
    #expect(PostgresTime(microseconds: .min) < PostgresTime(microseconds: .max))
  }
}
