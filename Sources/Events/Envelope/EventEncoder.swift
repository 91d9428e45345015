public import Decoder
public import Pipeline
internal import Glibc
internal import PGReplication
public import WAL

/// Renders changes as Debezium's events, a JSON line each: topic, partition, key, value and headers, the latter three as
/// Kafka Connect's `JsonConverter` writes them.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data change events" and "Transaction metadata".
public struct EventEncoder: ~Copyable, ChangeEncoder {
  private let settings: EventSettings
  /// The settings of the converters at the end of the transforms.
  private let converters: EventSettings
  private let names: EventNames
  private var transforms: TransformChain
  private let isTransformed: Bool
  private let notices = ConversionNotices()
  private var batch = EncodedBatch()
  private var source: SourceBlock
  /// Where the stream stood when a snapshot began.
  private var streamed: SourceBlock?
  private var signals: [UInt8] = []
  private var shapes = TableShapes()
  private var monitor: TransactionMonitor?
  private let fixed: FixedEvents
  private var scratch = OutputBuffer(capacity: 4 << 10)
  private var previousKey = OutputBuffer(capacity: 256)
  /// A chunk of an incremental snapshot.
  private var window: EventWindow?
  /// `{` and the context headers, without the brace that ends them.
  private let context: [UInt8]
  /// The same after another header: `,` in place of the brace, or nothing.
  private let contextRest: [UInt8]
  private let contextHeaders: [EventRecord.Header]

  /// An encoder for one session.
  /// - Parameters:
  ///   - run: what tells this run from others, in the context headers; made once a process.
  ///   - state: what an earlier encoder left with the offset; empty at the first start.
  /// - Throws: `NameError` or `TransformError` for settings that cannot be honoured.
  public init(_ settings: EventSettings, run: RunIdentity, state: EncoderState) throws {
    self.init(
      settings, try EventNames(prefix: settings.topicPrefix, settings: settings.names),
      try TransformChain(properties: settings.transformProperties), run, state)
  }

  private init(
    _ settings: EventSettings, _ names: EventNames, _ transforms: consuming TransformChain, _ run: RunIdentity,
    _ state: EncoderState
  ) {
    self.names = names
    self.transforms = transforms
    isTransformed = !self.transforms.isEmpty
    converters = settings
    var settings = settings
    if isTransformed {
      // Transforms see null where it is null; the converter at their end puts the default there.
      settings.values.replacesNullWithDefault = false
      settings.keyReplacesNullWithDefault = false
    }
    self.settings = settings
    source = SourceBlock(settings)
    source.lastCommit = state.lastCommit
    signals = state.signals
    fixed = FixedEvents(names, settings)
    if settings.transactionMetadata { monitor = TransactionMonitor() }
    contextHeaders = settings.contextHeaders ? run.headers(settings) : []
    var text = OutputBuffer(capacity: 256)
    text.append(UInt8(ascii: "{"))
    for (index, header) in contextHeaders.enumerated() { header.append(first: index == 0, settings, to: &text) }
    context = text.array
    contextRest = context.count > 1 ? [UInt8(ascii: ",")] + context.dropFirst() : []
  }

  // MARK: ChangeEncoder

  /// How many events the batch under construction holds.
  public var changeCount: Int { batch.changes }
  /// How many bytes the batch under construction holds.
  public var byteCount: Int { batch.bytes.count }

  /// Prepares a table.
  public mutating func relation(_ plan: RelationPlan, _ facts: RelationFacts) {
    guard plan.isCaptured else { return }
    shapes.insert(TableShape(plan, facts, names, settings, streamed == nil ? .stream : .snapshot))
  }

  /// Takes the transaction's time and number.
  public mutating func begin(_ transaction: Begin, at lsn: LSN) {
    source.enter(transaction.commitTime, transaction.transaction)
    guard monitor != nil else { return }
    monitor?.begin(transaction.transaction)
    boundary(.begin, lsn)
  }

  /// Takes the snapshot's time.
  public mutating func beginSnapshot(_ point: Begin, restarts: Bool) {
    if restarts { source.lastCommit = nil }
    streamed = source
    source.enter(point.commitTime, point.transaction)
  }

  /// Goes back to where the stream stood.
  public mutating func endSnapshot() {
    if let streamed { source = streamed }
    streamed = nil
  }

  /// Takes the slot's `catalog_xmin`.
  public mutating func takeXmin(_ xmin: UInt64?) { source.xmin = xmin }

  /// Takes what is to be stored with the offset.
  public mutating func remember(_ signals: [UInt8]) { self.signals = signals }

