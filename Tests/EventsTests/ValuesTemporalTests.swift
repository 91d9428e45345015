import Events
import Testing

@Suite("Values: dates and times")
struct ValuesTemporalTests {
  @Test(arguments: [
    ("date", -1, "2016-11-04", "17109"), ("date", -1, "0044-03-15 BC", "-735160"),
    ("date", -1, "infinity", "-2147472692"),
    ("date", -1, "-infinity", "-2147472691"), ("date", -1, "5874897-12-31", "2145042905"),
    ("time", -1, "13:51:30.123456", "49890123456"), ("time", 3, "13:51:30.123", "49890123"),
    ("time", -1, "24:00:00", "86400000000"),
    ("timetz", -1, "13:51:30.123789+02", "\"11:51:30.123789Z\""),
    ("timetz", -1, "13:51:30.13-05:30", "\"19:21:30.13Z\""),
    ("timetz", -1, "24:00:00-12", "\"12:00:00Z\""),
    ("timestamp", -1, "1969-12-31 23:59:59.999999", "-1"),
    ("timestamp", 3, "1936-10-25 22:10:12.608", "-1047174587392"),
    ("timestamp", -1, "infinity", "9223372036825200000"), ("timestamp", 3, "-infinity", "-9223372036832400"),
    ("timestamp", -1, "294276-12-31 23:59:59", "9223372036854775807"),
    ("timestamp", 0, "294276-12-31 23:59:59", "9224318015999000"),
    ("timestamp", -1, "4713-01-01 00:00:00 BC", "-210863520000000000"),
    ("timestamptz", -1, "2016-11-04 11:51:30.123456+00", "\"2016-11-04T11:51:30.123456Z\""),
    ("timestamptz", -1, "2016-11-04 11:51:30+00", "\"2016-11-04T11:51:30.000000Z\""),
    ("timestamptz", 0, "2016-11-04 20:51:30+00", "\"2016-11-04T20:51:30Z\""),
    ("timestamptz", 3, "0044-03-15 12:34:56.789+00 BC", "\"-0043-03-15T12:34:56.789Z\""),
    ("timestamptz", -1, "2016-11-04 01:51:30+02", "\"2016-11-03T23:51:30.000000Z\""),
    ("timestamptz", 0, "10000-01-01 00:00:00+00", "\"+10000-01-01T00:00:00Z\""),
    ("timestamptz", -1, "-infinity", "\"-infinity\""),
    ("interval", -1, "1 year 2 mons 3 days 04:05:06.78", "37091106780000"),
    ("interval", -1, "-1 mons +2 days -03:04:05.000006", "-2468045000006"), ("interval", -1, "00:00:00", "0"),
    ("interval", -1, "178000000 years", "9223372036854775807"),
  ])
  func `times of all kinds, adaptive`(type: String, modifier: Int, text: String, json: String) {
    #expect(ValuesFixture(type, Int32(modifier)).json(text) == json)
  }

  @Test(arguments: [
    (ValueSettings.TimePrecision.connect, "date", "2016-11-04", "17109"), (.connect, "time", "24:00:00", "86400000"),
    (.connect, "timestamp", "2016-11-04 13:51:30.123456", "1478267490123"),
    (.isostring, "date", "2016-11-04", "\"2016-11-04Z\""), (.isostring, "date", "infinity", "\"-5877611-06-21Z\""),
    (.isostring, "time", "13:51:30.120", "\"13:51:30.12Z\""), (.isostring, "time", "24:00:00", "\"00:00:00Z\""),
    (.isostring, "timestamp", "infinity", "\"+294247-01-10T04:00:25.2Z\""),
    (.isostring, "timestamp", "-infinity", "\"-290308-12-21T19:59:27.6Z\""),
    (.microseconds, "timestamp", "2016-11-04 13:51:30", "1478267490000000"),
    (.nanoseconds, "time", "00:00:00.000001", "1000"),
    (.nanoseconds, "timestamp", "1969-12-31 23:59:59.999999", "-1000"),
    (.nanoseconds, "timestamp", "infinity", "9223372036854775807"),
    (.adaptiveTimeMicroseconds, "time", "13:51:30", "49890000000"),
  ])
  func `other precisions`(mode: ValueSettings.TimePrecision, type: String, text: String, json: String) {
    #expect(ValuesFixture(type) { $0.settings.times = mode }.json(text) == json)
  }

  @Test func `nanoseconds end in 2262`() {
    #expect(ValuesFixture("timestamp") { $0.settings.times = .nanoseconds }.json("2263-01-01 00:00:00") == nil)
    #expect(
      ValuesFixture("_timestamp") { $0.settings.times = .nanoseconds }.json(
        #"{"2263-01-01 00:00:00","1970-01-01 00:00:00"}"#)
        == "[null,0]")
  }

  @Test(arguments: [
    ("1 year 2 mons 3 days 04:05:06.78", "P1Y2M3DT4H5M6.78S"),
    ("-1 mons +2 days -03:04:05.000006", "P0Y-1M2DT-3H-4M-5.000006S"), ("00:00:00", "P0Y0M0DT0H0M0S"),
    // Below a second the fraction is exact, above it is what a sum in floating point leaves of it.
    ("00:00:00.000001", "P0Y0M0DT0H0M0.000001S"), ("-00:00:00.235", "P0Y0M0DT0H0M-0.235S"),
    ("00:00:01.235", "P0Y0M0DT0H0M1.234999999S"), ("-00:00:01.235", "P0Y0M0DT0H0M-1.234999999S"),
  ])
  func `intervals in ISO form always have all parts`(text: String, iso: String) {
    #expect(ValuesFixture("interval") { $0.settings.intervals = .string }.json(text) == "\"\(iso)\"")
  }

  @Test(arguments: [
    ("2016-11-04", "17109"), ("0044-03-15 BC", "-703383"), ("1582-10-10", "-141422"), ("1582-10-04", "-141438"),
    ("infinity", "-622191234"), ("-infinity", "-625821272"),
  ])
  func `a date in a snapshot loses its era`(text: String, json: String) {
    #expect(ValuesFixture("date") { $0.origin = .snapshot }.json(text) == json)
  }

  @Test(arguments: [
    ("_date", #"{infinity,"0044-03-15 BC",1582-10-10}"#, "[-622191234,-703383,-141422]"),
    ("_time", "{24:00:00,00:00:00.999999}", "[0,999000]"),
    ("_timetz", "{13:51:30.123789+02,24:00:00-12,00:00:00.5-05:30}", #"["11:51:30Z","12:00:00Z","05:30:00Z"]"#),
    (
      "_timestamp", #"{-infinity,"0044-03-15 12:34:56.789 BC","1582-10-10 01:02:03","1500-02-28 00:00:00"}"#,
      "[-9223372036832400000,-63517951503211000,-12218857077000000,-14825980800000000]"
    ),
    (
      "_timestamptz", #"{infinity,-infinity,"0044-03-15 12:34:56.789+00 BC","1582-10-10 01:02:03+00"}"#,
      #"["infinity","+292269055-12-02T23:00:00.000000Z","0044-03-15T12:34:56.789000Z","1582-10-20T01:02:03.000000Z"]"#
    ),
  ])
  func `in arrays the JDBC driver's classes show`(type: String, text: String, json: String) {
    #expect(ValuesFixture(type).json(text) == json)
  }
}
