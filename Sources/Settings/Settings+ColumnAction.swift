extension Settings.Events {
  /// What is done to the columns that a property names. Its descriptions hold no salt.
  public enum ColumnAction: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
  {
    /// Cut to so many characters.
    case truncate(Int)
    /// So many asterisks.
    case mask(Int)
    /// The schema names type, length and scale.
    case propagateSourceType
    /// A digest; version 1 is that of Java's serialized string, version 2 that of the text.
    case hash(algorithm: String, salt: String, version: Int)

    /// The action and its number or digest.
    public var description: String {
      switch self {
      case .truncate(let length): "truncate(\(length))"
      case .mask(let length): "mask(\(length))"
      case .propagateSourceType: "propagateSourceType"
      case .hash(let algorithm, _, let version): "hash(\(algorithm), version \(version))"
      }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing: `dump` must not show a salt.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The action that a property's name stands for.
    init?(name: String) {
      if name == "column.propagate.source.type" {
        self = .propagateSourceType
      } else if let length = Self.number(in: name, from: "column.truncate.to.") {
        self = .truncate(length)
      } else if let length = Self.number(in: name, from: "column.mask.with.") {
        self = .mask(length)
      } else if let found = Self.hash(name, from: "column.mask.hash.v2.", version: 2) {
        self = found
      } else if let found = Self.hash(name, from: "column.mask.hash.", version: 1) {
        self = found
      } else {
        return nil
      }
    }

    /// The digests there are, by Java's names.
    static let algorithms = ["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]

    static func isKnown(algorithm: String) -> Bool {
      algorithms.contains(algorithm.uppercased()) || ["SHA", "SHA1"].contains(algorithm.uppercased())
    }

    private static func number(in name: String, from start: String) -> Int? {
      guard name.hasPrefix(start), name.hasSuffix(".chars") else { return nil }
      let digits = name.dropFirst(start.count).dropLast(".chars".count)
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return Int(digits)
    }

    private static func hash(_ name: String, from start: String, version: Int) -> ColumnAction? {
      guard name.hasPrefix(start), let middle = name.firstRange(of: ".with.salt.") else { return nil }
      let algorithm = name[..<middle.lowerBound].dropFirst(start.count)
      let salt = name[middle.upperBound...]
      guard !algorithm.isEmpty, !algorithm.contains("."), !salt.isEmpty else { return nil }
      return .hash(algorithm: String(algorithm), salt: String(salt), version: version)
    }

    /// Debezium's order, in which the first that names a column holds: one that only describes goes before a hash.
    /// Without its quirks, what hides goes first.
    func rank(quirks: Bool) -> Int {
      switch self {
      case .truncate: quirks ? 0 : 3
      case .mask: quirks ? 1 : 0
      case .propagateSourceType: quirks ? 2 : 4
      case .hash(_, _, let version): quirks ? 2 + version : version
      }
    }
  }
}
