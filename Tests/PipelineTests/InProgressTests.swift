import Decoder
import Synchronization
import Testing
import WAL

@testable import PGReplication
@testable import Pipeline
@testable import ServerKit

/// Transactions that are streamed before they commit.
@Suite struct InProgressTests {
  private static let moment = PostgresTime(microseconds: 1)

  /// Feeds messages as the session's loop does, with a spool of its own.
  private static func feed(
    _ messages: [SentMessage], into feed: inout StreamFeed, _ spool: Spool
  ) async throws {
    var frames = FrameBatch()
    for message in messages { try feed.add(message, to: &frames) }
    try await step(frames, &feed, spool)
  }

  private static func step(_ frames: borrowing FrameBatch, _ feed: inout StreamFeed, _ spool: Spool) async throws {
    var index = 0
    while let pause = try feed.decoder.step(frames, from: &index) {
      switch pause {
      case .relation(let relation): feed.insert(relation)
      case .spoolDue(let transaction):
        _ = try await spool.append(
          feed.decoder.exchangeInProgress(for: OutputBuffer(capacity: 0)), of: transaction.rawValue)
      case .rolledBack(let transaction): await spool.drop(transaction.rawValue)
      case .spooled(let transaction):
        let outdated = feed.decoder.relations(transaction.outdated)
        feed.decoder.isReplaying = true
        try await spool.open(transaction)
        var replayed = try await spool.next(into: FrameBatch())
        while !replayed.isEmpty {
          try await step(replayed, &feed, spool)
          replayed = try await spool.next(into: replayed)
        }
        feed.decoder.isReplaying = false
        for relation in outdated { feed.insert(relation) }
      default: break
      }
    }
  }

  private static func decode(_ messages: [SentMessage]) async throws -> [String] {
    var feed = StreamFeed(takesInProgress: true)
    let metrics = PipelineMetrics()
    let spool = try Spool(SpoolSettings(directory: "/var/tmp"), metrics)
    try await Self.feed(messages, into: &feed, spool)
    #expect(metrics.spoolBytes.load(ordering: .relaxed) == 0, "something was left in the spool")
    return feed.log.all
  }

  private static func start(_ transaction: UInt32, first: Bool = true) -> SentMessage {
    SentMessage(.streamStart(StreamStart(transaction: TransactionID(transaction), isFirst: first)))
  }
  private static let stop = SentMessage(.streamStop)
  private static func commit(_ transaction: UInt32, at lsn: UInt64) -> SentMessage {
    let commit = Commit(commitLSN: LSN(lsn), endLSN: LSN(lsn + 16), commitTime: moment)
    return SentMessage(.streamCommit(StreamCommit(transaction: TransactionID(transaction), commit: commit)))
  }
  private static func abort(_ transaction: UInt32, _ part: UInt32) -> SentMessage {
    SentMessage(
      .streamAbort(StreamAbort(transaction: TransactionID(transaction), subtransaction: TransactionID(part))))
  }
  private static func relation(_ oid: UInt32, _ columns: [String], in transaction: UInt32? = nil) -> SentMessage {
    SentMessage(
      .relation(
        Relation(
          transaction: transaction.map { TransactionID($0) }, oid: oid, schema: "public", name: "people",
          replicaIdentity: .primaryKey,
          columns: columns.enumerated().map { Relation.Column(name: $1, type: 25, isIdentity: $0 == 0) })))
  }
  private static func insert(_ row: [SentValue], in transaction: UInt32? = nil) -> SentMessage {
    SentMessage(.insert(Insert(transaction: transaction.map { TransactionID($0) }, relation: 1)), new: row)
  }

