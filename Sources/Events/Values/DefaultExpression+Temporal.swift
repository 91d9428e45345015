internal import Decoder

/// Defaults of dates and times, where Java's largest and smallest moments stand for the infinities.
extension DefaultExpression {
  func moment(_ oid: UInt32, _ times: ValueSettings.TimePrecision, _ size: ColumnSize) -> Value {
    guard let text = literal("1970-01-01")?.bytes else { return .none }
    let span = text.span.bytes
    let isInfinity = span.equals("infinity")
    if !quirks, isInfinity || span.equals("-infinity") { return .text(text) }
    if isInfinity || span.equals("-infinity") {
      switch oid {
      case TypeOID.date: return infiniteDate(isInfinity, iso: times == .isostring)
      case TypeOID.timestamp: return infiniteTimestamp(isInfinity, times, size)
      default: return .none
      }
    }
    guard let moment = LocalMoment(dateOrTimestamp: span) else { return .none }
    return .text(DefaultExpression.print(moment, isDate: oid == TypeOID.date, hasOffset: oid == TypeOID.timestamptz))
  }

  /// The moment as the server prints it.
  private static func print(_ moment: LocalMoment, isDate: Bool, hasOffset: Bool) -> [UInt8] {
    let text = json { buffer in
      buffer.appendISO(moment.dateWithoutEra)
      if !isDate {
        buffer.append(UInt8(ascii: " "))
        buffer.appendISO(microsecondsOfDay: moment.microseconds, digits: nil)
      }
      if hasOffset, !isDate {
        let offset = moment.offset.magnitude
        let parts = [offset / 3600, offset / 60 % 60, offset % 60].map { String(100 + $0).dropFirst() }
        buffer.append(utf8: (moment.offset < 0 ? "-" : "+") + parts.joined(separator: ":"))
      }
      if moment.isBeforeChrist { buffer.append(literal: " BC") }
    }
    // Java marks years of five digits, the server does not.
    return text.first == UInt8(ascii: "+") ? Array(text.dropFirst()) : text
  }

  private func infiniteDate(_ isPositive: Bool, iso: Bool) -> Value {
    let year = 999_999_999
    let date = CivilDate(year: isPositive ? year : -year, month: isPositive ? 12 : 1, day: isPositive ? 31 : 1)
    return .json(json { Conversion.appendDays(date.daysSinceEpoch, iso: iso, to: &$0) })
  }

  private func infiniteTimestamp(_ isPositive: Bool, _ times: ValueSettings.TimePrecision, _ size: ColumnSize) -> Value
  {
    switch times {
    case .isostring:
      return .json((isPositive ? "\"+999999999-12-31T23:59:59.999999999Z\"" : "\"-999999999-01-01T00:00:00Z\"").bytes)
    case .connect, .nanoseconds: return .none
    case .adaptive where (size.scale ?? -1) <= 3, .adaptiveTimeMicroseconds where (size.scale ?? -1) <= 3: return .none
    // The seconds saturate at 64 bits; the microseconds behind them then overflow.
    case .adaptive, .adaptiveTimeMicroseconds, .microseconds:
      return .json((isPositive ? "-9223372036853775810" : "-9223372036854775808").bytes)
    }
  }

  func time(_ times: ValueSettings.TimePrecision, _ size: ColumnSize) -> Value {
    guard let text = literal("00:00")?.bytes else { return .none }
    if text.span.bytes.equals("24:00:00") { return quirks ? lastTime(times, size) : .text(text) }
    guard let moment = LocalMoment(time: text.span.bytes), moment.microseconds < 86_400_000_000 else { return .none }
    return .text(text)
  }

  /// Java's last moment of the day stands for 24:00.
  private func lastTime(_ times: ValueSettings.TimePrecision, _ size: ColumnSize) -> Value {
    switch times {
    case .isostring: .json("\"23:59:59.999999999Z\"".bytes)
    case .connect: .json("86399999".bytes)
    case .nanoseconds: .json("86399999999999".bytes)
    case .adaptive where (size.scale ?? -1) <= 3: .json("86399999".bytes)
    case .adaptive, .adaptiveTimeMicroseconds, .microseconds: .json("86399999999".bytes)
    }
  }
}
