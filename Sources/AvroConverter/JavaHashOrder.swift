/// The order in which Java's `HashMap` gives out what was put in, which shows where a map is written.
enum JavaHashOrder {
  /// The indices of `hashes` in the order of a map that they were put into one after the other. Keys are all different.
  ///
  /// Source: `java.util.HashMap`: a power of two buckets, doubled when more than three quarters full; in a bucket, the
  /// order of insertion. (Buckets of more than eight become trees, which keep that order nearly.)
  static func order(_ hashes: [Int32]) -> [Int] {
    var buckets = 16
    while hashes.count > buckets / 4 * 3 { buckets *= 2 }
    let mask = UInt32(buckets - 1)
    let places = hashes.map { hash in
      let bits = UInt32(bitPattern: hash)
      return (bits ^ bits >> 16) & mask
    }
    return hashes.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  }

  /// `String.hashCode`.
  static func hash(_ text: String) -> Int32 { text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) } }
}
