/// The order in which Java's hash maps hand out texts: by bucket, and within one as they came.
///
/// Debezium keeps its tables in such maps, so the order shows: in what a regular expression of a signal is expanded to,
/// and in notifications.
enum HashedOrder {
  /// As a `HashSet` made of a collection.
  static func set(_ texts: [String]) -> [String] {
    order(texts, buckets: powerOfTwo(atLeast: max(texts.count * 4 / 3 + 1, 16)))
  }

  /// As a `ConcurrentHashMap` that was filled one by one.
  static func concurrentMap(_ texts: [String]) -> [String] {
    var buckets = 16
    while texts.count >= buckets - buckets / 4 { buckets *= 2 }
    return order(texts, buckets: buckets)
  }

  private static func order(_ texts: [String], buckets: Int) -> [String] {
    let mask = UInt32(truncatingIfNeeded: buckets &- 1)
    let placed = texts.enumerated().map { place, text in
      let hash = javaHash(text)
      return (bucket: (hash ^ (hash >> 16)) & mask, place: place, text: text)
    }
    return placed.sorted { ($0.bucket, $0.place) < ($1.bucket, $1.place) }.map(\.text)
  }

  private static func powerOfTwo(atLeast count: Int) -> Int {
    var power = 16
    while power < count { power *= 2 }
    return power
  }

  /// Java's `String.hashCode()`.
  private static func javaHash(_ text: String) -> UInt32 {
    text.utf16.reduce(0) { $0 &* 31 &+ UInt32($1) }
  }
}