  @Test func `a transaction in blocks comes where its commit stands, in order, and others come between`() async throws {
    let log = try await Self.decode([
      Self.start(7), Self.relation(1, ["id", "name"], in: 7), Self.insert(["1", "a"], in: 7),
      Self.insert(["2", "b"], in: 8), Self.stop,
      .begin(0x2000), Self.relation(1, ["id", "name"]), Self.insert(["9", "small"]), .commit(0x2000, end: 0x2010),
      Self.start(7, first: false), Self.insert(["3", "c"], in: 7), Self.stop, Self.commit(7, at: 0x3000),
      .begin(0x4000), Self.insert(["10", "after"]), .commit(0x4000, end: 0x4010),
    ])
    #expect(
      log == [
        "begin 0/2000", #"insert people 0/2000#0 at 0/1008 {"id":"9","name":"small"}"#, "begin 0/3000",
        #"insert people 0/3000#0 at 0/1003 {"id":"1","name":"a"}"#,
        #"insert people 0/3000#1 at 0/1004 {"id":"2","name":"b"}"#,
        #"insert people 0/3000#2 at 0/100B {"id":"3","name":"c"}"#, "begin 0/4000",
        #"insert people 0/4000#0 at 0/100F {"id":"10","name":"after"}"#,
      ])
  }

  @Test func `what a savepoint took back is left out, its relations are not`() async throws {
    let log = try await Self.decode([
      Self.start(7), Self.insert(["0", "never"], in: 8), Self.relation(1, ["id", "name"], in: 8),
      Self.insert(["1", "gone"], in: 8), Self.insert(["2", "also gone"], in: 9), Self.insert(["3", "stays"], in: 7),
      Self.stop, Self.abort(7, 8), Self.abort(7, 9), Self.commit(7, at: 0x3000),
    ])
    #expect(log == ["begin 0/3000", #"insert people 0/3000#0 at 0/1006 {"id":"3","name":"stays"}"#])
  }

  @Test func `messages beside what was rolled back cannot be told apart, and alone they can`() throws {
    func decode(_ messages: [SentMessage]) throws -> [Bool] {
      var feed = StreamFeed(takesInProgress: true)
      var frames = FrameBatch()
      for message in messages { try feed.add(message, to: &frames) }
      var (index, found): (Int, [Bool]) = (0, [])
      while let pause = try feed.decoder.step(frames, from: &index) {
        if case .spooled(let transaction) = pause { found.append(transaction.isAmbiguous) }
      }
      return found
    }
    let message = SentMessage(
      .logicalMessage(
        LogicalMessage(
          transaction: TransactionID(7), isTransactional: true, lsn: LSN(1), prefix: "cdc.context", content: [1])))
    #expect(try decode([Self.start(7), message, Self.stop, Self.abort(7, 8), Self.commit(7, at: 0x30)]) == [true])
    #expect(try decode([Self.start(7), message, Self.stop, Self.commit(7, at: 0x30)]) == [false])
    #expect(try decode([Self.start(7), Self.stop, Self.abort(7, 8), Self.commit(7, at: 0x30)]) == [false])
  }

  @Test func `parts that the server says nothing of are named, to be asked for`() throws {
    var feed = StreamFeed(takesInProgress: true)
    var frames = FrameBatch()
    let messages = [
      Self.start(7), Self.relation(1, ["id"], in: 7), Self.insert(["1"], in: 7), Self.insert(["2"], in: 8),
      Self.insert(["3"], in: 8), Self.insert(["4"], in: 9), Self.insert(["5"], in: 7), Self.stop,
      Self.start(7, first: false), Self.insert(["6"], in: 10), Self.stop, Self.abort(7, 9), Self.commit(7, at: 0x30),
    ]
    for message in messages { try feed.add(message, to: &frames) }
    var (index, parts): (Int, [[UInt32]]) = (0, [])
    while let pause = try feed.decoder.step(frames, from: &index) {
      if case .spooled(let transaction) = pause { parts.append(transaction.parts.toAskFor) }
    }
    #expect(parts == [[8, 10]])
  }

  @Test func `millions of parts are not remembered, and it is known that they are not`() {
    var returning = TransactionParts()
    for turn in 0..<UInt32(5 * TransactionParts.most) { returning.add(turn % 1000) }
    #expect(!returning.areTooMany, "a thousand parts that come again and again are a thousand")
    #expect(Set(returning.toAskFor) == Set(0..<1000))

    var told = TransactionParts()
    for part in 0..<UInt32(TransactionParts.most) {
      told.add(part)
      told.rollBack(part)
    }
    #expect(!told.areTooMany && told.toAskFor.isEmpty && told.rolledBack.count == TransactionParts.most)
    told.rollBack(UInt32(TransactionParts.most))
    #expect(told.areTooMany && told.rolledBack.isEmpty)

    var many = TransactionParts()
    for part in 0..<UInt32(2 * TransactionParts.most) { many.add(part) }
    #expect(many.areTooMany && many.toAskFor.isEmpty)
    many.add(7)
    many.rollBack(8)
    #expect(many.areTooMany && many.toAskFor.isEmpty && many.rolledBack.isEmpty, "what is left is not to be trusted")
  }

  @Test func `the end of a part is no news where nothing is streamed early`() throws {
    var feed = StreamFeed()
    var frames = FrameBatch()
    for message in [Self.abort(7, 7), Self.abort(7, 8), .begin(0x20), .commit(0x20, end: 0x28), Self.abort(9, 9)] {
      try feed.add(message, to: &frames)
    }
    var index = 0
    while try feed.decoder.step(frames, from: &index) != nil {}
    #expect(index == frames.count && feed.decoder.idlePosition >= LSN(0x28))
  }

  @Test func `nothing comes of a transaction that rolled back`() async throws {
    let log = try await Self.decode([
      Self.start(7), Self.relation(1, ["id"], in: 7), Self.insert(["1"], in: 7), Self.stop, Self.abort(7, 7),
      // Of parts that were rolled back before they were streamed, or of one that is gone, nothing is known.
      Self.abort(7, 8), Self.abort(99, 99),
    ])
    #expect(log.isEmpty)
  }

  @Test func `a relation that changed while a transaction was in progress holds again after it`() async throws {
    let log = try await Self.decode([
      Self.start(7), Self.relation(1, ["id", "old"], in: 7), Self.insert(["1", "x"], in: 7), Self.stop,
      .begin(0x2000), Self.relation(1, ["id", "new"]), Self.insert(["2", "y"]), .commit(0x2000, end: 0x2010),
      Self.commit(7, at: 0x3000),
      // The server does not introduce it again: it told the later form already.
      .begin(0x4000), Self.insert(["3", "z"]), .commit(0x4000, end: 0x4010),
      // A form that came inside a transaction after the others is the one that holds.
      Self.start(8), Self.relation(1, ["id", "newest"], in: 8), Self.insert(["4", "w"], in: 8), Self.stop,
      Self.commit(8, at: 0x5000), .begin(0x6000), Self.insert(["5", "v"]), .commit(0x6000, end: 0x6010),
    ]).filter { $0.hasPrefix("insert") }.map { String($0.split(separator: " ").last ?? "") }
    #expect(
      log == [
        #"{"id":"2","new":"y"}"#, #"{"id":"1","old":"x"}"#, #"{"id":"3","new":"z"}"#, #"{"id":"4","newest":"w"}"#,
        #"{"id":"5","newest":"v"}"#,
      ])
  }

  @Test func `a transaction of many pieces and of a row larger than a piece comes whole`() async throws {
    let large = String(repeating: "x", count: 700_000)
    var messages = [Self.start(7), Self.relation(1, ["id", "name"], in: 7)]
    for number in 0..<3_000 {
      let name: SentValue = number % 1_000 == 500 ? .text(large) : .text(String(repeating: "y", count: 200))
      messages.append(Self.insert([.text("\(number)"), name], in: 7))
      if number % 100 == 99 { messages += [Self.stop, Self.start(7, first: false)] }
    }
    let inserts = try await Self.decode(messages + [Self.stop, Self.commit(7, at: 0x3000)]).filter {
      $0.hasPrefix("insert")
    }
    #expect(inserts.count == 3_000)
    for (number, line) in inserts.enumerated() {
      #expect(line.contains("0/3000#\(number) ") && line.contains(#"{"id":"\#(number)","#), "\(line.prefix(120))")
      #expect(line.utf8.count > (number % 1_000 == 500 ? 700_000 : 200))
    }
  }

  @Test(arguments: [
    ([start(7), SentMessage.begin(1)], "a begin in a block"), ([start(7), start(8)], "a block in a block"),
    ([start(7, first: false)], "a block without its first"), ([commit(7, at: 1)], "a commit of nothing"),
    ([stop], "an end without a block"), ([SentMessage.begin(0x10), start(7)], "a block in a transaction"),
  ])
  func `a stream that contradicts itself is an error`(_ messages: [SentMessage], _ what: String) async {
    await #expect(throws: DecodeError.self, "\(what)") { try await Self.decode(messages) }
  }

  @Test func `frames cut short inside a block are errors`() async throws {
    for message in [Self.relation(1, ["id"], in: 7), Self.insert(["1"], in: 7)] {
      for length in 1..<5 {
        var feed = StreamFeed(takesInProgress: true)
        var frames = FrameBatch()
        try feed.add(Self.start(7), to: &frames)
        try feed.add(bytes: Array(message.bytes.prefix(length)), to: &frames)
        var (index, failure): (Int, DecodeError?) = (0, nil)
        do { while try feed.decoder.step(frames, from: &index) != nil {} } catch { failure = error }
        #expect(failure != nil, "\(length) bytes of \(message.message)")
      }
    }
  }

  @Test func `the spool refuses what is beyond its bound, leaves nothing to see, and is empty afterwards`() async throws
  {
    let directory = try await Workplace.shared.newDirectory()
    let metrics = PipelineMetrics()
    let spool = try Spool(SpoolSettings(directory: directory, maxBytes: 1_000), metrics)
    func records(_ count: Int) -> OutputBuffer {
      var buffer = OutputBuffer(capacity: count)
      buffer.append(contentsOf: [UInt8](repeating: 0, count: count))
      return buffer
    }
    _ = try await spool.append(records(600), of: 1)
    #expect(metrics.spoolBytes.load(ordering: .relaxed) == 600)
    #expect(Files.entries(of: directory).isEmpty, "a file of the spool has a name")
    await #expect(throws: SpoolRefusal.self) { _ = try await spool.append(records(600), of: 2) }
    await spool.drop(1)
    #expect(metrics.spoolBytes.load(ordering: .relaxed) == 0)
    _ = try await spool.append(records(600), of: 2)
    #expect(metrics.spoolTransactions.load(ordering: .relaxed) == 1)
    try await Workplace.remove(directory)
    #expect(throws: SpoolRefusal.self) { _ = try Spool(SpoolSettings(directory: directory), metrics) }
  }
}
