internal import Decoder
internal import WAL

/// Counts the events of the open transaction, for `transaction` blocks and the transaction topic.
///
/// Source: Debezium documentation, PostgreSQL connector, "Transaction metadata".
struct TransactionMonitor {
  enum Status { case begin, end }

  private var transaction = TransactionID(0)
  private var total: UInt64 = 0
  private var counts: [(collection: String, count: UInt64)] = []
  private var place = 0
  /// Debezium counts each logical message for itself.
  private var messages = 0
  private var lastOrder: UInt64 = 0

  mutating func begin(_ transaction: TransactionID) {
    self.transaction = transaction
    total = 0
    messages = 0
    counts.removeAll(keepingCapacity: true)
  }

  /// An event of a table.
  mutating func count(_ collection: String) {
    total &+= 1
    if place >= counts.count || counts[place].collection != collection {
      place = counts.firstIndex { $0.collection == collection } ?? counts.count
      if place == counts.count { counts.append((collection, 0)) }
    }
    counts[place].count &+= 1
    lastOrder = counts[place].count
  }

  /// A logical message.
  mutating func countMessage() {
    total &+= 1
    messages += 1
    lastOrder = 1
  }

  /// `{"id":…,"total_order":…,"data_collection_order":…}`; the identifier carries the event's own place.
  func appendBlock(_ lsn: LSN, to buffer: inout OutputBuffer) {
    buffer.append(literal: "{\"id\":\"")
    appendID(lsn, to: &buffer)
    buffer.append(literal: "\",\"total_order\":")
    buffer.appendDecimal(total)
    buffer.append(literal: ",\"data_collection_order\":")
    buffer.appendDecimal(lastOrder)
    buffer.append(UInt8(ascii: "}"))
  }

  func appendID(_ lsn: LSN, to buffer: inout OutputBuffer) {
    buffer.appendDecimal(UInt64(transaction.rawValue))
    buffer.append(UInt8(ascii: ":"))
    buffer.appendDecimal(lsn.rawValue)
  }

  /// The counts of a boundary event, from its `event_count` on: null and null at the beginning.
  func appendCounts(_ status: Status, to buffer: inout OutputBuffer) {
    guard status == .end else { return buffer.append(literal: "null,\"data_collections\":null") }
    buffer.appendDecimal(total)
    buffer.append(literal: ",\"data_collections\":[")
    var isFirst = true
    func separate() {
      if !isFirst { buffer.append(UInt8(ascii: ",")) }
      isFirst = false
    }
    for entry in counts {
      separate()
      buffer.append(literal: "{\"data_collection\":")
      buffer.appendJSONString(entry.collection)
      buffer.append(literal: ",\"event_count\":")
      buffer.appendDecimal(entry.count)
      buffer.append(UInt8(ascii: "}"))
    }
    for _ in 0..<messages {
      separate()
      buffer.append(
        literal: """
          {"data_collection":"io.debezium.connector.postgresql.LogicalDecodingMessageMonitor$LogicalDecodingMessageId@0",\
          "event_count":1}
          """)
    }
    buffer.append(UInt8(ascii: "]"))
  }
}
