public import WAL

/// What an encoder leaves for the next one, stored with the offset.
public struct EncoderState: Sendable, Hashable {
  /// The end of the last commit that was seen, which `source.sequence` begins with; nil before the first.
  public var lastCommit: LSN?
  /// What an incremental snapshot under way needs to go on; empty for none.
  public var signals: [UInt8]

  /// The state at the very first start.
  public init(lastCommit: LSN? = nil, signals: [UInt8] = []) {
    self.lastCommit = lastCommit
    self.signals = signals
  }

  /// Reads what `text` wrote; anything else is the state at the first start.
  public init(_ text: [UInt8]) {
    let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    lastCommit = parts.first.flatMap { LSN(String(decoding: $0, as: UTF8.self)) }
    signals = parts.count > 1 ? Array(parts[1]) : []
  }

  /// The commit's position, a blank, and the snapshot's own text.
  public var text: [UInt8] { Array((lastCommit?.description ?? "").utf8) + [UInt8(ascii: " ")] + signals }
}