  /// Takes the origin.
  public mutating func origin(_ origin: Origin) { source.came(from: origin) }

  /// Ends the transaction.
  public mutating func end(_ commit: Commit) {
    source.lastCommit = commit.endLSN
    if monitor != nil { boundary(.end, commit.endLSN) }
  }

  /// Renders a logical message, where its prefix is wanted.
  public mutating func message(_ message: borrowing LogicalMessage, at lsn: LSN) {
    // One that stands for itself is a commit of its own to whoever comes after it.
    if !message.isTransactional { source.lastCommit = lsn }
    guard settings.includesMessage(message.prefix) else { return }
    if message.isTransactional { monitor?.countMessage() }
    var line = open(fixed.message)
    batch.bytes.append(literal: "{\"prefix\":")
    batch.bytes.appendJSONString(message.prefix)
    close(&line, fixed.message)
    batch.bytes.append(literal: "{\"op\":\"m\",\"ts_ms\":")
    batch.bytes.appendDecimal(EventClock.nanoseconds / 1_000_000)
    batch.bytes.append(literal: ",\"source\":")
    source.append(
      .init(lsn: lsn, hasTransaction: message.isTransactional), sequence: (source.lastCommit, lsn),
      EventEncoder.messageSource, to: &batch.bytes)
    batch.bytes.append(literal: ",\"transaction\":")
    appendTransaction(lsn, inTransaction: message.isTransactional)
    batch.bytes.append(literal: ",\"message\":{\"prefix\":")
    batch.bytes.appendJSONString(message.prefix)
    batch.bytes.append(literal: ",\"content\":")
    appendContent(message.content)
    batch.bytes.append(UInt8(ascii: "}"))
    finish(&line, fixed.message, topic: names.messageTopic, FixedEvents.messageKey, fixed.messageSchema)
  }

  /// Renders a heartbeat.
  public mutating func heartbeat() {
    var line = open(fixed.heartbeat)
    batch.bytes.append(literal: "{\"serverName\":")
    batch.bytes.appendJSONString(settings.topicPrefix)
    close(&line, fixed.heartbeat)
    batch.bytes.append(literal: "{\"ts_ms\":")
    batch.bytes.appendDecimal(EventClock.nanoseconds / 1_000_000)
    finish(
      &line, fixed.heartbeat, topic: names.heartbeatTopic, partition: 0, FixedEvents.heartbeatKey,
      FixedEvents.heartbeatValue)
  }

  /// Begins an event that no table shapes, up to its key's payload.
  private mutating func open(_ frame: FixedEvents.Frame) -> EventLine {
    var line = EventLine(start: batch.bytes.count)
    batch.bytes.append(contentsOf: frame.head)
    line.key = batch.bytes.count..<batch.bytes.count
    return line
  }

  /// Ends its key's payload, and leads to the value's.
  private mutating func close(_ line: inout EventLine, _ frame: FixedEvents.Frame) {
    batch.bytes.append(UInt8(ascii: "}"))
    line.key = (line.key?.lowerBound ?? line.start)..<batch.bytes.count
    batch.bytes.append(contentsOf: frame.middle)
    line.value = batch.bytes.count..<batch.bytes.count
  }

  /// Ends its value's payload and the event.
  private mutating func finish(
    _ line: inout EventLine, _ frame: FixedEvents.Frame, topic: String, partition: Int32? = nil, _ key: ConnectSchema,
    _ value: ConnectSchema
  ) {
    batch.bytes.append(UInt8(ascii: "}"))
    line.value = (line.value?.lowerBound ?? line.start)..<batch.bytes.count
    batch.bytes.append(contentsOf: frame.tail)
    finish(line, topic: topic, partition, keySchema: key, valueSchema: value, [])
  }

  private mutating func appendContent(_ content: [UInt8]) {
    switch settings.values.binary {
    case .bytes, .base64: batch.bytes.appendBase64(content)
    case .base64URLSafe: batch.bytes.appendBase64(content.span.bytes, safeInURLs: true)
    case .hex:
      batch.bytes.append(UInt8(ascii: "\""))
      for byte in content {
        batch.bytes.append(OutputBuffer.hexDigit(byte >> 4))
        batch.bytes.append(OutputBuffer.hexDigit(byte & 15))
      }
      batch.bytes.append(UInt8(ascii: "\""))
    }
  }

  private static let messageSource = Array(",\"schema\":\"\",\"table\":\"\",\"txId\":".utf8)

