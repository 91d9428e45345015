/// The order in which Java's `HashMap` gives out what was put in, which shows where a map is written.
public enum JavaHashOrder {
  /// The indices of `hashes` in the order of a map made for `expected` entries (its default when nil) that they were put
  /// into one after the other. Keys are all different.
  ///
  /// Source: `java.util.HashMap`: a power of two buckets, doubled when more than three quarters full; in a bucket, the
  /// order of insertion. (Buckets of more than eight become trees, which keep that order nearly.)
  public static func order(_ hashes: [Int32], expected: Int? = nil) -> [Int] {
    var buckets = 16
    if let expected {
      buckets = 1
      while buckets < expected { buckets *= 2 }
    }
    while hashes.count > buckets * 3 / 4, hashes.count > 0 { buckets *= 2 }
    let mask = UInt32(buckets - 1)
    let places = hashes.map { hash in
      let bits = UInt32(bitPattern: hash)
      return (bits ^ bits >> 16) & mask
    }
    return hashes.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  }

  /// `String.hashCode`.
  public static func hash(_ text: String) -> Int32 { text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) } }

  /// `String.hashCode` of a UTF-8 text.
  static func hash(_ text: [UInt8]) -> Int32 { hash(String(decoding: text, as: UTF8.self)) }
}
