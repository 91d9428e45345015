import Decoder
import Testing
import WAL

/// Whatever the bytes: a message or an error with its place, never a crash and no memory for counts that cannot be.
@Suite struct MessageMalformedTests {
  @Test(arguments: SentMessage.samples)
  func `a message cut off at any byte is an error with its place`(sent: SentMessage) {
    let whole = sent.bytes
    for length in 0..<whole.count {
      let error = refusal(of: Array(whole[..<length]), streamed: sent.isStreamed)
      // Protocol 4 adds two fields to Stream Abort; without them it is protocol 2's.
      if sent.tag == .streamAbort && length == 9 {
        #expect(error == nil)
        continue
      }
      guard let error else {
        Issue.record("\(sent.testDescription) cut to \(length) of \(whole.count) bytes was accepted")
        continue
      }
      #expect((0...length).contains(error.offset), "\(error) in \(length) bytes")
      #expect(error.message == (length == 0 ? nil : whole[0]))
    }
  }

  @Test(arguments: SentMessage.samples)
  func `a byte too many is an error at that byte`(sent: SentMessage) {
    // After the short Stream Abort more fields may come.
    if case .streamAbort(let abort) = sent.message, abort.abortLSN == nil { return }
    let error = refusal(of: sent.bytes + [0], streamed: sent.isStreamed)
    #expect(error == DecodeError(.trailingBytes(count: 1), at: sent.bytes.count, in: sent.tag.rawValue))
  }

  @Test func `a first byte that is no message is an error`() {
    let known = Set(MessageTag.allCases.map(\.rawValue))
    for tag in UInt8.min ... .max where !known.contains(tag) {
      #expect(refusal(of: [tag, 0, 0]) == DecodeError(.unknownMessage(tag: tag), at: 0, in: tag))
    }
    #expect(refusal(of: [])?.message == nil)
  }

  @Test func `tags and flags that are not allowed are errors at their byte`() {
    let insert = SentMessage(.insert(Insert(relation: 1)), new: ["1"]).bytes
    let update = SentMessage(.update(Update(relation: 1)), oldRow: .identity, old: ["1"], new: ["1"]).bytes
    let delete = SentMessage(.delete(Delete(relation: 1)), oldRow: .identity, old: ["1"]).bytes
    let relation = SentMessage.samples.first { $0.tag == .relation }?.bytes ?? []
    let identity = 1 + 4 + "public".utf8.count + 1 + "people".utf8.count + 1
    let cases: [([UInt8], Int, String)] = [
      (insert, 5, "an Insert's tuple"), (insert, 8, "a column"), (update, 5, "an Update's old tuple"),
      (update, 14, "an Update's new tuple"), (delete, 5, "a Delete's tuple"), (relation, identity, "the identity"),
      (relation, identity + 3, "a column's flags"),
      (SentMessage(.truncate(Truncate(options: [], relations: [1]))).bytes, 5, "a Truncate's options"),
      (SentMessage(.streamStart(StreamStart(transaction: TransactionID(1), isFirst: true))).bytes, 5, "a flag"),
    ]
    for (bytes, place, what) in cases {
      for wrong: UInt8 in [0xFF, 0x00] where bytes[place] != 0 || wrong != 0 {
        var bytes = bytes
        bytes[place] = wrong
        // Zero is a valid flag.
        guard let error = refusal(of: bytes) else {
          #expect(wrong == 0, "\(what)")
          continue
        }
        #expect(error.offset == place, "\(what): \(error)")
      }
    }
  }

  @Test func `a delete without an old row is an error`() {
    var bytes = SentMessage(.delete(Delete(relation: 1)), oldRow: .identity, old: ["1"]).bytes
    for tag in [UInt8(ascii: "N"), 0] {
      bytes[5] = tag
      #expect(refusal(of: bytes)?.reason == .unknownTag(tag, field: "tag of the old row"))
    }
  }

  @Test func `flags that no protocol uses are errors`() {
    for sent in SentMessage.samples where [.commit, .prepare, .streamPrepare, .rollbackPrepared].contains(sent.tag) {
      var bytes = sent.bytes
      bytes[1] = 1
      #expect(refusal(of: bytes) == DecodeError(.unknownTag(1, field: "flags"), at: 1, in: sent.tag.rawValue))
    }
  }

