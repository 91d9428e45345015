public import Decoder
internal import Pipeline
internal import WAL

/// Changes of rows.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data change events".
extension EventEncoder {
  /// Renders one change: none, one, or several events.
  public mutating func encode(_ change: borrowing Change) {
    guard let shape = shapes.shape(change.plan) else { return }
    (origin.position, origin.lsn, origin.operation) = (change.position, change.lsn, change.operation)
    switch change.operation {
    case .insert: row(change, shape, .create, before: .none, after: .new, key: .new)
    case .snapshot: row(change, shape, .read, before: .none, after: .new, key: .new)
    case .update: update(change, shape)
    case .delete: delete(change, shape, header: nil)
    case .truncate: row(change, shape, .truncate, before: .none, after: .none, key: .none)
    }
  }

  /// An update that changes the key is a delete and a create.
  mutating func update(_ change: borrowing Change, _ shape: TableShape) {
    if settings.skipsUnchanged, change.oldRow != .absent, isUnchanged(change, shape) { return }
    guard change.oldRow != .absent, shape.hasKey, keyChanges(change, shape) else {
      return row(change, shape, .update, before: change.oldRow == .absent ? .none : .old, after: .new, key: .new)
    }
    delete(change, shape, header: ("__debezium.newkey", .new))
    row(change, shape, .create, before: .none, after: .new, key: .new, header: ("__debezium.oldkey", .old))
  }

  mutating func delete(
    _ change: borrowing Change, _ shape: TableShape, header: (name: StaticString, key: RowSide)?
  ) {
    guard !skipped.contains(.delete) else { return }
    row(change, shape, .delete, before: .old, after: .none, key: .old, header: header)
    if settings.tombstones { tombstone(change, shape, header: header) }
  }

  /// Whether an event would say the same of the row before and after, even should its key change.
  private mutating func isUnchanged(_ change: borrowing Change, _ shape: TableShape) -> Bool {
    guard shape.hasSameNulls(change) else { return false }
    previousKey.clear()
    shape.appendRow(change, .old, to: &previousKey, notices)
    scratch.clear()
    shape.appendRow(change, .new, to: &scratch, notices)
    return previousKey.holdsSame(as: scratch)
  }

  mutating func keyChanges(_ change: borrowing Change, _ shape: TableShape) -> Bool {
    previousKey.clear()
    shape.appendKey(change, .old, to: &previousKey, notices)
    scratch.clear()
    shape.appendKey(change, .new, to: &scratch, notices)
    return !previousKey.holdsSame(as: scratch)
  }

  mutating func row(
    _ change: borrowing Change, _ shape: TableShape, _ letter: EventLetter, before: RowSide, after: RowSide,
    key: RowSide,
    header: (name: StaticString, key: RowSide)? = nil
  ) {
    guard !skipped.contains(letter) else { return }
    var line = EventLine(start: batch.bytes.count)
    let hasKey = key != .none && shape.hasKey
    batch.bytes.append(contentsOf: hasKey ? shape.head : shape.keylessHead)
    if hasKey {
      let start = batch.bytes.count
      shape.appendKey(change, key, to: &batch.bytes, notices)
      line.key = start..<batch.bytes.count
      if window?.isOpen ?? false, change.marker == .none { takeFromWindow(start..<batch.bytes.count, shape) }
    }
    batch.bytes.append(contentsOf: hasKey ? shape.valueOpen : shape.keylessValueOpen)
    let start = batch.bytes.count
    batch.bytes.append(literal: "{\"before\":")
    shape.appendRow(change, before, to: &batch.bytes, notices)
    batch.bytes.append(literal: ",\"after\":")
    shape.appendRow(change, after, to: &batch.bytes, notices)
    if change.marker == .none {
      monitor?.count(shape.collection)
      source.lastPlace = change.lsn
    }
    batch.bytes.append(literal: ",\"source\":")
    source.append(.init(lsn: change.lsn, marker: change.marker), shape.source, to: &batch.bytes)
    batch.bytes.append(literal: ",\"transaction\":")
    appendTransaction(change.lsn, inTransaction: change.marker == .none)
    batch.bytes.append(literal: ",\"op\":\"")
    batch.bytes.append(letter.rawValue)
    batch.bytes.append(literal: "\",\"ts_ms\":")
    batch.bytes.appendTimes(nanoseconds: EventClock.nanoseconds)
    batch.bytes.append(UInt8(ascii: "}"))
    line.value = start..<batch.bytes.count
    batch.bytes.append(contentsOf: shape.valueClose)
    if let reason = notices.takeFatal() {
      batch.bytes.truncate(to: line.start)
      return refuse(reason, topic: shape.topic)
    }
    finish(line, change, shape, header)
  }

