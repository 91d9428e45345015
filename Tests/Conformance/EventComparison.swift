/// A recording beside what the program wrote: what differs, event by event.
///
/// Events are paired topic by topic in their order, since nobody who reads a Kafka topic can see more. Where their
/// numbers differ, a longest common subsequence tells the missing and the extra ones.
struct EventComparison {
  private(set) var equal = 0
  private(set) var different = 0
  private(set) var missing = 0
  private(set) var extra = 0
  /// A line for each event that differs, with the places and both values below it.
  private(set) var findings: [String] = []
  private let rules: ComparisonRules

  var isEqual: Bool { different + missing + extra == 0 }
  var summary: String { "\(equal) equal, \(different) different, \(missing) missing, \(extra) extra" }

  /// - Parameters:
  ///   - ignoring: paths that do not count.
  ///   - ignoringTopics: regular expressions of whole topics that do not count.
  init(
    recorded: [ChangeEvent], written: [ChangeEvent], ignoring: [String] = [], ignoringTopics: [String] = []
  ) throws {
    rules = try ComparisonRules(ignoring: ignoring)
    let unread = try ignoringTopics.map { try Regex($0) }
    func prepared(_ events: [ChangeEvent]) -> [ChangeEvent] {
      var events = events.filter { event in !unread.contains { event.topic.wholeMatch(of: $0) != nil } }
      for index in events.indices { events[index].settleCollections() }
      LogRanks.replacePositions(in: &events)
      return events
    }
    let sides = [prepared(recorded), prepared(written)].map { Dictionary(grouping: $0, by: \.topic) }
    var topics: [String] = []
    for event in recorded + written where !topics.contains(event.topic) { topics.append(event.topic) }
    for topic in topics { compare(topic, sides[0][topic] ?? [], sides[1][topic] ?? []) }
  }

  private struct Side {
    let event: ChangeEvent
    let rules: Set<IgnoredPlaces.Rule>
    let canonical: [UInt8]

    init(_ event: ChangeEvent, _ rules: ComparisonRules) {
      self.event = event
      self.rules = rules.rules(for: event)
      var text: [UInt8] = []
      event.content.appendCanonical(to: &text, ignoring: IgnoredPlaces(Array(self.rules)))
      canonical = text
    }
  }

  private mutating func compare(_ topic: String, _ recorded: [ChangeEvent], _ written: [ChangeEvent]) {
    var left = recorded.map { Side($0, rules) }
    var right = written.map { Side($0, rules) }
    if recorded.first?.isHeartbeat ?? written.first?.isHeartbeat ?? false {
      // They come by the clock: a run of equal ones counts once.
      left = Self.squeezed(left)
      right = Self.squeezed(right)
    }
    for (i, j) in Self.pairs(left.map(\.canonical), right.map(\.canonical)) {
      switch (i, j) {
      case (let i?, let j?): compare(topic, left[i], right[j])
      case (let i?, nil):
        missing += 1
        findings.append("\(topic): missing: recorded \(left[i].event.label)")
      case (nil, let j?):
        extra += 1
        findings.append("\(topic): extra: written \(right[j].event.label)")
      case (nil, nil): break
      }
    }
  }

  private mutating func compare(_ topic: String, _ recorded: Side, _ written: Side) {
    if recorded.canonical == written.canonical {
      equal += 1
      return
    }
    var places = JSONDifferences()
    places.find(
      recorded.event.content, written.event.content,
      ignoring: IgnoredPlaces(Array(recorded.rules.intersection(written.rules))))
    if places.found.isEmpty {
      equal += 1
      return
    }
    different += 1
    let title = "\(topic): different: recorded \(recorded.event.label), written line \(written.event.line)"
    findings.append(([title] + places.found.prefix(20).map { "    " + $0 }).joined(separator: "\n"))
  }

  private static func squeezed(_ sides: [Side]) -> [Side] {
    sides.indices.filter { $0 == 0 || sides[$0].canonical != sides[$0 - 1].canonical }.map { sides[$0] }
  }

  /// Pairs of places on the left and on the right; nil where an event has no partner.
  private static func pairs(_ left: [[UInt8]], _ right: [[UInt8]]) -> [(Int?, Int?)] {
    guard left.count != right.count else { return left.indices.map { ($0, $0) } }
    let difference = right.difference(from: left)
    let removed = Set(difference.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
    let inserted = Set(difference.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
    var pairs: [(Int?, Int?)] = []
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      // Between two that agree, those left over are paired as far as they go: they are the same event, changed.
      var (gone, come): ([Int], [Int]) = ([], [])
      while i < left.count, removed.contains(i) {
        gone.append(i)
        i += 1
      }
      while j < right.count, inserted.contains(j) {
        come.append(j)
        j += 1
      }
      for index in 0..<max(gone.count, come.count) {
        pairs.append((index < gone.count ? gone[index] : nil, index < come.count ? come[index] : nil))
      }
      if i < left.count, j < right.count { pairs.append((i, j)) }
      i += 1
      j += 1
    }
    return pairs
  }
}
