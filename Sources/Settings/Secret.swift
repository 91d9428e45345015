extension Settings {
  /// A text that no description and no dump shows.
  public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    public let text: String

    /// Asterisks.
    public var description: String { Masking.mask }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Nothing: `dump` must not show the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
  }
}