  mutating func tombstone(
    _ change: borrowing Change, _ shape: TableShape, header: (name: StaticString, key: RowSide)?
  ) {
    var line = EventLine(start: batch.bytes.count)
    if !shape.hasKey {
      batch.bytes.append(contentsOf: shape.keylessHead)
      batch.bytes.append(contentsOf: shape.keylessTombstone)
    } else {
      batch.bytes.append(contentsOf: shape.head)
      let start = batch.bytes.count
      shape.appendKey(change, .old, to: &batch.bytes, notices)
      line.key = start..<batch.bytes.count
      batch.bytes.append(contentsOf: shape.tombstone)
    }
    finish(line, change, shape, header)
  }

  mutating func finish(
    _ line: EventLine, _ change: borrowing Change, _ shape: TableShape, _ header: (name: StaticString, key: RowSide)?
  ) {
    guard !isTransformed else {
      var headers = contextHeaders
      if let header {
        scratch.clear()
        shape.appendKey(change, header.key, to: &scratch, notices, inHeader: true)
        if let schema = shape.keySchema {
          headers.insert(.init("\(header.name)", EventValue(parsing: scratch.bytes, schema: schema)), at: 0)
        }
      }
      return finish(line, shape.shape, nil, headers)
    }
    guard let header else {
      batch.bytes.append(contentsOf: context)
      batch.bytes.append(literal: "}}\n")
      return count(line, shape.shape)
    }
    batch.bytes.append(literal: "{\"")
    batch.bytes.append(literal: header.name)
    batch.bytes.append(literal: "\":")
    batch.bytes.append(contentsOf: shape.headerKeyOpen)
    shape.appendKey(change, header.key, to: &batch.bytes, notices, inHeader: true)
    if settings.headerSchemas { batch.bytes.append(UInt8(ascii: "}")) }
    batch.bytes.append(contentsOf: contextRest)
    batch.bytes.append(literal: "}}\n")
    count(line, shape.shape)
  }

  /// Counts the event that the batch ends with.
  @inline(__always)
  private mutating func count(_ line: EventLine, _ shape: EventShape, _ partition: Int32? = nil) {
    batch.changes += 1
    records?.note(line, shape, partition: partition, origin, in: &batch)
  }

  /// Ends an event that stands whole in the batch; with transforms it is taken out, transformed and put back.
  mutating func finish(
    _ line: EventLine, _ shape: EventShape, _ partition: Int32?, _ headers: [EventRecord.Header]
  ) {
    guard isTransformed else { return count(line, shape, partition) }
    var record = EventRecord(topic: shape.topic, partition: partition, headers: headers)
    if let range = line.key, let keySchema = shape.keySchema {
      record.key = EventValue(parsing: batch.bytes.bytes.extracting(range), schema: keySchema)
    }
    if let range = line.value, let valueSchema = shape.valueSchema {
      record.value = EventValue(parsing: batch.bytes.bytes.extracting(range), schema: valueSchema)
    }
    batch.bytes.truncate(to: line.start)
    do {
      guard let result = try transforms.apply(record) else { return }
      let ranges = try result.append(to: &batch.bytes, converters, &cloudEvents)
      batch.changes += 1
      records?.note(result, ranges, table: shape.table, origin, in: &batch)
    } catch {
      batch.bytes.truncate(to: line.start)
      refuse("\(error)", topic: shape.topic)
    }
  }

  /// What cannot be made an event is never left out in silence: the sink's tolerance decides.
  mutating func refuse(_ reason: String, topic: String) {
    batch.quarantined.append(
      QuarantinedChange(
        position: origin.position, lsn: origin.lsn, transaction: origin.transaction, commitTime: origin.commitTime,
        schema: "topic", table: topic, operation: .insert, payload: "", reason: reason, code: "event"))
  }
}
