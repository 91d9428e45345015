import Testing
import WAL

@testable import PGReplication

@Suite struct FrameTests {
  static func xlogData(start: UInt64, end: UInt64, clock: UInt64, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "w")]
    for number in [start, end, clock] { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
    return bytes + payload
  }

  static func keepalive(end: UInt64, clock: UInt64, reply: Bool) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "k")]
    for number in [end, clock] { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
    return bytes + [reply ? 1 : 0]
  }

  @Test func `frames come back as they went in, and the batch can be used again`() throws {
    var batch = FrameBatch()
    for round in 0..<3 {
      batch.removeAll()
      for index in 0..<100 {
        let frame = Self.xlogData(
          start: UInt64(index), end: 500, clock: 7, Array(repeating: UInt8(index), count: index))
        try frame.withUnsafeBytes { try batch.append($0) }
      }
      try Self.keepalive(end: 900, clock: 8, reply: round == 1).withUnsafeBytes { try batch.append($0) }
      let (count, received, end, reply) = (batch.count, batch.received, batch.serverWALEnd, batch.replyRequested)
      #expect(count == 101 && received == LSN(900) && end == LSN(900) && reply == (round == 1))
      let frame = batch.frame(at: 42)
      let (kind, start, walEnd, clock) = (frame.kind, frame.start, frame.walEnd, frame.sentAt)
      #expect(kind == .xlogData && start == LSN(42) && walEnd == LSN(500) && clock.microseconds == 7)
      let payload = frame.payload.withUnsafeBytes { Array($0) }
      #expect(payload == Array(repeating: 42, count: 42))
      let last = batch.frame(at: 100)
      let (lastKind, lastBytes, lastReply) = (last.kind, last.payload.byteCount, last.replyRequested)
      #expect(lastKind == .keepalive && lastBytes == 0 && lastReply == (round == 1))
    }
  }

  @Test func `the arena grows for a large frame and shrinks afterwards`() throws {
    var batch = FrameBatch()
    let usual = batch.capacity
    let frame = Self.xlogData(start: 1, end: 1, clock: 1, Array(repeating: 5, count: 4 << 20))
    try frame.withUnsafeBytes { try batch.append($0) }
    let (grown, payload) = (batch.capacity, batch.frame(at: 0).payload.byteCount)
    #expect(grown > 4 << 20 && payload == 4 << 20)
    batch.removeAll()
    let (capacity, isEmpty) = (batch.capacity, batch.isEmpty)
    #expect(capacity == usual && isEmpty)
  }

  @Test(
    arguments: [
      [], [UInt8(ascii: "w")], Array(repeating: UInt8(ascii: "w"), count: 24), [1, 2, 3],
      Array(repeating: UInt8(ascii: "k"), count: 17), Array(repeating: UInt8(ascii: "k"), count: 19),
    ] as [[UInt8]])
  func `a malformed frame is refused`(bytes: [UInt8]) {
    var batch = FrameBatch()
    #expect(throws: StreamError.malformedFrame(tag: bytes.first ?? 0, bytes: bytes.count)) {
      try bytes.withUnsafeBytes { try batch.append($0) }
    }
    let isEmpty = batch.isEmpty
    #expect(isEmpty)
  }

  @Test func `a standby status has three positions of its own, a clock and a flag`() {
    let status = StandbyStatus(
      written: LSN(0x0102_0304_0506_0708), flushed: LSN(2), applied: LSN(3), sentAt: PostgresTime(microseconds: -2),
      replyRequested: true)
    let expected: [UInt8] =
      [UInt8(ascii: "r"), 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3]
      + [255, 255, 255, 255, 255, 255, 255, 254, 1]
    #expect(status.encoded() == expected && expected.count == StandbyStatus.byteCount)
  }
}

@Suite struct FeedbackClockTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func `silence is first asked about, then given up`() {
    let s = Self.second
    var clock = FeedbackClock(statusInterval: .seconds(10), staleAfter: .seconds(60), now: 0)
    #expect(clock.action(at: 9 * s, socketIsEmpty: true) == .none)
    #expect(clock.delay(from: 9 * s) == s)
    #expect(clock.action(at: 10 * s, socketIsEmpty: true) == .sendStatus)
    clock.sent(at: 10 * s, asking: false)
    clock.sent(at: 20 * s, asking: false)
    clock.sent(at: 29 * s, asking: false)
    #expect(clock.action(at: 30 * s, socketIsEmpty: true) == .askForKeepalive)
    clock.sent(at: 30 * s, asking: true)
    #expect(clock.action(at: 39 * s, socketIsEmpty: true) == .none)
    #expect(clock.action(at: 40 * s, socketIsEmpty: true) == .sendStatus)
    #expect(clock.action(at: 60 * s, socketIsEmpty: false) == .sendStatus)
    #expect(clock.action(at: 60 * s, socketIsEmpty: true) == .giveUp(silentFor: 60 * s))
    clock.heard(at: 61 * s)
    clock.sent(at: 61 * s, asking: false)
    #expect(clock.action(at: 62 * s, socketIsEmpty: true) == .none)
    #expect(clock.delay(from: 62 * s) == 9 * s)
  }
}

@Suite struct StreamOptionsTests {
  @Test func `the command offers what each version knows, and extra options win`() throws {
    var options = StreamOptions(publications: ["a", "b\"c'd"])
    #expect(
      try options.command(slot: "s", from: LSN(0x1_0000_0002), serverVersion: 150_001)
        == "START_REPLICATION SLOT \"s\" LOGICAL 1/2 (\"proto_version\" '3', "
        + "\"publication_names\" '\"a\",\"b\"\"c''d\"', \"messages\" 'true')")
    options.publications = ["p"]
    options.extra = [.init(name: "origin", value: "none")]
    #expect(
      try options.command(slot: "s", from: .zero, serverVersion: 160_001)
        == "START_REPLICATION SLOT \"s\" LOGICAL 0/0 (\"proto_version\" '4', \"publication_names\" '\"p\"', "
        + "\"messages\" 'true', \"origin\" 'none')")
    #expect(StreamOptions.highestProtoVersion(serverVersion: 140_009) == 2)
  }

  @Test func `the session pins what values look like`() {
    let conninfo = ReplicationStream.conninfo(
      Conninfo(["options": "-c x.y=1"]), .init(walSenderTimeout: .milliseconds(4500)))
    #expect(conninfo["replication"] == "database" && conninfo["application_name"] == "cdc-direct reader")
    #expect(
      conninfo["options"] == "-c x.y=1 -c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC "
        + "-c extra_float_digits=3 -c bytea_output=hex -c client_encoding=UTF8 -c wal_sender_timeout=4500")
  }
}
