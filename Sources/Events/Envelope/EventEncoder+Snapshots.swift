public import Decoder
public import Pipeline
internal import PGReplication
internal import WAL

/// Incremental snapshots, and what snapshots tell of themselves.
///
/// Source: Debezium documentation, "Incremental snapshots", "Receiving Debezium notifications".
extension EventEncoder {
  /// Renders a notification, where they have a topic.
  public mutating func notify(_ notification: SnapshotNotification) {
    guard let frame = fixed.notification else { return }
    var line = open(frame)
    batch.bytes.append(literal: "{\"id\":")
    batch.bytes.appendJSONString(notification.id)
    close(&line, frame)
    batch.bytes.append(literal: "{\"id\":")
    batch.bytes.appendJSONString(notification.id)
    batch.bytes.append(literal: ",\"type\":")
    batch.bytes.appendJSONString(notification.kind.rawValue)
    batch.bytes.append(literal: ",\"aggregate_type\":")
    batch.bytes.appendJSONString(notification.aggregate.rawValue)
    batch.bytes.append(literal: ",\"additional_data\":{\"connector_name\":")
    batch.bytes.appendJSONString(settings.topicPrefix)
    for detail in notification.details {
      batch.bytes.append(UInt8(ascii: ","))
      batch.bytes.appendJSONString(detail.name)
      batch.bytes.append(UInt8(ascii: ":"))
      batch.bytes.appendJSONString(detail.value)
    }
    batch.bytes.append(literal: "},\"timestamp\":")
    batch.bytes.appendDecimal(notification.time.unixMicroseconds / 1000)
    finish(&line, frame)
    batch.passing = min(batch.passing + 1, batch.changes)
  }

  /// Takes a chunk's rows, by their keys.
  public mutating func fillWindow(_ plan: RelationPlan, _ facts: RelationFacts, _ rows: RowBatch) {
    let shape = TableShape(plan, facts, names, settings, .snapshot)
    var window = EventWindow(shape, rows)
    for index in 0..<rows.count {
      withRow(index, window, marker: .incremental) { encoder, change in
        encoder.scratch.clear()
        if !shape.hasKey {
          encoder.scratch.append(literal: "null")
        } else {
          shape.appendKey(change, .new, to: &encoder.scratch, encoder.notices)
        }
      }
      window.insert(scratch.array, row: index)
    }
    self.window = window
  }

  /// From here on a change of the table takes its row out.
  public mutating func openWindow() { window?.isOpen = true }

  /// Renders the rows that are left.
  public mutating func emitWindow() {
    guard let window else { return }
    self.window = nil
    // Such a row's time is that of its reading.
    let streamed = source
    defer { source = streamed }
    source.enter(MonotonicClock.wall(), nil)
    let before = batch.changes
    defer { batch.passing += batch.changes - before }
    for case .some(let index) in window.order {
      withRow(index, window, marker: .incremental) { encoder, change in
        encoder.row(change, window.shape, .read, before: .none, after: .new, key: .new)
      }
    }
  }

  mutating func takeFromWindow(_ key: Range<Int>, _ shape: TableShape) {
    guard window?.shape.plan.relation.oid == shape.plan.relation.oid else { return }
    let taken = batch.bytes.bytes.extracting(key).copied
    window?.remove(taken)
  }

  mutating func withRow(
    _ index: Int, _ window: EventWindow, marker: SnapshotMarker,
    _ body: (inout EventEncoder, borrowing Change) -> Void
  ) {
    let plan = window.shape.plan
    var row = CopyRow()
    // Lines come from the server as it writes them; one that cannot be read is none.
    guard
      (try? window.rows.withRow(index) { line throws(DecodeError) in try row.read(line, columns: plan.columns.count) })
        != nil
    else { return }
    let none: [Cell] = []
    let (cells, bytes) = (row.cells, row.bytes)
    let change = Change(
      .snapshot, at: Position(commit: .zero, ordinal: 0), lsn: source.lastPlace, plan: plan, oldRow: .absent,
      old: none.span, new: cells.span, bytes: bytes.span.bytes, marker: marker)
    body(&self, change)
  }
}
