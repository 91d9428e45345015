import Decoder
import Testing
import WAL

@testable import Pipeline

@Suite struct StreamDecoderTests {
  @Test func `changes reach the encoder in order, with their places`() throws {
    var feed = StreamFeed()
    let stops = try feed.feed(
      .begin(0x2000), .relation(1, "people"), .insert(1, ["7", "Ada"]),
      .update(1, .identity, ["7", nil], to: ["8", "Ada"]),
      .delete(1, .identity, ["8", nil]), .commit(0x2000, end: 0x2010),
      .begin(0x3000), .insert(1, ["9", nil]), .commit(0x3000, end: 0x3010))
    #expect(stops == [.relation("people")])
    #expect(
      feed.log.all == [
        "begin 0/2000", #"insert people 0/2000#0 at 0/1003 {"id":7,"name":"Ada"}"#,
        #"update people 0/2000#1 at 0/1004 {"id":7} → {"id":8,"name":"Ada"}"#,
        #"delete people 0/2000#2 at 0/1005 {"id":8} → "#, "begin 0/3000",
        #"insert people 0/3000#0 at 0/1008 {"id":9,"name":null}"#,
      ])
    let (changes, transactions, boundary) = (
      feed.decoder.batch.changes, feed.decoder.batch.transactions, feed.decoder.batch.boundary
    )
    #expect(changes == 4 && transactions == 2 && boundary == LSN(0x3010))
    let (pending, hasPending, idle) = (feed.decoder.pendingBytes, feed.decoder.hasPending, feed.decoder.idlePosition)
    #expect(pending == 400 && hasPending && idle == LSN(0x3010))
  }

  @Test func `a full buffer pauses inside a transaction and the change after it is not lost`() throws {
    var policy = StreamFeed.patient
    policy.bufferBytes = 200
    var feed = StreamFeed(policy)
    let stops = try feed.feed(
      .relation(1, "people"), .begin(0x2000), .insert(1, ["1", nil]), .insert(1, ["2", nil]), .insert(1, ["3", nil]),
      .commit(0x2000, end: 0x2010))
    #expect(stops == [.relation("people"), .bufferFull])
    #expect(feed.log.all.filter { $0.hasPrefix("exchange") || $0.hasPrefix("insert") }.count == 4)
    let (written, pending, changes) = (
      feed.decoder.batch.writtenBytes, feed.decoder.pendingBytes, feed.decoder.batch.changes
    )
    #expect(written == 200 && pending == 100 && changes == 3)
    #expect(feed.decoder.batch.place(of: 2)?.index == 2)
  }

  @Test func `a commit is due at a transaction's end only, by changes, bytes or age`() throws {
    let policies = [
      BatchPolicy(maxChanges: 2, maxBytes: 1 << 20, maxDelay: .seconds(3_600)),
      BatchPolicy(maxChanges: 1_000, maxBytes: 200, maxDelay: .seconds(3_600)),
      BatchPolicy(maxChanges: 1_000, maxBytes: 1 << 20, maxDelay: .zero),
    ]
    for policy in policies {
      var feed = StreamFeed(policy)
      let stops = try feed.feed(
        .relation(1, "people"), .begin(0x2000), .insert(1, ["1", nil]), .insert(1, ["2", nil]), .insert(1, ["3", nil]),
        .commit(0x2000, end: 0x2010))
      #expect(stops == [.relation("people"), .commitDue], "\(policy)")
      let (isEmpty, offset, isDue) = (feed.decoder.batch.isEmpty, feed.decoder.tracker.offset, feed.decoder.isCommitDue)
      #expect(isEmpty && offset == LSN(0x2010) && !isDue)
    }
  }

  @Test func `small transactions share a batch until it is large enough`() throws {
    var feed = StreamFeed(BatchPolicy(maxChanges: 2, maxBytes: 1 << 20, maxDelay: .seconds(3_600)))
    let first = try feed.feed(.relation(1, "people"), .begin(0x20), .insert(1, ["1", nil]), .commit(0x20, end: 0x28))
    #expect(first == [.relation("people")])
    let second = try feed.feed(.begin(0x30), .insert(1, ["2", nil]), .commit(0x30, end: 0x38))
    #expect(second == [.commitDue])
  }

  @Test func `an empty transaction makes no batch, and no commit due`() throws {
    var feed = StreamFeed(BatchPolicy(maxChanges: 0, maxBytes: 0, maxDelay: .zero))
    #expect(try feed.feed(.begin(0x20), .message("note"), .commit(0x20, end: 0x28)).isEmpty)
    let (isEmpty, idle) = (feed.decoder.batch.isEmpty, feed.decoder.idlePosition)
    #expect(isEmpty && idle == LSN(0x28))
  }

  @Test func `a relation that comes again replaces the earlier one`() throws {
    var feed = StreamFeed()
    let stops = try feed.feed(
      .relation(1, "people"), .begin(0x20), .insert(1, ["1", nil]), .relation(1, "persons"), .insert(1, ["2", nil]),
      .commit(0x20, end: 0x28))
    #expect(stops == [.relation("people"), .relation("persons")])
    #expect(feed.log.all.map { $0.split(separator: " ")[1] } == ["0/20", "people", "persons"])
  }

  @Test func `a TRUNCATE is one change a table, with its options and places`() throws {
    var feed = StreamFeed()
    _ = try feed.feed(
      .relation(1, "people"), .relation(2, "roles"), .begin(0x20), .insert(1, ["1", nil]),
      .truncate([1, 2], [.cascade]),
      .commit(0x20, end: 0x28))
    #expect(
      feed.log.all.suffix(2) == [
        "truncate people 0/20#1 at 0/1005 options 1", "truncate roles 0/20#2 at 0/1005 options 1",
      ])
    let truncates = feed.decoder.batch.counts.truncates
    #expect(truncates == 2)
  }

  @Test func `transactional messages reach the encoder between the changes, others do not`() throws {
    var feed = StreamFeed()
    _ = try feed.feed(
      .message("loose", transactional: false), .relation(1, "people"), .begin(0x20), .message("cdc.context"),
      .insert(1, ["1", nil]), .message("inside", transactional: false), .message("other"), .commit(0x20, end: 0x28))
    #expect(feed.log.all.map { String($0.prefix(11)) } == ["begin 0/20", "message cdc", "insert peop", "message oth"])
  }

  @Test func `a transaction is not lost whose commit begins where a message outside of it ended`() throws {
    var policy = StreamFeed.patient
    policy.maxDelay = .zero
    var feed = StreamFeed(policy)
    // Rows wait for their commit when the message comes, whose LSN is 0x1004.
    let stops = try feed.feed(
      .relation(1, "people"), .begin(0x20), .insert(1, ["1", nil]), .commit(0x20, end: 0x28))
    #expect(stops == [.relation("people"), .commitDue])
    _ = try feed.feed(.begin(0x30), .insert(1, ["2", nil]))
    _ = try feed.feed(.commit(0x30, end: 0x38))
    _ = try feed.feed(.message("loose", transactional: false))
    feed.commit()
    _ = try feed.feed(.begin(0x1008), .insert(1, ["3", nil]), .commit(0x1008, end: 0x1010))
    let position = feed.decoder.tracker.offset
    #expect(position == LSN(0x1010))
    #expect(feed.log.all.filter { $0.hasPrefix("insert") }.count == 3, "\(feed.log.all)")
  }

  @Test func `types and origins are read over`() throws {
    var feed = StreamFeed()
    let stops = try feed.feed(
      .begin(0x20), SentMessage(.origin(Origin(commitLSN: LSN(1), name: "elsewhere"))),
      SentMessage(.type(TypeName(oid: 9, schema: "public", name: "mood"))), .commit(0x20, end: 0x28))
    #expect(stops.isEmpty)
  }
}

