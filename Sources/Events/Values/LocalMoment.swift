/// What a date, a time of day or a timestamp says, with or without an offset from UTC, read from its text in ISO form.
///
/// Source: PostgreSQL documentation, 8.5.2 "Date/Time Output".
struct LocalMoment {
  /// The year as written: of its era.
  var yearOfEra = 1970
  /// 1 to 12.
  var month = 1
  /// 1 to 31.
  var day = 1
  /// Whether the year is before Christ.
  var isBeforeChrist = false
  /// Microseconds since midnight, 24:00 included.
  var microseconds = 0
  /// Seconds east of UTC.
  var offset = 0

  /// The day, proleptic Gregorian.
  @inline(__always)
  var date: CivilDate { CivilDate(year: isBeforeChrist ? 1 &- yearOfEra : yearOfEra, month: month, day: day) }

  /// The day with the era forgotten, as Java's `java.sql.Date` has it.
  var dateWithoutEra: CivilDate { CivilDate(year: yearOfEra, month: month, day: day) }

  /// The moment in UTC.
  @inline(__always)
  var instant: Instant { Instant(days: date.daysSinceEpoch, microseconds: microseconds &- offset &* 1_000_000) }

  /// Midnight of 1970-01-01 in UTC.
  private init() {}
}

extension LocalMoment {
  /// A date, `2024-01-31` or `0044-03-15 BC`.
  init?(date text: RawSpan) {
    self.init()
    var cursor = TextCursor(text)
    guard readDate(&cursor), readEra(&cursor), cursor.isAtEnd else { return nil }
  }

  /// A time of day with or without an offset, `13:51:30.123+02`.
  init?(time text: RawSpan) {
    self.init()
    var cursor = TextCursor(text)
    guard readTime(&cursor), readOffset(&cursor), cursor.isAtEnd else { return nil }
  }

  /// A timestamp with or without an offset, `2024-01-31 13:51:30.5+02 BC`.
  @inline(__always)
  init?(timestamp text: RawSpan) {
    self.init()
    if readUsual(text) { return }
    self = LocalMoment()
    var cursor = TextCursor(text)
    guard readDate(&cursor), cursor.skip(UInt8(ascii: " ")), readTime(&cursor), readOffset(&cursor), readEra(&cursor),
      cursor.isAtEnd
    else { return nil }
  }

  /// Reads `2024-01-31 13:51:30.123456` with or without a fraction; false for any other form.
  @inline(__always)
  private mutating func readUsual(_ text: RawSpan) -> Bool {
    let length = text.byteCount
    guard length == 19 || (length > 20 && length <= 26 && text.octet(19) == UInt8(ascii: ".")),
      text.octet(4) == UInt8(ascii: "-"), text.octet(7) == UInt8(ascii: "-"), text.octet(10) == UInt8(ascii: " "),
      text.octet(13) == UInt8(ascii: ":"), text.octet(16) == UInt8(ascii: ":")
    else { return false }
    var highest: UInt8 = 0
    func digits(_ range: Range<Int>) -> Int {
      var value = 0
      for place in range {
        let digit = text.octet(place) &- 48
        highest = max(highest, digit)
        value = value &* 10 &+ Int(digit)
      }
      return value
    }
    yearOfEra = digits(0..<4)
    month = digits(5..<7)
    day = digits(8..<10)
    let seconds = (digits(11..<13) &* 60 &+ digits(14..<16)) &* 60 &+ digits(17..<19)
    var fraction = 0
    if length > 19 {
      fraction = digits(20..<length)
      for _ in length..<26 { fraction &*= 10 }
    }
    microseconds = seconds &* 1_000_000 &+ fraction
    return highest < 10 && month &- 1 < 12 && month > 0 && day &- 1 < 31 && day > 0
  }

  /// What Java's driver takes for a default: a date, a time or both.
  init?(dateOrTimestamp text: RawSpan) {
    self.init()
    var cursor = TextCursor(text)
    guard readDate(&cursor) else { return nil }
    cursor.skipBlanks()
    if cursor.next &- 48 < 10 { guard readTime(&cursor), readOffset(&cursor) else { return nil } }
    cursor.skipBlanks()
    if cursor.skip(UInt8(ascii: "B")) {
      isBeforeChrist = cursor.skip(UInt8(ascii: "C"))
      guard isBeforeChrist else { return nil }
    }
    guard cursor.isAtEnd else { return nil }
  }

  @inline(__always)
  private mutating func readDate(_ cursor: inout TextCursor) -> Bool {
    guard let year = cursor.number(atMost: 10), cursor.skip(UInt8(ascii: "-")), let month = cursor.number(atMost: 2),
      cursor.skip(UInt8(ascii: "-")), let day = cursor.number(atMost: 2), (1...12).contains(month),
      (1...31).contains(day)
    else { return false }
    yearOfEra = year
    self.month = month
    self.day = day
    return true
  }

  @inline(__always)
  private mutating func readTime(_ cursor: inout TextCursor) -> Bool {
    guard let hour = cursor.number(atMost: 2), cursor.skip(UInt8(ascii: ":")), let minute = cursor.number(atMost: 2)
    else { return false }
    var second = 0
    if cursor.skip(UInt8(ascii: ":")) {
      guard let seconds = cursor.number(atMost: 2) else { return false }
      second = seconds
    }
    microseconds = ((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000
    guard cursor.skip(UInt8(ascii: ".")) else { return true }
    let start = cursor.place
    guard var fraction = cursor.number(atMost: 6) else { return false }
    for _ in (cursor.place &- start)..<6 { fraction &*= 10 }
    microseconds &+= fraction
    return true
  }

  @inline(__always)
  private mutating func readOffset(_ cursor: inout TextCursor) -> Bool {
    let isEast = cursor.skip(UInt8(ascii: "+"))
    guard isEast || cursor.skip(UInt8(ascii: "-")) else { return true }
    guard let hours = cursor.number(atMost: 2) else { return false }
    var seconds = hours &* 3600
    for unit in [60, 1] where cursor.skip(UInt8(ascii: ":")) {
      guard let part = cursor.number(atMost: 2) else { return false }
      seconds &+= part &* unit
    }
    offset = isEast ? seconds : 0 &- seconds
    return true
  }

  @inline(__always)
  private mutating func readEra(_ cursor: inout TextCursor) -> Bool {
    guard !cursor.isAtEnd else { return true }
    isBeforeChrist =
      cursor.skip(UInt8(ascii: " ")) && cursor.skip(UInt8(ascii: "B")) && cursor.skip(UInt8(ascii: "C"))
    return isBeforeChrist
  }
}
