import Decoder
import Testing

@Suite struct JSONOutputBufferTests {
  @Test func `bytes, spans, constants and texts are added in order`() {
    var buffer = OutputBuffer(capacity: 0)
    buffer.append(UInt8(ascii: "a"))
    let two: [UInt8] = [98, 99]
    buffer.append(two.span)
    buffer.append(two.span.bytes)
    buffer.append(literal: "-literal-")
    buffer.append(literal: "")
    buffer.append(utf8: "ünïcode")
    #expect(buffer.text == "abcbc-literal-ünïcode")
    #expect(buffer.count == "abcbc-literal-ünïcode".utf8.count)
    #expect(buffer.bytes.byteCount == buffer.count)
  }

  @Test func `growing keeps what was written`() {
    var buffer = OutputBuffer(capacity: 1)
    var expected = ""
    for number in 0..<2_000 {
      buffer.appendDecimal(UInt64(number))
      expected += String(number)
    }
    #expect(buffer.text == expected)
    #expect(buffer.capacity >= expected.utf8.count)
  }

  @Test func `truncate takes back, clear forgets and keeps the memory, a limit gives it back`() {
    var buffer = OutputBuffer(capacity: 8)
    buffer.append(literal: "0123456789")
    buffer.truncate(to: 20)
    buffer.truncate(to: -1)
    #expect(buffer.text == "0123456789")
    buffer.truncate(to: 4)
    #expect(buffer.text == "0123")
    let capacity = buffer.capacity
    buffer.clear()
    #expect(buffer.count == 0)
    #expect(buffer.capacity == capacity)
    buffer.clear(retaining: 16)
    #expect(buffer.capacity == 16)
    buffer.append(literal: "again, and more than sixteen bytes")
    #expect(buffer.text == "again, and more than sixteen bytes")
    let negative = OutputBuffer(capacity: -5)
    #expect(negative.capacity == 0)
  }

  @Test func `integers are big endian, and a length can be written afterwards`() {
    var buffer = OutputBuffer(capacity: 4)
    buffer.appendBigEndian(Int32(0))
    buffer.appendBigEndian(Int16(-2))
    buffer.appendBigEndian(UInt64(0x0102_0304_0506_0708))
    buffer.overwriteBigEndian(Int32(10), at: 0)
    let bytes = buffer.withUnsafeBytes { Array($0) }
    #expect(bytes == [0, 0, 0, 10, 0xFF, 0xFE, 1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, .max, .min, -1, -10] as [Int64])
  func `decimals are exact to the ends of 64 bits`(value: Int64) {
    var buffer = OutputBuffer(capacity: 0)
    buffer.appendDecimal(value)
    buffer.append(UInt8(ascii: " "))
    buffer.appendDecimal(UInt64(bitPattern: value))
    #expect(buffer.text == "\(value) \(UInt64(bitPattern: value))")
  }

  @Test func `every byte that JSON cannot hold is escaped, at every place of a word`() {
    for byte in UInt8(0)...127 {
      for place in 0..<20 {
        var text = Array("abcdefghijklmnopqrst".utf8)
        text[place] = byte
        var buffer = OutputBuffer(capacity: 0)
        buffer.appendJSONString(text.span.bytes)
        #expect(buffer.text == expectedString(text))
      }
    }
  }

  @Test func `a string of nothing but escapes grows the buffer sixfold`() {
    let text = [UInt8](repeating: 1, count: 1_000)
    var buffer = OutputBuffer(capacity: 10)
    buffer.appendJSONString(text.span.bytes)
    #expect(buffer.text == "\"" + String(repeating: "\\u0001", count: 1_000) + "\"")
  }

  @Test func `UTF-8 passes through`() {
    var buffer = OutputBuffer(capacity: 0)
    buffer.appendJSONString("grüße 日本語 🐘 \u{7F} \u{2028}")
    #expect(buffer.text == "\"grüße 日本語 🐘 \u{7F} \u{2028}\"")
  }

  private func expectedString(_ bytes: [UInt8]) -> String {
    var result = "\""
    for byte in bytes {
      switch byte {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x08: result += "\\b"
      case 0x09: result += "\\t"
      case 0x0A: result += "\\n"
      case 0x0C: result += "\\f"
      case 0x0D: result += "\\r"
      case 0..<0x10: result += "\\u000" + String(byte, radix: 16)
      case 0x10..<0x20: result += "\\u00" + String(byte, radix: 16)
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result + "\""
  }
}
