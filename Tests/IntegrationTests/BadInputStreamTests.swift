import Pipeline
import ServerKit
import Testing

extension RunTests {
  /// Messages in the stream that are not the replication protocol.
  @Suite struct BadInputStreams {
    /// Something that stands between two good messages.
    struct Garbage: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let bytes: [UInt8]
      let words: [String]

      /// A frame of the copy.
      init(_ what: String, frame: [UInt8], _ words: String...) {
        testDescription = what
        bytes = [UInt8(ascii: "d")] + Self.number(UInt64(frame.count + 4), 4) + frame
        self.words = words
      }

      /// A frame with log whose message of the output plugin is this.
      init(_ what: String, message: [UInt8], _ words: String...) {
        let header = [UInt8(ascii: "w")] + Self.number(1 << 24, 8) + Self.number(1 << 24, 8) + Self.number(0, 8)
        let frame = header + message
        testDescription = what
        bytes = [UInt8(ascii: "d")] + Self.number(UInt64(frame.count + 4), 4) + frame
        self.words = words
      }

      /// Big-endian.
      static func number(_ value: UInt64, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }

      /// `B`: final LSN, commit time, transaction.
      static let begin = [UInt8(ascii: "B")] + number(.max >> 1, 8) + number(0, 8) + number(700, 4)
    }

    static let garbage = [
      Garbage("a message of no protocol", message: Array("%garbage".utf8), "0x25 is no message of pgoutput"),
      Garbage("a Begin that is cut", message: Array(Garbage.begin.prefix(7)), "it ends inside", "at byte"),
      Garbage("a Begin that is too long", message: Garbage.begin + [0], "1 bytes are left over", "at byte 21"),
      Garbage("a change outside a transaction", message: Array("I\0\0\0\u{7}N\0\0".utf8), "replication message 'I'"),
      Garbage("an empty message", message: [], "at byte 0"),
      Garbage("a frame of no kind", frame: Array("?what".utf8), "tag 63", "5 bytes", "replication protocol"),
      Garbage("a frame with log that is cut", frame: Array("w\0\0".utf8), "tag 119", "3 bytes"),
    ]

    @Test(arguments: garbage)
    func `something that is not the protocol ends the program, and nothing of it is stored`(_ garbage: Garbage)
      async throws
    {
      let bed = try await TestBed.make()
      try await bed.storeFirst()
      try await bed.change(4...6)
      let proxy = try BadInputProxy(toPort: bed.source.port, adding: garbage.bytes)
      defer { proxy.close() }
      let uri = bed.sourceURI(port: proxy.port) + "?sslmode=disable&gssencmode=disable"
      try await bed.expectEnd(
        .malformedStream, saying: garbage.words + ["nothing sits between"], ["DATABASE_URL": uri])
      #expect(proxy.additions == 1)
      try await bed.expectRest()
    }
  }
}