  /// Renders one change: none, one, or several events.
  public mutating func encode(_ change: borrowing Change) {
    guard let shape = shapes.shape(change.plan) else { return }
    switch change.operation {
    case .insert: row(change, shape, .create, before: .none, after: .new, key: .new)
    case .snapshot: row(change, shape, .read, before: .none, after: .new, key: .new)
    case .update: update(change, shape)
    case .delete: delete(change, shape, header: nil)
    case .truncate: row(change, shape, .truncate, before: .none, after: .none, key: .none)
    }
  }

  /// Hands the batch out.
  public mutating func exchange(for spare: consuming EncodedBatch) -> EncodedBatch {
    spare.clear()
    swap(&batch, &spare)
    spare.state = EncoderState(lastCommit: (streamed ?? source).lastCommit, signals: signals).text
    return spare
  }

  /// A file refuses nothing.
  public mutating func setAside(_ refused: RefusedChange) {}

  // MARK: Rows

  private enum Letter: UInt8 {
    case create = 0x63, update = 0x75, delete = 0x64, truncate = 0x74, read = 0x72

    /// `skipped.operations` goes by what an event says, not by what the statement was.
    func isSkipped(by settings: EventSettings) -> Bool {
      switch self {
      case .create: settings.skippedOperations.contains(.insert)
      case .update: settings.skippedOperations.contains(.update)
      case .delete: settings.skippedOperations.contains(.delete)
      case .truncate: settings.skippedOperations.contains(.truncate)
      case .read: false
      }
    }
  }

  /// An update that changes the key is a delete and a create.
  private mutating func update(_ change: borrowing Change, _ shape: TableShape) {
    guard change.oldRow != .absent, shape.hasKey, keyChanges(change, shape) else {
      return row(change, shape, .update, before: change.oldRow == .absent ? .none : .old, after: .new, key: .new)
    }
    delete(change, shape, header: ("__debezium.newkey", .new))
    row(change, shape, .create, before: .none, after: .new, key: .new, header: ("__debezium.oldkey", .old))
  }

  private mutating func delete(
    _ change: borrowing Change, _ shape: TableShape, header: (name: StaticString, key: RowSide)?
  ) {
    guard !settings.skippedOperations.contains(.delete) else { return }
    row(change, shape, .delete, before: .old, after: .none, key: .old, header: header)
    if settings.tombstones { tombstone(change, shape, header: header) }
  }

  private mutating func keyChanges(_ change: borrowing Change, _ shape: TableShape) -> Bool {
    previousKey.clear()
    shape.appendKey(change, .old, to: &previousKey, notices)
    scratch.clear()
    shape.appendKey(change, .new, to: &scratch, notices)
    return !previousKey.holdsSame(as: scratch)
  }

  private mutating func row(
    _ change: borrowing Change, _ shape: TableShape, _ letter: Letter, before: RowSide, after: RowSide, key: RowSide,
    header: (name: StaticString, key: RowSide)? = nil
  ) {
    guard !letter.isSkipped(by: settings) else { return }
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
    let beforeStart = batch.bytes.count
    shape.appendRow(change, before, to: &batch.bytes, notices)
    let beforeEnd = batch.bytes.count
    batch.bytes.append(literal: ",\"after\":")
    let afterStart = batch.bytes.count
    shape.appendRow(change, after, to: &batch.bytes, notices)
    if settings.skipsUnchanged, letter == .update, before == .old,
      batch.bytes.same(beforeStart..<beforeEnd, afterStart..<batch.bytes.count)
    {
      return batch.bytes.truncate(to: line.start)
    }
    if change.marker == .none {
      monitor?.count(shape.collection)
      source.lastPlace = change.lsn
    }
    batch.bytes.append(literal: ",\"source\":")
    let lsn = change.marker == .incremental ? nil : change.lsn
    source.append(
      .init(lsn: lsn, marker: change.marker), sequence: (source.lastCommit, change.lsn), shape.source,
      to: &batch.bytes)
    batch.bytes.append(literal: ",\"transaction\":")
    appendTransaction(change.lsn, inTransaction: change.marker == .none)
    batch.bytes.append(literal: ",\"op\":\"")
    batch.bytes.append(letter.rawValue)
    batch.bytes.append(literal: "\",\"ts_ms\":")
    batch.bytes.appendTimes(nanoseconds: EventClock.nanoseconds)
    batch.bytes.append(UInt8(ascii: "}"))
    line.value = start..<batch.bytes.count
    batch.bytes.append(contentsOf: shape.valueClose)
    finish(line, change, shape, header)
  }

