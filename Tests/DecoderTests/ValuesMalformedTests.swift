import Decoder
import Testing

/// Whatever the bytes: a value or an error, never a crash, and the buffer untouched by an error.
@Suite struct ValuesMalformedTests {
  static let item = ValueShape.row(["n": .number, "t": .text, "at": .timestampWithTimeZone, "ok": .boolean])
  static let samples: [(ValueShape, String)] = [
    (.number, "-12.5e+10"), (.boolean, "t"), (.timestamp, "2024-01-01 10:00:00.123456"),
    (.timestampWithTimeZone, "12024-01-01 10:00:00.5+05:30 BC"), (.json, #"{"a":[1]}"#), (.text, "a \"text\"\n\u{1}ä"),
    (.hstore, #""a"=>"1", "b\"\\"=>NULL, "c"=>"x""#), (.array(of: .number), "[0:1][2:3]={{1,2},{3,NULL}}"),
    (.array(of: .text), #"{"a\"b\\",NULL,"NULL","{}",x}"#), (.vector(element: .number), "1 2 33"),
    (item, #"(1,"a ""b""",,t)"#),
    (.array(of: item), #"{"(1,\"a \"\"b\"\"\",\"2024-01-01 10:00:00+00\",t)","(,,,)",NULL}"#),
    (.row(["a": .array(of: item), "h": .hstore]), #"("{""(1,\\""a b\\"",,f)""}","""k""=>""v""")"#),
    (.array(element: .text, delimiter: UInt8(ascii: ";")), "{(1,1),(0,0);(2,2),(1,1)}"),
  ]

  @Test func `a value cut off at any byte is a value or an error`() throws {
    for (shape, text) in Self.samples {
      let bytes = Array(text.utf8)
      #expect(throws: Never.self) { try rendered(bytes, as: shape) }
      for length in 0..<bytes.count { check(Array(bytes[..<length]), as: shape) }
      switch shape {
      case .array, .composite:
        for length in 0..<bytes.count {
          #expect(throws: ValueError.self) { try rendered(Array(bytes[..<length]), as: shape) }
        }
      default: break
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `random changes give a value or an error`(seed: UInt64) throws {
    var random = SplitMix(seed)
    let telling = Array(#"{}()[]",\;:= >NULtf0-+ebBC"#.utf8)
    for _ in 0..<8_000 {
      let (shape, text) = Self.samples[random.below(Self.samples.count)]
      var bytes = Array(text.utf8)
      for _ in 0...random.below(4) {
        let byte = random.below(3) == 0 ? UInt8(random.below(256)) : telling[random.below(telling.count)]
        switch bytes.isEmpty ? 0 : random.below(4) {
        case 0: bytes.insert(byte, at: random.below(bytes.count + 1))
        case 1: bytes.remove(at: random.below(bytes.count))
        case 2: bytes[random.below(bytes.count)] = byte
        default: bytes.append(contentsOf: bytes[random.below(bytes.count)...].prefix(64))
        }
      }
      check(bytes, as: shape, "seed \(seed)")
    }
  }

  @Test(arguments: [5, 6] as [UInt64])
  func `bytes of another type give a value or an error`(seed: UInt64) throws {
    var random = SplitMix(seed)
    for _ in 0..<4_000 {
      let shape = Self.samples[random.below(Self.samples.count)].0
      check(Array(Self.samples[random.below(Self.samples.count)].1.utf8), as: shape)
      check((0..<random.below(40)).map { _ in UInt8(random.below(256)) }, as: shape)
    }
  }

  @Test func `a long value of braces or quotes is refused without deep calls`() throws {
    for byte in #"{("\["#.utf8 {
      let bytes = [UInt8](repeating: byte, count: 1_000_000)
      for (shape, _) in Self.samples {
        switch shape {
        case .array, .composite, .hstore:
          let refused = (try? rendered(bytes, as: shape)) == nil
          #expect(refused, "\(shape)")
        default: break
        }
      }
    }
  }

  private func check(_ bytes: [UInt8], as shape: ValueShape, _ note: String = "") {
    var buffer = OutputBuffer(capacity: 16)
    buffer.append(literal: "<")
    do throws(ValueError) {
      try buffer.appendJSON(bytes.span.bytes, as: shape)
      #expect(buffer.count > 1)
    } catch {
      #expect(buffer.text == "<", "\(note)")
      #expect((0...bytes.count).contains(error.offset), "\(note) \(bytes)")
    }
  }
}

/// A small generator of random numbers with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { limit <= 1 ? 0 : Int(next() % UInt64(limit)) }
}
