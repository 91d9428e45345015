import Testing

@testable import Pipeline

@Suite struct RetrySettingsTests {
  private static func failure(_ kind: Failure.Kind) -> Failure { Failure(kind, "it failed", at: "here") }

  /// Whether each failure in a row is tried again.
  private func fates(_ settings: RetrySettings, _ kinds: [Failure.Kind]) -> [Bool] {
    var backoff = Backoff()
    return kinds.map { settings.delay(after: Self.failure($0), &backoff) != nil }
  }

  @Test func `only what time can heal is tried again, for ever by default`() {
    for kind in Failure.Kind.allCases {
      #expect(fates(RetrySettings(), [kind]) == [kind.isTransient], "\(kind.rawValue)")
    }
    #expect(fates(RetrySettings(), Array(repeating: .sourceUnreachable, count: 1_000)).allSatisfy { $0 })
    #expect(fates(RetrySettings(), Array(repeating: .slotInUse, count: 1_000)).allSatisfy { $0 })
  }

  @Test func `errors.max.retries ends a row of failures`() {
    var settings = RetrySettings()
    settings.maxRetries = 2
    #expect(fates(settings, [.sourceUnreachable, .wireStale, .auditUnreachable]) == [true, true, false])
    settings.maxRetries = 0
    #expect(fates(settings, [.sourceUnreachable]) == [false])
  }

  @Test func `slot.max.retries ends a row of attempts at a slot in use`() {
    var settings = RetrySettings()
    settings.maxSlotRetries = 2
    #expect(fates(settings, [.slotInUse, .slotInUse, .slotInUse]) == [true, true, false])
  }

  @Test func `failures before a slot in use do not count against slot.max.retries`() {
    // After an outage the server holds the slot for its dead session until wal_sender_timeout.
    var settings = RetrySettings()
    settings.maxSlotRetries = 2
    let outage = Array(repeating: Failure.Kind.sourceUnreachable, count: 10)
    #expect(fates(settings, outage + [.slotInUse, .slotInUse, .slotInUse]).suffix(3) == [true, true, false])
    #expect(fates(settings, [.slotInUse, .slotInUse, .wireStale, .slotInUse, .slotInUse]).allSatisfy { $0 })
  }

  @Test func `a slot in use is waited for as slot.retry.delay.ms says`() {
    var settings = RetrySettings()
    settings.slotRetryDelay = .seconds(7)
    var backoff = Backoff()
    #expect(settings.delay(after: Self.failure(.slotInUse), &backoff) == .seconds(7))
    #expect(settings.delay(after: Self.failure(.sourceUnreachable), &backoff) != .seconds(7))
  }
}
