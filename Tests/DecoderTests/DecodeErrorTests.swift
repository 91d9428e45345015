import Decoder
import Testing

@Suite struct DecodeErrorTests {
  @Test(
    arguments: [
      (.truncated(field: "the tag"), "it ends inside the tag"), (.trailingBytes(count: 3), "3 bytes are left over"),
      (.unknownMessage(tag: 0x7A), "0x7a is no message of pgoutput protocol 1 to 4"),
      (.unknownTag(1, field: "flags"), "0x1 is not allowed as flags"),
      (.invalidLength(-1, field: "a value"), "-1 is no valid length of a value"),
      (.invalidText(field: "a name"), "a name is not UTF-8"),
      (.unknownRelation(7), "relation 7 was never introduced"),
      (.columnCount(found: 1, expected: 2), "1 columns where the relation has 2"),
      (.unexpected("a change stands outside a transaction"), "a change stands outside a transaction"),
    ] as [(DecodeError.Reason, String)])
  func `a description says what and where`(reason: DecodeError.Reason, text: String) {
    let error = DecodeError(reason, at: 12, in: UInt8(ascii: "I"))
    #expect(error.description == "malformed replication message 'I' at byte 12: \(text)")
  }

  @Test func `a tag that is no letter is shown as a number`() {
    for tag: UInt8 in [0, 10, 27, 0x7F, 0xE4] {
      let text = DecodeError(.unknownMessage(tag: tag), at: 0, in: tag).description
      #expect(
        text.hasPrefix("malformed replication message 0x\(String(tag, radix: 16)) at byte 0"),
        "\(text.debugDescription)")
    }
  }

  @Test func `an error outside of a message does not speak of one`() {
    let text = DecodeError(.columnCount(found: 1, expected: 2), at: 3, in: nil).description
    #expect(text == "malformed data from the source at byte 3: 1 columns where the relation has 2")
  }
}
