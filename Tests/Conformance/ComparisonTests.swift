import Testing

/// The comparer sees what it should and overlooks only what it should.
@Suite struct ComparisonTests {
  /// A change as the connector tells it.
  private static func event(
    id: Int = 1, name: String = "\"x\"", lsn: Int = 100, transaction: Int = 7, sequence: String? = nil,
    commit: String = "1700000000000", snapshot: String = "false", topic: String = "srv.public.t"
  ) -> String {
    """
    {"topic":"\(topic)","partition":null,"key":{"id":\(id)},"value":{"before":null,"after":{"id":\(id),"name":\(name)},\
    "source":{"ts_ms":\(commit),"snapshot":"\(snapshot)","sequence":"\(sequence ?? "[null,\\\"\(lsn)\\\"]")","txId":\(transaction),"lsn":\(lsn)},\
    "op":"c","ts_ms":1700000000999},"headers":{"__debezium.context.runId":"\(lsn)"}}
    """
  }

  private static func compare(
    _ recorded: [String], _ written: [String], ignoring: [String] = [], ignoringTopics: [String] = []
  ) throws -> EventComparison {
    func events(_ lines: [String]) throws -> [ChangeEvent] {
      try ChangeEvent.all(Array(lines.joined(separator: "\n").utf8))
    }
    return try EventComparison(
      recorded: try events(recorded), written: try events(written), ignoring: ignoring, ignoringTopics: ignoringTopics)
  }

  @Test func `equal events on two servers are equal`() throws {
    let recorded = [Self.event(), Self.event(id: 2, lsn: 150, sequence: "[\\\"120\\\",\\\"150\\\"]")]
    let written = [
      Self.event(lsn: 9000, transaction: 50, sequence: "[null,\\\"9000\\\"]", commit: "1800000000000"),
      Self.event(id: 2, lsn: 9500, transaction: 50, sequence: "[\\\"9100\\\",\\\"9500\\\"]"),
    ]
    let comparison = try Self.compare(recorded, written)
    #expect(comparison.isEqual, "\(comparison.findings)")
    #expect(comparison.equal == 2)
  }

  @Test func `a changed value is named by its path with both values`() throws {
    let comparison = try Self.compare([Self.event()], [Self.event(name: "\"y\"")])
    #expect(comparison.different == 1)
    let finding = try #require(comparison.findings.first)
    #expect(finding.contains("srv.public.t: different: recorded line 1 op=c key={\"id\":1}"))
    #expect(finding.contains("$.value.after.name: recorded \"x\", written \"y\""))
  }

  @Test(arguments: [
    ("null", "\"\"", "recorded null, written \"\""), ("1", "1.0", "recorded 1, written 1.0"),
    ("1", "\"1\"", "recorded 1, written \"1\""), ("true", "false", "recorded true, written false"),
    ("[1]", "[1,2]", "$.value.after.name[1]: recorded (absent), written 2"),
    ("{\"a\":1}", "{}", "$.value.after.name.a: recorded 1, written (absent)"),
    // The same letter in two spellings of Unicode.
    ("\"\u{E9}\"", "\"e\u{301}\"", "$.value.after.name"),
  ])
  func `kinds are told apart`(_ recorded: String, _ written: String, _ words: String) throws {
    let comparison = try Self.compare([Self.event(name: recorded)], [Self.event(name: written)])
    #expect(comparison.different == 1)
    #expect(comparison.findings.first?.contains(words) ?? false, "\(comparison.findings)")
  }

  @Test(arguments: [
    ("1e20", "1.0E20"), ("100.0", "1.000e2"), ("0.0", "-0.0"), ("\"\\u00e9\\/\"", "\"\u{E9}/\""),
    ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"),
  ])
  func `another spelling of the same value is equal`(_ recorded: String, _ written: String) throws {
    let comparison = try Self.compare([Self.event(name: recorded)], [Self.event(name: written)])
    #expect(comparison.isEqual, "\(comparison.findings)")
  }

  @Test func `a missing event is told and the rest still paired`() throws {
    let comparison = try Self.compare(
      (1...4).map { Self.event(id: $0) }, [1, 3, 4].map { Self.event(id: $0) })
    #expect(comparison.summary == "3 equal, 0 different, 1 missing, 0 extra")
    #expect(comparison.findings == ["srv.public.t: missing: recorded line 2 op=c key={\"id\":2}"])
  }

  @Test func `an extra event is told and the rest still paired`() throws {
    let comparison = try Self.compare(
      [1, 2].map { Self.event(id: $0) }, [1, 9, 2].map { Self.event(id: $0) })
    #expect(comparison.summary == "2 equal, 0 different, 0 missing, 1 extra")
    #expect(comparison.findings == ["srv.public.t: extra: written line 2 op=c key={\"id\":9}"])
  }

  @Test func `an event of another topic is missing in its own`() throws {
    let comparison = try Self.compare([Self.event()], [Self.event(topic: "other")])
    #expect(comparison.summary == "0 equal, 0 different, 1 missing, 1 extra")
  }

  @Test func `two events that changed places are seen`() throws {
    let comparison = try Self.compare(
      [1, 2].map { Self.event(id: $0) }, [2, 1].map { Self.event(id: $0) })
    #expect(comparison.different == 2)
  }

