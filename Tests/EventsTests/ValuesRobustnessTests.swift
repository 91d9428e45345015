import Decoder
import Events
import Testing

@Suite("Values: damaged texts")
struct ValuesRobustnessTests {
  private static let samples: [(type: String, text: String)] = [
    ("int4", "5"), ("float8", "1.5e+20"), ("float4", "-1e-45"), ("numeric", "-12.50"), ("money", "-$1,234.56"),
    ("date", "0044-03-15 BC"), ("time", "13:51:30.123456"), ("timetz", "13:51:30.1+05:30:10"),
    ("timestamp", "2016-11-04 13:51:30.123456"), ("timestamptz", "2016-11-04 13:51:30.123456+00 BC"),
    ("interval", "-1 mons +2 days -03:04:05.000006"), ("bytea", "\\x0102"), ("varbit", "1010"), ("point", "(1,2)"),
    ("geometry", "0101000020E6100000000000000000F03F0000000000000040"), ("vector", "[1,2]"),
    ("sparsevec", "{1:1.5,3:2}/5"), ("hstore", #""a"=>"1", "b"=>NULL"#), ("_text", #"[0:1]={a,"b \" c",NULL}"#),
    ("_int4", "{{1,2},{3,4}}"), ("_timestamptz", #"{"2016-11-04 13:51:30+00",infinity}"#), ("oidvector", "1 2"),
    ("text", "é\u{1}😀"), ("name", "n"), ("box", "(1,1),(0,0)"),
  ]

  @Test func `whatever the text, nothing breaks and nothing is left over`() {
    var seed: UInt64 = 7
    func random(below limit: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % limit
    }
    for (type, text) in ValuesRobustnessTests.samples {
      for origin in [ValueOrigin.stream, .snapshot] {
        let column = ValuesFixture(type) {
          $0.origin = origin
          $0.settings.includesUnknownTypes = true
          $0.settings.rules = origin == .stream ? [] : [ColumnRule(.truncate(3)) { _ in true }]
        }
        guard let converter = column.converter else { continue }
        for _ in 0..<500 {
          var bytes = Array(text.utf8)
          for _ in 0...random(below: 4) where !bytes.isEmpty {
            let place = random(below: bytes.count)
            switch random(below: 3) {
            case 0: bytes[place] = UInt8(random(below: 256))
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[random(below: bytes.count)], at: place)
            }
          }
          var buffer = OutputBuffer(capacity: 16)
          buffer.append(UInt8(ascii: "!"))
          if !converter.append(bytes.span.bytes, from: origin, to: &buffer) { #expect(buffer.count == 1) }
        }
      }
    }
  }
}