  private mutating func tombstone(
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

  private mutating func finish(
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
      return finish(
        line, topic: shape.topic, nil, keySchema: shape.keySchema, valueSchema: shape.envelope, headers)
    }
    guard let header else {
      batch.bytes.append(contentsOf: context)
      batch.bytes.append(literal: "}}\n")
      batch.changes += 1
      return
    }
    batch.bytes.append(literal: "{\"")
    batch.bytes.append(literal: header.name)
    batch.bytes.append(literal: "\":")
    batch.bytes.append(contentsOf: shape.headerKeyOpen)
    shape.appendKey(change, header.key, to: &batch.bytes, notices, inHeader: true)
    if settings.headerSchemas { batch.bytes.append(UInt8(ascii: "}")) }
    batch.bytes.append(contentsOf: contextRest)
    batch.bytes.append(literal: "}}\n")
    batch.changes += 1
  }

  /// Ends an event that stands whole in the batch; with transforms it is taken out, transformed and put back.
  private mutating func finish(
    _ line: EventLine, topic: String, _ partition: Int32?, keySchema: ConnectSchema?, valueSchema: ConnectSchema?,
    _ headers: [EventRecord.Header]
  ) {
    guard isTransformed else {
      batch.changes += 1
      return
    }
    var record = EventRecord(topic: topic, partition: partition, headers: headers)
    if let range = line.key, let keySchema {
      record.key = EventValue(parsing: batch.bytes.bytes.extracting(range), schema: keySchema)
    }
    if let range = line.value, let valueSchema {
      record.value = EventValue(parsing: batch.bytes.bytes.extracting(range), schema: valueSchema)
    }
    batch.bytes.truncate(to: line.start)
    do {
      guard let result = try transforms.apply(record) else { return }
      result.append(to: &batch.bytes, converters)
      batch.changes += 1
    } catch {
      refuse("\(error)", topic: topic)
    }
  }

  /// What cannot be made an event is never left out in silence: the sink's tolerance decides.
  private mutating func refuse(_ reason: String, topic: String) {
    batch.quarantined.append(
      QuarantinedChange(
        position: Position(commit: source.lastCommit ?? .zero, ordinal: UInt64(batch.quarantined.count)),
        lsn: source.lastCommit ?? .zero, transaction: nil, commitTime: PostgresTime(microseconds: 0), schema: "topic",
        table: topic, operation: .insert, payload: "", reason: reason, code: "transform"))
  }

  // MARK: Incremental snapshots

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
    finish(
      &line, frame, topic: settings.notificationTopic ?? "", FixedEvents.notificationKey, FixedEvents.notificationValue)
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
    for case .some(let index) in window.order {
      withRow(index, window, marker: .incremental) { encoder, change in
        encoder.row(change, window.shape, .read, before: .none, after: .new, key: .new)
      }
    }
  }

  private mutating func takeFromWindow(_ key: Range<Int>, _ shape: TableShape) {
    guard window?.shape.plan.relation.oid == shape.plan.relation.oid else { return }
    let taken = batch.bytes.bytes.extracting(key).array
    window?.remove(taken)
  }

  private mutating func withRow(
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

  // MARK: Transactions

  private mutating func appendTransaction(_ lsn: LSN, inTransaction: Bool) {
    guard inTransaction, let monitor else { return batch.bytes.append(literal: "null") }
    monitor.appendBlock(lsn, to: &batch.bytes)
  }

  private mutating func boundary(_ status: TransactionMonitor.Status, _ lsn: LSN) {
    guard let monitor else { return }
    var line = open(fixed.transaction)
    batch.bytes.append(literal: "{\"id\":\"")
    monitor.appendID(lsn, to: &batch.bytes)
    batch.bytes.append(UInt8(ascii: "\""))
    close(&line, fixed.transaction)
    batch.bytes.append(literal: "{\"status\":\"")
    batch.bytes.append(literal: status == .begin ? "BEGIN" : "END")
    batch.bytes.append(literal: "\",\"id\":\"")
    monitor.appendID(lsn, to: &batch.bytes)
    batch.bytes.append(literal: "\",\"event_count\":")
    monitor.appendCounts(status, to: &batch.bytes)
    batch.bytes.append(literal: ",\"ts_ms\":")
    source.appendMilliseconds(to: &batch.bytes)
    finish(
      &line, fixed.transaction, topic: names.transactionTopic, FixedEvents.transactionKey, FixedEvents.transactionValue)
  }
}

/// Where the parts of a line under construction stand.
struct EventLine {
  let start: Int
  /// The key's payload; nil for none.
  var key: Range<Int>?
  /// The value's payload; nil for a tombstone.
  var value: Range<Int>?
}
