internal import Decoder
internal import Pipeline
internal import WAL

/// Notes where the parts of each event stand, for a sink that sends records one by one.
struct RecordIndex {
  private let keySchemas: Bool
  private let valueSchemas: Bool
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var last: (shape: EventShape, number: Int)?
  private var lastPosition: Position?
  private var part = 0
  /// Shapes of events that came out of transforms.
  private var transformed: [TransformedKey: EventShape] = [:]

  private struct TransformedKey: Hashable {
    let topic: String
    let key: ObjectIdentifier?
    let value: ObjectIdentifier?
    let table: String?
  }

  init(_ settings: EventSettings) {
    keySchemas = settings.keySchemas
    valueSchemas = settings.valueSchemas
  }

  /// Notes the line that the batch ends with.
  @inline(__always)
  mutating func note(
    _ line: EventLine, _ shape: EventShape, partition: Int32?, _ origin: RecordOrigin, in batch: inout EncodedBatch
  ) {
    let keyStart = line.start + shape.keyStart
    // Behind the texts stand the braces of those that carry their schema; between them `,"value":` and `,"headers":`.
    let keyEnd = line.key.map { $0.upperBound + (keySchemas ? 1 : 0) } ?? keyStart + 4
    let valueStart = keyEnd + 9
    let valueEnd = line.value.map { $0.upperBound + (valueSchemas ? 1 : 0) } ?? valueStart + 4
    add(
      shape, partition, key: line.key == nil ? nil : keyStart..<keyEnd,
      value: line.value == nil ? nil : valueStart..<valueEnd, headers: (valueEnd + 11)..<(batch.bytes.count - 2),
      origin,
      to: &batch)
  }

  /// Notes an event that came out of transforms.
  mutating func note(
    _ record: EventRecord, _ ranges: EventRecord.Ranges, table: (schema: String, name: String)?, _ origin: RecordOrigin,
    in batch: inout EncodedBatch
  ) {
    let key = TransformedKey(
      topic: record.topic, key: record.key?.schema.map { ObjectIdentifier($0) },
      value: record.value?.schema.map { ObjectIdentifier($0) }, table: table.map { "\($0.schema).\($0.name)" })
    let shape: EventShape
    if let known = transformed[key] {
      shape = known
    } else {
      // Topics may be made of values: what is remembered has an end.
      if transformed.count >= 10_000 { transformed.removeAll() }
      shape = EventShape(
        topic: record.topic, keySchema: record.key?.schema, valueSchema: record.value?.schema, table: table)
      transformed[key] = shape
    }
    add(shape, record.partition, key: ranges.key, value: ranges.value, headers: ranges.headers, origin, to: &batch)
  }

  @inline(__always)
  private mutating func add(
    _ shape: EventShape, _ partition: Int32?, key: Range<Int>?, value: Range<Int>?, headers: Range<Int>,
    _ origin: RecordOrigin, to batch: inout EncodedBatch
  ) {
    part = origin.position == lastPosition ? part + 1 : 0
    lastPosition = origin.position
    batch.records.append(
      EncodedRecord(
        shape: number(of: shape, in: &batch), partition: partition, key: key, value: value, headers: headers,
        place: RecordPlace(origin.position, part: part), origin: origin))
  }

  @inline(__always)
  private mutating func number(of shape: EventShape, in batch: inout EncodedBatch) -> Int {
    if let last, last.shape === shape { return last.number }
    let number = numbers[ObjectIdentifier(shape)] ?? batch.shapes.count
    if number == batch.shapes.count {
      batch.shapes.append(shape)
      numbers[ObjectIdentifier(shape)] = number
    }
    last = (shape, number)
    return number
  }

  /// The batch was handed out.
  mutating func handedOut() {
    numbers.removeAll(keepingCapacity: true)
    last = nil
  }
}
