/// The savepoints of a transaction that the server streams before it commits, each by the number under which its changes
/// come: those that the server said were rolled back, and those it said nothing of.
///
/// Bounded: of millions it only knows that they are too many.
///
/// Source: PostgreSQL documentation, the section "Subtransactions".
struct TransactionParts: Sendable {
  /// So many are remembered that were rolled back, and up to twice as many others.
  static let most = 1 << 20

  /// Those the server said nothing of, as they came; one may be there twice.
  private var untold: [UInt32] = []
  /// Those that were rolled back.
  private(set) var rolledBack: Set<UInt32> = []
  /// Whether there were more than can be remembered. What else is said of the parts does not hold then.
  private(set) var areTooMany = false

  /// Those of which the source is to be asked.
  var toAskFor: [UInt32] { untold.filter { !rolledBack.contains($0) } }

  /// Changes of a part come.
  mutating func add(_ part: UInt32) {
    guard !areTooMany else { return }
    untold.append(part)
    // Twice as many, so that what is there twice is looked for seldom.
    guard untold.count >= 2 * TransactionParts.most else { return }
    untold = Array(Set(untold).subtracting(rolledBack))
    if untold.count > TransactionParts.most { forget() }
  }

  /// A part was rolled back.
  mutating func rollBack(_ part: UInt32) {
    guard !areTooMany else { return }
    rolledBack.insert(part)
    if rolledBack.count > TransactionParts.most { forget() }
  }

  /// Parts were rolled back, says the source that was asked.
  mutating func rollBack(_ parts: some Sequence<UInt32>) { rolledBack.formUnion(parts) }

  private mutating func forget() { (untold, rolledBack, areTooMany) = ([], [], true) }
}
