/// The digests that `column.mask.hash…` may name, by their names in Java's `MessageDigest`.
public enum Digest: String, Sendable, CaseIterable {
  case md5 = "MD5"
  case sha1 = "SHA-1"
  case sha224 = "SHA-224"
  case sha256 = "SHA-256"
  case sha384 = "SHA-384"
  case sha512 = "SHA-512"

  /// By name, in upper or lower case; nil when it is not one of these.
  public init?(name: String) {
    let upper = name.uppercased()
    guard let digest = Digest(rawValue: upper == "SHA" || upper == "SHA1" ? "SHA-1" : upper) else { return nil }
    self = digest
  }

  /// A message's digest.
  func bytes(of message: [UInt8]) -> [UInt8] {
    switch self {
    case .md5: OldDigests.md5(message)
    case .sha1: OldDigests.sha1(message)
    case .sha224: SHA2.narrow(message, count: 28)
    case .sha256: SHA2.narrow(message, count: 32)
    case .sha384: SHA2.wide(message, count: 48)
    case .sha512: SHA2.wide(message, count: 64)
    }
  }
}

/// How digests fill up the last block: a bit, zeros, and the message's length in bits.
enum DigestPadding {
  /// The message filled up to whole blocks of `block` bytes.
  static func padded(_ message: [UInt8], block: Int, bigEndian: Bool) -> [UInt8] {
    let length = UInt64(message.count) &* 8
    var padded = message
    padded.append(0x80)
    let lengthBytes = block / 8
    while padded.count % block != block - lengthBytes { padded.append(0) }
    // The upper half of a length of 16 bytes is zero.
    padded.append(contentsOf: repeatElement(0, count: lengthBytes - 8))
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64($0 * 8)) }
    return padded + (bigEndian ? bytes.reversed() : bytes)
  }
}
