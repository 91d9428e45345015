/// A token that a client has to show.
///
/// Source: RFC 6750, section 2.1 "Authorization Request Header Field".
struct BearerToken: Sendable {
  private static let shortest = 16
  private static let longest = 4096
  private let bytes: [UInt8]

  /// Reads a token from a file; a line break at its end does not count.
  init(file path: String) throws(SecretFile.Unfit) {
    var bytes = try SecretFile.bytes(of: path, limit: BearerToken.longest)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw SecretFile.Unfit(text: "holds something else than one token of letters, digits and marks")
    }
    guard bytes.count >= BearerToken.shortest else {
      throw SecretFile.Unfit(
        text: "holds a token of less than \(BearerToken.shortest) characters: make one with openssl rand -hex 32")
    }
    self.bytes = bytes
  }

  /// The value of the header that shows it.
  var header: String { "Bearer " + String(decoding: bytes, as: UTF8.self) }

  /// Whether the value of the header `Authorization` shows this token. The time that it takes depends on the lengths alone.
  func isShown(by header: String) -> Bool {
    let scheme = "bearer "
    guard header.utf8.count > scheme.utf8.count, header.prefix(scheme.count).lowercased() == scheme else {
      return false
    }
    let given = Array(header.utf8.dropFirst(scheme.utf8.count))
    var difference = UInt(bitPattern: given.count ^ bytes.count)
    for place in bytes.indices { difference |= UInt(bytes[place] ^ given[place % given.count]) }
    return difference == 0
  }
}
