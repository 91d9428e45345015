internal import Decoder

/// A registry by its URL, taken apart so that the credentials in it go nowhere but into the header.
struct RegistryEndpoint: Sendable {
  /// The URL without credentials and without a slash at its end.
  let url: String
  /// `user:password` of the URL.
  let userInfo: String?

  /// An endpoint; nil when the URL is none of `http` or `https`.
  init?(_ text: String) {
    let lower = text.lowercased()
    guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let authority = rest[..<end]
    let path = rest[end...].prefix { $0 != "?" && $0 != "#" }
    let at = authority.lastIndex(of: "@")
    let host = at.map { authority[authority.index(after: $0)...] } ?? authority
    guard !host.isEmpty else { return nil }
    userInfo = at.map { String(authority[..<$0]) }
    var url = scheme + host + path
    while url.hasSuffix("/") { url.removeLast() }
    self.url = url
  }

  /// A part of a path, with everything that could mean something else there encoded.
  ///
  /// Source: RFC 3986, section 2.3 "Unreserved Characters".
  static func encoded(_ part: String) -> String {
    var text = ""
    for byte in part.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }
}