  @Test func `names that are not UTF-8 are errors where they begin`() {
    var origin = SentMessage(.origin(Origin(commitLSN: .zero, name: "abc"))).bytes
    origin[10] = 0xFF
    let error = refusal(of: origin)
    #expect(error == DecodeError(.invalidText(field: "the origin's name"), at: 9, in: UInt8(ascii: "O")))
  }

  private func refusal(of bytes: [UInt8], streamed: Bool = false) -> DecodeError? {
    do throws(DecodeError) {
      _ = try DecodedMessage(bytes, streamed: streamed)
      return nil
    } catch {
      return error
    }
  }
}

// MARK: Counts and random changes

extension MessageMalformedTests {
  @Test func `huge counts and lengths take no memory`() {
    let most = Int32.max
    let counts: [(MessageTag, (inout MessageWriter) -> Void)] = [
      (
        .truncate,
        {
          $0.integer(most); $0.integer(UInt8(0))
        }
      ),
      (
        .truncate,
        {
          $0.integer(Int32(-1)); $0.integer(UInt8(0))
        }
      ),
      (
        .logicalMessage,
        {
          $0.integer(UInt8(1)); $0.lsn(.zero); $0.string("p"); $0.integer(most)
        }
      ),
      (
        .logicalMessage,
        {
          $0.integer(UInt8(1)); $0.lsn(.zero); $0.string("p"); $0.integer(Int32.min)
        }
      ),
      (
        .relation,
        {
          $0.integer(UInt32(1)); $0.string("s"); $0.string("t"); $0.integer(UInt8(ascii: "d")); $0.integer(UInt16.max)
        }
      ),
      (
        .insert,
        {
          $0.integer(UInt32(1)); $0.integer(UInt8(ascii: "N")); $0.integer(UInt16.max)
        }
      ),
      (
        .insert,
        {
          $0.integer(UInt32(1)); $0.integer(UInt8(ascii: "N")); $0.integer(UInt16(1)); $0.integer(UInt8(ascii: "t"));
          $0.integer(most)
        }
      ),
      (
        .insert,
        {
          $0.integer(UInt32(1)); $0.integer(UInt8(ascii: "N")); $0.integer(UInt16(1)); $0.integer(UInt8(ascii: "t"));
          $0.integer(Int32(-1))
        }
      ),
    ]
    for (tag, write) in counts {
      var writer = MessageWriter(tag)
      write(&writer)
      var tuples = Tuples()
      let room = tuples.new.capacity
      let bytes = writer.bytes
      var reader = MessageReader(bytes.span.bytes)
      let isRefused = (try? reader.message(into: &tuples)) == nil
      #expect(isRefused, "\(tag)")
      #expect(tuples.new.capacity == room, "\(tag)")
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `random changes give a message or an error with its place`(seed: UInt64) {
    var random = SplitMix(seed)
    let telling: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF] + Array("nutbNKOdfi".utf8) + MessageTag.allCases.map(\.rawValue)
    let samples = SentMessage.samples.map { (bytes: $0.bytes, isStreamed: $0.isStreamed) }
    for round in 0..<10_000 {
      let sample = samples[random.below(samples.count)]
      var bytes = sample.bytes
      for _ in 0...random.below(3) {
        let byte = random.below(3) == 0 ? UInt8(random.below(256)) : telling[random.below(telling.count)]
        switch bytes.isEmpty ? 0 : random.below(5) {
        case 0: bytes.insert(byte, at: random.below(bytes.count + 1))
        case 1: bytes.remove(at: random.below(bytes.count))
        case 2: bytes.append(contentsOf: bytes[random.below(bytes.count)...].prefix(40))
        default: bytes[random.below(bytes.count)] = byte
        }
      }
      guard let error = refusal(of: bytes, streamed: random.below(8) == 0 ? !sample.isStreamed : sample.isStreamed)
      else { continue }
      if error.offset < 0 || error.offset > bytes.count {
        Issue.record("seed \(seed), round \(round): \(error) in \(bytes.count) bytes: \(bytes)")
      }
    }
  }
}
