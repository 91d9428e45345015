/// What was made or asked for before, up to so many entries; the oldest makes room.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let capacity: Int
  private var values: [Key: Value] = [:]
  private var keys: [Key] = []
  private var oldest = 0

  init(capacity: Int) { self.capacity = max(1, capacity) }

  subscript(key: Key) -> Value? { values[key] }

  /// Keeps a value.
  mutating func insert(_ value: Value, for key: Key) {
    guard values.updateValue(value, forKey: key) == nil else { return }
    guard keys.count == capacity else { return keys.append(key) }
    values[keys[oldest]] = nil
    keys[oldest] = key
    oldest = (oldest + 1) % capacity
  }
}
