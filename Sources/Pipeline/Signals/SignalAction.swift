/// What a signal asks for.
///
/// Source: Debezium documentation, "Signal actions".
enum SignalAction: Sendable, Hashable {
  /// Read tables in chunks, beside the stream.
  case incremental(SnapshotRequest)
  /// Read tables while the stream waits.
  case blocking(SnapshotRequest)
  /// End the incremental snapshot of the tables that match; of all when there are none.
  case stop([String])
  /// Read no further chunk for now.
  case pause
  /// Go on reading.
  case resume
  /// A message for the log, in which `{}` stands for the offset.
  case log(String)
  /// A watermark of our own: the chunk was about to be read.
  case windowOpen(String)
  /// A watermark of our own: the chunk had been read.
  case windowClose(String)
  /// Nothing; why.
  case ignored(String)

  /// Understands a signal.
  init(_ signal: Signal) {
    switch signal.type {
    case "snapshot-window-open": self = .windowOpen(signal.id)
    case "snapshot-window-close": self = .windowClose(signal.id)
    case "execute-snapshot", "stop-snapshot", "pause-snapshot", "resume-snapshot", "log":
      guard let document = SignalAction.document(signal.data) else {
        self = .ignored("signal \"\(signal.id)\": its data cannot be parsed")
        return
      }
      self = SignalAction.action(signal, document)
    default: self = .ignored("signal \"\(signal.id)\": its type \"\(signal.type)\" is not known")
    }
  }

  private static func document(_ data: String) -> SignalDocument? {
    guard !data.isEmpty else { return .object([:]) }
    guard let document = try? SignalDocument(parsing: data.utf8), case .object = document else { return nil }
    return document
  }

  private static func action(_ signal: Signal, _ data: SignalDocument) -> SignalAction {
    switch signal.type {
    case "pause-snapshot": return .pause
    case "resume-snapshot": return .resume
    case "log":
      guard let message = data["message"]?.string, !message.isEmpty else {
        return .ignored("signal \"\(signal.id)\": its data has no message")
      }
      return .log(message)
    case "stop-snapshot":
      guard kind(data) == "INCREMENTAL" else {
        return .ignored("signal \"\(signal.id)\": only an incremental snapshot can be stopped")
      }
      return .stop(tables(data))
    default: return execute(signal, data)
    }
  }

  private static func execute(_ signal: Signal, _ data: SignalDocument) -> SignalAction {
    let tables = tables(data)
    guard !tables.isEmpty else { return .ignored("signal \"\(signal.id)\": data-collections is missing or empty") }
    let conditions = (data["additional-conditions"]?.array ?? []).compactMap { condition in
      condition["data-collection"]?.string.map {
        SnapshotRequest.Condition(tables: $0, filter: condition["filter"]?.string ?? "")
      }
    }
    let surrogate = data["surrogate-key"]?.string
    let isBlank = surrogate?.allSatisfy(\.isWhitespace) ?? true
    let request = SnapshotRequest(
      id: signal.id, tables: tables, conditions: conditions, surrogateKey: isBlank ? nil : surrogate)
    switch kind(data) {
    case "INCREMENTAL": return .incremental(request)
    case "BLOCKING": return .blocking(request)
    default: return .ignored("signal \"\(signal.id)\": there is no snapshot of type \"\(data["type"]?.string ?? "")\"")
    }
  }

  private static func kind(_ data: SignalDocument) -> String { (data["type"]?.string ?? "incremental").uppercased() }

  private static func tables(_ data: SignalDocument) -> [String] {
    (data["data-collections"]?.array ?? []).compactMap { element in
      element.string.map { text in
        var trimmed = Substring(text)
        while trimmed.first?.isWhitespace == true { trimmed.removeFirst() }
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        return String(trimmed)
      }
    }
  }
}
