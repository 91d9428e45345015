/// One step of the audit schema's history.
public struct Migration: Hashable, Sendable {
  /// Its number, from 1, without holes.
  public let version: Int
  /// Its name, from the file's.
  public let name: String
  /// The SHA-256 of its text in hexadecimal, recorded when it is applied.
  public let checksum: String
  /// Its statements, with `:"schema"` where the schema's quoted name belongs.
  public let sql: String
}
