/// A transaction's identifier as the replication protocol sends it: 32 bits, without the epoch.
///
/// Source: PostgreSQL documentation, 74.1 "Transactions and Identifiers".
public struct TransactionID: Hashable, Sendable, CustomStringConvertible {
  /// The number.
  public let rawValue: UInt32

  /// An identifier by its number.
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The number in decimal.
  public var description: String { String(rawValue) }
}
