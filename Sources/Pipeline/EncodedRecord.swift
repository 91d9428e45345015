public import WAL

/// Where one record stands in a batch's bytes, for a sink that sends records one by one.
public struct EncodedRecord: Sendable {
  /// The number of its shape in the batch.
  public let shape: Int
  /// The partition it belongs to; nil where its key decides.
  public let partition: Int32?
  /// The key's text; nil for none.
  public let key: Range<Int>?
  /// The value's text; nil for a tombstone.
  public let value: Range<Int>?
  /// The headers: a JSON object.
  public let headers: Range<Int>
  /// The change it was made of, or the one before it.
  public let place: RecordPlace

  /// A record by its parts.
  public init(
    shape: Int, partition: Int32?, key: Range<Int>?, value: Range<Int>?, headers: Range<Int>, place: RecordPlace
  ) {
    self.shape = shape
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.place = place
  }
}

/// Which record of which change: the same whenever the source is read again.
public struct RecordPlace: Hashable, Sendable {
  /// The change's position.
  public let position: Position
  /// The row's place in the log.
  public let lsn: LSN
  /// Which of the records that follow from the change, from 0.
  public let part: Int

  /// A place by its parts.
  public init(_ position: Position, lsn: LSN, part: Int) {
    self.position = position
    self.lsn = lsn
    self.part = part
  }
}

/// What the records of one kind have in common; the sink knows the type that the encoder made.
public protocol RecordShape: AnyObject, Sendable {}
