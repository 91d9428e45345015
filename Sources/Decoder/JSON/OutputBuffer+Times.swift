extension OutputBuffer {
  /// Adds a time in three units: `<milliseconds>,"ts_us":<microseconds>,"ts_ns":<nanoseconds>`, as Debezium's envelopes
  /// end. The shorter numbers are the beginning of the longest, which is rendered once.
  ///
  /// - Parameter nanoseconds: since 1970; before 2001-09-09 the digits would be too few, which no clock shows.
  public mutating func appendTimes(nanoseconds: UInt64) {
    let value = max(nanoseconds, 1_000_000_000_000_000_000)
    let start = count
    // 13 digits, 9 bytes of name, 16 digits, 9 bytes of name, and then the longest.
    append(literal: "0000000000000,\"ts_us\":0000000000000000,\"ts_ns\":")
    let digits = count
    appendDecimal(value)
    unsafe (base + start).copyMemory(from: base + digits, byteCount: 13)
    unsafe (base + start + 22).copyMemory(from: base + digits, byteCount: 16)
  }

  /// Adds again what was written at `range`, which must be inside.
  @inline(__always)
  public mutating func appendAgain(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "nothing was written there")
    reserve(range.count)
    unsafe (base + count).copyMemory(from: base + range.lowerBound, byteCount: range.count)
    count &+= range.count
  }

  /// Whether another buffer holds the same bytes.
  public func holdsSame(as other: borrowing OutputBuffer) -> Bool {
    guard count == other.count else { return false }
    let (mine, theirs) = (bytes, other.bytes)
    for offset in 0..<count where mine.byte(offset) != theirs.byte(offset) { return false }
    return true
  }
}