// MARK: What is not recorded

extension StreamDecoderTests {
  @Test func `transactions before the offset are skipped whole, and their relations are known afterwards`() throws {
    var feed = StreamFeed(offset: 0x30)
    let stops = try feed.feed(
      .begin(0x20), .relation(1, "people"), .insert(1, ["1", nil]), .message("cdc.context"), .truncate([1]),
      .commit(0x20, end: 0x30), .begin(0x30), .insert(1, ["2", nil]), .commit(0x30, end: 0x38))
    #expect(stops == [.relation("people")])
    #expect(feed.log.all == ["begin 0/30", #"insert people 0/30#0 at 0/1008 {"id":2,"name":null}"#])
    let (counts, again) = (feed.decoder.takeCounts(), feed.decoder.takeCounts())
    #expect(counts.skipped == 1 && counts.filtered == 0 && again.skipped == 0)
  }

  @Test func `tables and operations that are not captured are counted, and a TRUNCATE is recorded all the same`() throws
  {
    var feed = StreamFeed(selection: Selection(skipping: [.insert, .truncate], table: { $1 != "roles" }))
    _ = try feed.feed(
      .relation(1, "people"), .relation(2, "roles"), .begin(0x20), .insert(1, ["1", nil]), .insert(2, ["1", nil]),
      .update(2, to: ["1", nil]), .truncate([2, 1]), .delete(1, .identity, ["1", nil]), .commit(0x20, end: 0x28))
    #expect(feed.log.all.dropFirst().map { String($0.prefix(20)) } == ["truncate people 0/20", "delete people 0/20#5"])
    let (counts, changes) = (feed.decoder.takeCounts(), feed.decoder.batch.changes)
    #expect(counts.filtered == 4 && changes == 2)
    #expect(feed.decoder.batch.place(of: 1)?.index == 1)
  }

  @Test func `the idle position follows keepalives between transactions, never inside one, never back`() throws {
    var feed = StreamFeed()
    _ = try feed.feed([.keepalive(0x15), .keepalive(0x10)])
    #expect(feed.decoder.idlePosition == LSN(0x15))
    _ = try feed.feed([.message(.relation(1, "people")), .message(.begin(0x20)), .keepalive(0x40)])
    #expect(feed.decoder.idlePosition == LSN(0x15), "a keepalive inside a transaction was believed")
    _ = try feed.feed([.message(.insert(1, ["1", nil])), .keepalive(0x50), .message(.commit(0x20, end: 0x28))])
    #expect(feed.decoder.idlePosition == LSN(0x28))
    _ = try feed.feed([.keepalive(0x50)])
    #expect(feed.decoder.idlePosition == LSN(0x50))
  }

  @Test func `a skipped transaction takes the idle position no further than the offset`() throws {
    var feed = StreamFeed(offset: 0x30)
    #expect(feed.decoder.idlePosition == LSN(0x30))
    _ = try feed.feed(.begin(0x20), .commit(0x20, end: 0x28))
    #expect(feed.decoder.idlePosition == LSN(0x30))
    _ = try feed.feed([.message(.begin(0x2F)), .keepalive(0x99), .message(.commit(0x2F, end: 0x38))])
    #expect(feed.decoder.idlePosition == LSN(0x30))
  }

  @Test func `a position that was stored is where later transactions begin`() throws {
    var feed = StreamFeed()
    _ = try feed.feed([.keepalive(0x40)])
    feed.commit()
    #expect(feed.decoder.tracker.offset == LSN(0x40))
    _ = try feed.feed(.begin(0x40), .commit(0x40, end: 0x48), .begin(0x3F), .commit(0x3F, end: 0x40))
    #expect(feed.log.all == ["begin 0/40"])
  }
}