  @Test func `a time in another unit is seen though times do not count`() throws {
    let comparison = try Self.compare([Self.event()], [Self.event(commit: "1700000000000000")])
    #expect(
      comparison.findings.first?.contains(
        "$.value.source.ts_ms: recorded (a 13-digit number), written (a 16-digit number)") ?? false)
  }

  @Test func `positions count by their order and their coincidences`() throws {
    let recorded = [Self.event(lsn: 100), Self.event(lsn: 200)]
    #expect(try Self.compare(recorded, [Self.event(lsn: 7), Self.event(lsn: 8)]).isEqual)
    #expect(try Self.compare(recorded, [Self.event(lsn: 7), Self.event(lsn: 7)]).different == 1)
    #expect(try Self.compare(recorded, [Self.event(lsn: 8), Self.event(lsn: 7)]).different == 2)
    let apart = [Self.event(transaction: 1), Self.event(transaction: 2)]
    #expect(try !Self.compare([Self.event(), Self.event()], apart).isEqual)
  }

  @Test func `a sequence that is spelled otherwise is seen`() throws {
    #expect(try !Self.compare([Self.event()], [Self.event(sequence: "[null, \\\"100\\\"]")]).isEqual)
    #expect(try !Self.compare([Self.event()], [Self.event(sequence: "[\\\"90\\\",\\\"100\\\"]")]).isEqual)
  }

  @Test func `the position of a row that a query read does not count but its kind does`() throws {
    let recorded = [Self.event(snapshot: "first"), Self.event(lsn: 100, snapshot: "last")]
    #expect(
      try Self.compare(recorded, [Self.event(lsn: 9, snapshot: "first"), Self.event(lsn: 1, snapshot: "last")]).isEqual)
    #expect(try !Self.compare(recorded, [Self.event(snapshot: "first"), Self.event(snapshot: "true")]).isEqual)
  }

  @Test func `paths and topics that a workload leaves out do not count`() throws {
    let (recorded, written) = ([Self.event(), Self.event(topic: "a.b")], [Self.event(name: "5")])
    #expect(try Self.compare(recorded, written, ignoring: ["$.value.after.name"], ignoringTopics: ["a\\..*"]).isEqual)
    #expect(try Self.compare(recorded, written, ignoring: ["$.**.name"], ignoringTopics: [".\\.."]).isEqual)
    #expect(try !Self.compare(recorded, written, ignoring: ["$.value.after.nam"], ignoringTopics: ["a.*"]).isEqual)
    #expect(try !Self.compare(recorded, written, ignoring: ["$.value.after.name"]).isEqual)
  }

  @Test func `rules look through the converter's envelope`() throws {
    func line(_ clock: Int, _ op: String) -> String {
      """
      {"topic":"t","key":null,"value":{"schema":{"ts_ms":1},"payload":{"source":{"ts_ms":1},"op":"\(op)","ts_ms":\(clock)}}}
      """
    }
    #expect(try Self.compare([line(100, "c")], [line(999, "c")]).isEqual)
    #expect(try !Self.compare([line(100, "c")], [line(1000, "c")]).isEqual)
    #expect(try !Self.compare([line(100, "c")], [line(100, "u")]).isEqual)
  }

  @Test func `equal heartbeats in a row count once`() throws {
    func beat(_ clock: Int) -> String {
      "{\"topic\":\"__debezium-heartbeat.srv\",\"partition\":0,\"key\":{\"serverName\":\"srv\"},\"value\":{\"ts_ms\":\(clock)}}"
    }
    #expect(try Self.compare([beat(1001)], [beat(2001), beat(2002), beat(2003)]).isEqual)
    #expect(try Self.compare([beat(1001)], []).missing == 1)
  }

  @Test func `counts of a transaction are equal in any order and without hash codes`() throws {
    func end(_ collections: String) -> String {
      "{\"topic\":\"srv.transaction\",\"value\":{\"status\":\"END\",\"id\":\"5:6\",\"data_collections\":[\(collections)]}}"
    }
    let message = "{\"data_collection\":\"m$LogicalDecodingMessageId@HASH\",\"event_count\":1}"
    let table = "{\"data_collection\":\"public.t\",\"event_count\":2}"
    let recorded = end("\(message.replacing("HASH", with: "1f2a")),\(table)")
    #expect(try Self.compare([recorded], [end("\(table),\(message.replacing("HASH", with: "77"))")]).isEqual)
    #expect(try !Self.compare([recorded], [end(table)]).isEqual)
  }

  @Test func `a line that is no event is named`() {
    #expect { try ChangeEvent.all(Array("{\"topic\":\"t\"}\n{\"topic\":\n".utf8)) } throws: {
      "\($0)".hasPrefix("line 2: not JSON at byte 9")
    }
    #expect(throws: ChangeEvent.Unusable.self) { try ChangeEvent.all(Array("[]".utf8)) }
    #expect(throws: ChangeEvent.Unusable.self) {
      try ChangeEvent.all(Array("{\"topic\":\"".utf8) + [0xBE, 0x22, 0x7D])
    }
  }
}
