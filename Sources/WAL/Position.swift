/// A change's place in the order of all committed changes of one source.
///
/// Never a row's LSN: rows of one COPY share one LSN, and a Begin shares its LSN with its first change.
public struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The LSN of the transaction's commit record, which identifies the transaction and is known from Begin on.
  public let commit: LSN

  /// The change's place in its transaction, from 0.
  public let ordinal: UInt64

  /// A position by its parts.
  public init(commit: LSN, ordinal: UInt64) {
    self.commit = commit
    self.ordinal = ordinal
  }

  /// Commit order, then order inside the transaction.
  public static func < (a: Position, b: Position) -> Bool { (a.commit, a.ordinal) < (b.commit, b.ordinal) }

  /// For example `16/B374D848#12`.
  public var description: String { "\(commit)#\(ordinal)" }
}
