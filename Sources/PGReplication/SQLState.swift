/// The five characters by which PostgreSQL names a condition.
///
/// Source: PostgreSQL documentation, appendix A "PostgreSQL Error Codes".
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The five characters, such as `57P01`.
  public let rawValue: String

  /// A state by its characters; nil unless there are five of them, digits or upper-case letters.
  public init?(rawValue: String) {
    guard rawValue.utf8.count == 5, rawValue.utf8.allSatisfy(SQLState.isAllowed) else { return nil }
    self.rawValue = rawValue
  }

  private init(known: String) { rawValue = known }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  /// The first two characters, which name the kind of condition.
  public var `class`: String { String(rawValue.prefix(2)) }

  /// The five characters.
  public var description: String { rawValue }
}

extension SQLState {
  /// `57P01`: the server is stopping, or somebody ended the session.
  public static let adminShutdown = SQLState(known: "57P01")
  /// `57P02`: the server crashed.
  public static let crashShutdown = SQLState(known: "57P02")
  /// `57P03`: the server is starting, stopping or in recovery.
  public static let cannotConnectNow = SQLState(known: "57P03")
  /// `57014`: the statement was cancelled, or ran into a timeout of the server.
  public static let queryCanceled = SQLState(known: "57014")
  /// `53300`: no connection slot is free.
  public static let tooManyConnections = SQLState(known: "53300")
  /// `53100`: the server's disk is full.
  public static let diskFull = SQLState(known: "53100")
  /// `53400`: a configured limit is reached, for instance `max_replication_slots`.
  public static let configurationLimitExceeded = SQLState(known: "53400")
  /// `55006`: the object is in use, for instance a slot by another walsender.
  public static let objectInUse = SQLState(known: "55006")
  /// `55000`: not in the right state, for instance an invalidated slot or a too low `wal_level`.
  public static let objectNotInPrerequisiteState = SQLState(known: "55000")
  /// `55P03`: a lock was not available in time.
  public static let lockNotAvailable = SQLState(known: "55P03")
  /// `40001`: serialization failure.
  public static let serializationFailure = SQLState(known: "40001")
  /// `40P01`: deadlock.
  public static let deadlockDetected = SQLState(known: "40P01")
  /// `42704`: the object (slot, publication, type) does not exist.
  public static let undefinedObject = SQLState(known: "42704")
  /// `42710`: the object (slot, publication) exists already.
  public static let duplicateObject = SQLState(known: "42710")
  /// `42P01`: the table does not exist.
  public static let undefinedTable = SQLState(known: "42P01")
  /// `42501`: a privilege is missing.
  public static let insufficientPrivilege = SQLState(known: "42501")
  /// `3D000`: the database does not exist.
  public static let invalidCatalogName = SQLState(known: "3D000")
  /// `28000`: the role may not log in from here.
  public static let invalidAuthorization = SQLState(known: "28000")
  /// `28P01`: the password is wrong.
  public static let invalidPassword = SQLState(known: "28P01")
  /// `23505`: a unique constraint is violated.
  public static let uniqueViolation = SQLState(known: "23505")
  /// `58P01`: a file of the server is missing, for instance a WAL segment or a timeline's history.
  public static let undefinedFile = SQLState(known: "58P01")
}
