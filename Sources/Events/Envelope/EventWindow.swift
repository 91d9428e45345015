internal import Decoder
internal import Pipeline

/// The rows of one chunk of an incremental snapshot, by their rendered key, until the chunk's high watermark comes.
///
/// As Debezium keeps them: a row whose key another row has too takes that one's place in the order. Source: Debezium
/// documentation, "Incremental snapshots", "snapshot window".
struct EventWindow {
  let shape: TableShape
  let rows: RowBatch
  private var places: [[UInt8]: Int] = [:]
  /// The row at each place; nil where a change took it out.
  private(set) var order: [Int?] = []
  var isOpen = false

  init(_ shape: TableShape, _ rows: RowBatch) {
    self.shape = shape
    self.rows = rows
  }

  mutating func insert(_ key: [UInt8], row: Int) {
    if let place = places[key] {
      order[place] = row
    } else {
      places[key] = order.count
      order.append(row)
    }
  }

  mutating func remove(_ key: [UInt8]) {
    if let place = places.removeValue(forKey: key) { order[place] = nil }
  }
}
