public import WAL

/// Where a server's history branched: one entry for each timeline before its own.
///
/// Source: PostgreSQL documentation, 26.3.6 "Timelines"; the file's form is that of `timeline.c`.
public struct TimelineHistory: Sendable, Hashable {
  /// A timeline that ended, and where.
  public struct Entry: Sendable, Hashable {
    /// The timeline that ended.
    public let timeline: UInt32
    /// The position at which the next one began.
    public let switchedAt: LSN
    /// Why, as the server wrote it.
    public let reason: String
  }

  /// Oldest first.
  public let entries: [Entry]

  init(entries: [Entry]) { self.entries = entries }

  /// Reads a history file: lines of timeline, position and reason between tabs; empty lines and `#` comments aside.
  /// Nil for anything else, and when timelines do not grow.
  public init?(parsing text: String) {
    var entries: [Entry] = []
    for line in text.split(separator: "\n") {
      let content = line.drop { $0 == " " || $0 == "\t" }
      guard let first = content.first, first != "#" else { continue }
      let fields = content.split(maxSplits: 2, omittingEmptySubsequences: true) { $0 == "\t" || $0 == " " }
      guard fields.count >= 2, let timeline = UInt32(fields[0]), let position = LSN(String(fields[1])),
        timeline > (entries.last?.timeline ?? 0)
      else { return nil }
      entries.append(Entry(timeline: timeline, switchedAt: position, reason: fields.count > 2 ? String(fields[2]) : ""))
    }
    self.entries = entries
  }

  /// Whether a position read on `timeline` is part of this history: it lies not after the point where that timeline
  /// was left. True for a timeline that the history does not name, which is the current one or one unknown here.
  public func contains(_ position: LSN, on timeline: UInt32) -> Bool {
    guard let entry = entries.first(where: { $0.timeline == timeline }) else { return true }
    return position <= entry.switchedAt
  }
}
