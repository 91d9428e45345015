import Testing

@testable import Pipeline

/// Draws the same number again and again.
private struct Constant: RandomNumberGenerator {
  let value: UInt64
  mutating func next() -> UInt64 { value }
}

@Suite struct BackoffTests {
  /// The longest waits, without what chance takes away.
  private func longest(_ backoff: Backoff, _ count: Int) -> [Duration] {
    var backoff = backoff
    var generator = Constant(value: .max)
    return (0..<count).map { _ in
      let wait = backoff.next(using: &generator)
      return .milliseconds(Int64((wait / .milliseconds(1)).rounded()))
    }
  }

  @Test func `waits double up to the cap and stay there`() {
    let waits = longest(Backoff(initial: .milliseconds(100), cap: .seconds(2)), 8)
    #expect(waits == [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000].map { .milliseconds($0) })
  }

  @Test func `a first wait beyond the cap is the cap, and hundreds of waits do not overflow`() {
    #expect(longest(Backoff(initial: .seconds(10), cap: .seconds(2)), 2) == [.seconds(2), .seconds(2)])
    #expect(longest(Backoff(initial: .seconds(86_400), cap: .seconds(100_000_000)), 500).last == .seconds(100_000_000))
  }

  @Test func `chance takes away at most half of a wait`() {
    // Zero itself would be drawn again for ever.
    var lowest = Constant(value: 1)
    var backoff = Backoff(initial: .milliseconds(100), cap: .seconds(30))
    #expect(backoff.next(using: &lowest) == .milliseconds(50))
    for _ in 0..<200 {
      var fresh = Backoff(initial: .milliseconds(100), cap: .seconds(30))
      let wait = fresh.next()
      #expect((Duration.milliseconds(50)...Duration.milliseconds(100)).contains(wait), "\(wait)")
    }
  }

  @Test func `a reset begins again`() {
    var backoff = Backoff(initial: .milliseconds(100), cap: .seconds(30))
    for _ in 0..<5 { _ = backoff.next() }
    #expect(backoff.count == 5)
    backoff.reset()
    #expect(backoff.count == 0)
    #expect(longest(backoff, 1) == [.milliseconds(100)])
  }
}
