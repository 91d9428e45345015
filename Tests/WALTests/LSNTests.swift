import Testing
import WAL

@Suite struct LSNTests {
  static let forms: [(UInt64, String)] = [
    (0, "0/0"), (1, "0/1"), (0xFFFF_FFFF, "0/FFFFFFFF"), (0x1_0000_0000, "1/0"), (0x16_B374_D848, "16/B374D848"),
    (0xA_0000_000B, "A/B"), (.max, "FFFFFFFF/FFFFFFFF"),
  ]

  @Test(arguments: forms)
  func `a position is written as PostgreSQL writes it and read back`(value: UInt64, text: String) {
    #expect(LSN(value).description == text)
    #expect(LSN(text) == LSN(value))
  }

  @Test(
    arguments: [("16/b374d848", 0x16_B374_D848), ("00000016/000000AB", 0x16_0000_00AB), ("0/00", 0)]
      as [(String, UInt64)])
  func `lower case and leading zeros are read`(text: String, value: UInt64) {
    #expect(LSN(text) == LSN(value))
  }

  @Test(arguments: [
    "", "/", "0", "0/", "/0", "0/0/0", "0//0", " 0/0", "0/0 ", "0/ 0", "+1/0", "0/+1", "-0/0", "0/-0", "-1/0", "0/-1",
    "123456789/0", "0/123456789", "G/0", "0/G", "0x1/0", "0.1/0", "０/0", "1/\u{0}", "0-0",
  ])
  func `a text that is no position is refused`(text: String) {
    #expect(LSN(text) == nil, "\(text.debugDescription) was read as \(LSN(text)?.description ?? "")")
  }

  @Test func `positions are in the order of the log, over the halves' border too`() {
    let sorted = Self.forms.map { LSN($0.0) }.sorted()
    #expect(sorted.map(\.rawValue) == Self.forms.map(\.0).sorted())
    #expect(LSN(0xFFFF_FFFF) < LSN(0x1_0000_0000))
    #expect(LSN.zero == LSN(0))
  }

  @Test func `a distance is never negative`() {
    #expect(LSN(10).distance(from: LSN(4)) == 6)
    #expect(LSN(4).distance(from: LSN(10)) == 0)
    #expect(LSN(.max).distance(from: .zero) == .max)
    #expect(LSN(7).distance(from: LSN(7)) == 0)
  }
}
