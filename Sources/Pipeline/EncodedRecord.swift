public import Decoder
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
  /// Which record of which change it is.
  public let place: RecordPlace
  /// What it was made of.
  public let origin: RecordOrigin

  /// A record by its parts.
  public init(
    shape: Int, partition: Int32?, key: Range<Int>?, value: Range<Int>?, headers: Range<Int>, place: RecordPlace,
    origin: RecordOrigin
  ) {
    self.shape = shape
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.place = place
    self.origin = origin
  }
}

/// Which record of which change: the same whenever the source is read again.
public struct RecordPlace: Hashable, Sendable {
  /// The change's position.
  public let position: Position
  /// Which of the records that follow from the change, from 0.
  public let part: Int

  /// A place by its parts.
  public init(_ position: Position, part: Int) {
    self.position = position
    self.part = part
  }
}

/// The change that a record was made of, or the one before it.
public struct RecordOrigin: Sendable {
  /// Its position.
  public var position = Position(commit: .zero, ordinal: 0)
  /// The row's place in the log.
  public var lsn = LSN.zero
  /// What happened to the row.
  public var operation = Change.Operation.insert
  /// When it was committed.
  public var commitTime = PostgresTime(microseconds: 0)
  /// The transaction.
  public var transaction: TransactionID?

  /// The origin of what no change made.
  public init() {}
}

/// What the records of one kind have in common; the sink knows the type that the encoder made.
public protocol RecordShape: AnyObject, Sendable {}
