internal import Decoder

/// Dates, times, timestamps and intervals.
extension Conversion {
  static func appendDate(_ value: RawSpan, iso: Bool, asJavaDate: Bool, to buffer: inout OutputBuffer) -> Bool {
    let days: Int
    if value.equals("infinity") {
      days = asJavaDate ? javaInfinity.daysSinceEpoch : -2_147_472_692
    } else if value.equals("-infinity") {
      days = asJavaDate ? javaMinusInfinity.daysSinceEpoch : -2_147_472_691
    } else {
      guard let moment = LocalMoment(date: value) else { return false }
      days = asJavaDate ? javaDays(moment) : moment.date.daysSinceEpoch
    }
    appendDays(days, iso: iso, to: &buffer)
    return true
  }

  /// What the JDBC driver's moments for the infinities are as dates, the era lost; as days they exceed 32 bits, which
  /// Debezium cuts off.
  private static let javaInfinity = CivilDate(year: 292_278_994, month: 8, day: 16)
  private static let javaMinusInfinity = CivilDate(year: 292_269_055, month: 12, day: 2)

  static func appendDays(_ days: Int, iso: Bool, to buffer: inout OutputBuffer) {
    guard iso else { return buffer.appendDecimal(Int64(Int32(truncatingIfNeeded: days))) }
    buffer.append(UInt8(ascii: "\""))
    buffer.appendISO(CivilDate(daysSinceEpoch: days))
    buffer.append(literal: "Z\"")
  }

  /// The era is lost, and the ten days that the change of calendars left out are counted on.
  private static func javaDays(_ moment: LocalMoment) -> Int {
    let date = moment.dateWithoutEra
    guard !moment.isBeforeChrist, (-141_437..<(-141_427)).contains(date.daysSinceEpoch) else {
      return date.daysSinceEpoch
    }
    return date.hybridDaysSinceEpoch
  }

  static func appendTime(_ value: RawSpan, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(time: value) else { return false }
    appendTime(moment.microseconds, unit, to: &buffer)
    return true
  }

  static func appendTime(_ microseconds: Int, _ unit: Unit, to buffer: inout OutputBuffer) {
    switch unit {
    case .milliseconds: buffer.appendDecimal(Int64(microseconds / 1000))
    case .microseconds: buffer.appendDecimal(Int64(microseconds))
    case .nanoseconds: buffer.appendDecimal(Int64(microseconds &* 1000))
    case .iso:
      buffer.append(UInt8(ascii: "\""))
      buffer.appendISO(microsecondsOfDay: microseconds % 86_400_000_000, digits: nil)
      buffer.append(literal: "Z\"")
    }
  }

  static func appendTimestamp(_ value: RawSpan, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(timestamp: value) else { return appendInfinity(value, unit, to: &buffer) }
    return append(moment.instant, unit, to: &buffer)
  }

  private static func appendInfinity(_ value: RawSpan, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    let isPositive = value.equals("infinity")
    guard isPositive || value.equals("-infinity") else { return false }
    if unit == .nanoseconds {
      buffer.appendDecimal(isPositive ? Int64.max : Int64.min)
      return true
    }
    return append(isPositive ? .distantFuture : .distantPast, unit, to: &buffer)
  }

  @inline(__always)
  private static func append(_ instant: Instant, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    switch unit {
    case .milliseconds: buffer.appendDecimal(Int64(instant.milliseconds))
    case .microseconds: buffer.appendDecimal(Int64(instant.microseconds))
    case .nanoseconds:
      guard let nanoseconds = instant.nanoseconds else { return false }
      buffer.appendDecimal(Int64(nanoseconds))
    case .iso: buffer.appendISO(instant, digits: nil)
    }
    return true
  }

  static func appendZonedTimestamp(_ value: RawSpan, digits: Int?, to buffer: inout OutputBuffer) -> Bool {
    if let moment = LocalMoment(timestamp: value) {
      buffer.appendISO(moment.instant, digits: digits)
      return true
    }
    guard value.equals("infinity") || value.equals("-infinity") else { return false }
    buffer.appendText(value)
    return true
  }

  static func appendZonedTime(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(time: value) else { return false }
    appendZonedTime(moment.microseconds &- moment.offset &* 1_000_000, to: &buffer)
    return true
  }

  private static func appendZonedTime(_ microseconds: Int, to buffer: inout OutputBuffer) {
    let day = 86_400_000_000
    appendTime((microseconds % day &+ day) % day, .iso, to: &buffer)
  }

  static func appendInterval(_ value: RawSpan, iso: Bool, to buffer: inout OutputBuffer) -> Bool {
    guard let interval = IntervalText(value) else { return false }
    if iso { buffer.appendText(Array(interval.iso.utf8)) } else { buffer.appendDecimal(interval.microsecondsInAll) }
    return true
  }
}

/// What arrays hold, which the JDBC driver makes `java.sql.Time` and `java.sql.Timestamp` of.
extension Conversion {
  /// Microseconds are lost, and midnight at the day's end is its start.
  static func appendDriverTime(_ value: RawSpan, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(time: value) else { return false }
    appendTime(moment.microseconds % 86_400_000_000 / 1000 &* 1000, unit, to: &buffer)
    return true
  }

  /// The fraction is lost.
  static func appendDriverZonedTime(_ value: RawSpan, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(time: value) else { return false }
    // Floored, as Java's time does it.
    let seconds = moment.microseconds / 1_000_000 &- moment.offset
    appendZonedTime(seconds &* 1_000_000, to: &buffer)
    return true
  }

  /// Days before 15 October 1582 are read as Julian and written as Gregorian.
  static func appendDriverTimestamp(_ value: RawSpan, _ unit: Unit, to buffer: inout OutputBuffer) -> Bool {
    guard let moment = LocalMoment(timestamp: value) else { return appendInfinity(value, unit, to: &buffer) }
    let instant = Instant(days: moment.date.hybridDaysSinceEpoch, microseconds: moment.microseconds)
    // Unlike in a column of its own, what exceeds nanoseconds is a null among the others.
    if !append(instant, unit, to: &buffer) { buffer.append(literal: "null") }
    return true
  }

  /// The era is lost.
  static func appendDriverZonedTimestamp(_ value: RawSpan, digits: Int?, to buffer: inout OutputBuffer) -> Bool {
    if let moment = LocalMoment(timestamp: value) {
      let microseconds = moment.microseconds &- moment.offset &* 1_000_000
      buffer.appendISO(Instant(days: javaDays(moment), microseconds: microseconds), digits: digits)
    } else if value.equals("infinity") {
      buffer.appendText(value)
    } else if value.equals("-infinity") {
      let last = Instant(days: javaMinusInfinity.daysSinceEpoch, microseconds: 82_800_000_000)
      buffer.appendISO(last, digits: digits)
    } else {
      return false
    }
    return true
  }
}
