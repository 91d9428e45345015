/// How payloads of one schema become Avro's binary form: steps that refer to each other by index, so that following
/// them counts no references.
struct WritePlan: Sendable {
  /// How a value is written.
  enum Operation: UInt8, Sendable {
    case int, long, float, double, boolean, string, bytes
    /// Bytes without their count: the converter writes them so where they are all there is.
    case plainBytes
    case array, record
    /// A map that is one in Avro.
    case map
    /// A map whose entries are records, written as an object or as a list of pairs.
    case objectEntries, pairEntries
    /// A member that the registered schema lacks.
    case skipped
  }

  /// A value.
  struct Step: Sendable {
    var operation: Operation
    /// The branch of a union that null is; -1 where it is not allowed.
    var nullBranch: Int8 = -1
    /// The branch of a union that the value is; -1 without a union.
    var valueBranch: Int8 = -1
    /// A record's first member; an array's or map's element; for entries the key, behind which the value follows.
    var first: Int32 = 0
    /// A record's members.
    var count: Int32 = 0
    /// What whole numbers must fit, in bits.
    var bits: Int8 = 64
  }

  /// A member of a record.
  struct Member: Sendable {
    /// Where the name stands among the bytes: quoted, with the comma or brace before it and the colon behind it.
    var name: Range<Int32>
    /// How its value is written.
    var step: Int32
    /// What is written in place of null, among the bytes; empty where null stays.
    var standIn: Range<Int32> = 0..<0
  }

  /// The values; the first is the whole payload.
  var steps: [Step] = []
  /// The members of all records.
  var members: [Member] = []
  /// Names and stand-ins.
  var bytes: [UInt8] = []
}

extension Range<Int32> {
  /// As indices.
  @inline(__always)
  var indices: Range<Int> { Range<Int>(uncheckedBounds: (Int(lowerBound), Int(upperBound))) }
}
