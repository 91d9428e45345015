/// Log positions and transaction ids of another server, made comparable: each becomes its rank among all of its file,
/// so that their order and their coincidences still count.
struct LogRanks {
  private enum Kind: String {
    case lsn
    /// Ends of transactions are ranked apart: whether one equals the next change's position depends on what else the
    /// server wrote in between.
    case commit
    case transaction
  }

  private struct Place {
    let path: [String]
    let kinds: [Kind]
    var isSequence = false
  }

  private var seen: [Kind: Set<UInt64>] = [:]

  /// Replaces the positions in all the events of one file.
  static func replacePositions(in events: inout [ChangeEvent]) {
    var ranks = LogRanks()
    for event in events {
      for place in places(in: event) {
        for (kind, number) in numbers(at: place, in: event) ?? [] {
          if let number { ranks.seen[kind, default: []].insert(number) }
        }
      }
    }
    let order = ranks.seen.mapValues { numbers in
      Dictionary(uniqueKeysWithValues: numbers.sorted().enumerated().map { ($1, $0) })
    }
    for index in events.indices {
      for place in places(in: events[index]) {
        guard let numbers = numbers(at: place, in: events[index]) else { continue }
        let names = numbers.map { kind, number in
          number.map { "\(kind)#\(order[kind]?[$0] ?? -1)" } ?? "null"
        }
        events[index].content[path: place.path] = .text(names.joined(separator: ":"))
      }
    }
  }

  /// Where an event holds a position or a transaction id.
  private static func places(in event: ChangeEvent) -> [Place] {
    guard !event.isReadRow else { return [] }
    var places: [Place] = []
    let value = event.bodyPath("value")
    if let source = event.source {
      if source["lsn"]?.number != nil { places.append(Place(path: value + ["source", "lsn"], kinds: [.lsn])) }
      if source["txId"]?.number != nil {
        places.append(Place(path: value + ["source", "txId"], kinds: [.transaction]))
      }
      if source["sequence"]?.text != nil {
        places.append(Place(path: value + ["source", "sequence"], kinds: [.commit, .lsn], isSequence: true))
      }
    }
    if event.body("value")["transaction"]?["id"] != nil {
      places.append(Place(path: value + ["transaction", "id"], kinds: [.transaction, .lsn]))
    }
    if event.tellsOfTransaction {
      let isEnd = event.body("value")["status"]?.text == "END"
      for path in [event.bodyPath("key"), value] where event.content[path: path + ["id"]]?.text != nil {
        places.append(Place(path: path + ["id"], kinds: [.transaction, isEnd ? .commit : .lsn]))
      }
    }
    return places
  }

  /// The numbers there; nil when the place does not hold what it should, and so is compared as it is.
  private static func numbers(at place: Place, in event: ChangeEvent) -> [(Kind, UInt64?)]? {
    guard let value = event.content[path: place.path] else { return nil }
    if place.isSequence { return sequence(value.text ?? "", kinds: place.kinds) }
    let parts = (value.text ?? value.number?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { UInt64($0) }
    guard numbers.count == parts.count, numbers.count == place.kinds.count else { return nil }
    return Array(zip(place.kinds, numbers))
  }

  /// `["123","456"]`, in which the first may be null, spelled just so.
  private static func sequence(_ text: String, kinds: [Kind]) -> [(Kind, UInt64?)]? {
    guard let read = try? JSONReader.value(of: text.utf8), let list = read.list, list.count == kinds.count,
      read.rendered == text
    else { return nil }
    var numbers: [(Kind, UInt64?)] = []
    for (kind, element) in zip(kinds, list) {
      let number = element.text.flatMap { UInt64($0) }
      guard number != nil || element.isNull else { return nil }
      numbers.append((kind, number))
    }
    return numbers
  }
}
