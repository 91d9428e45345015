public import Pipeline
public import WAL

/// What is stored beside events: how far the source was read, and how long their file was then.
///
/// The text is lines of `name=value`.
public struct EventOffset: Sendable, Hashable {
  /// The source that was read.
  public var source: SourceIdentity
  /// Everything that committed before it is there; zero while the first snapshot is being taken.
  public var position: LSN
  /// What the encoder left.
  public var state: EncoderState
  /// The file's path, absolute and without links; empty where the events go elsewhere.
  public var path: String
  /// Its length in bytes at that position.
  public var length: Int64

  /// An offset by its parts.
  public init(source: SourceIdentity, position: LSN, state: EncoderState, path: String = "", length: Int64 = 0) {
    self.source = source
    self.position = position
    self.state = state
    self.path = path
    self.length = length
  }

  private static let heading = "cdc-direct offset 1"

  /// The offset as text.
  public var text: String {
    """
    \(EventOffset.heading)
    system=\(source.system)
    timeline=\(source.timeline)
    database=\(EventOffset.escape(source.database))
    slot=\(source.slot)
    position=\(position)
    state=\(EventOffset.escape(String(decoding: state.text, as: UTF8.self)))
    length=\(length)
    path=\(EventOffset.escape(path))

    """
  }

  /// Whether only the file's length before the first snapshot is known.
  var isBeginning: Bool { position == .zero }

  /// What the pipeline wants to know of it; nil before the first position.
  public var stored: StoredOffset? {
    isBeginning
      ? nil : StoredOffset(position: position, timeline: source.timeline, epoch: 0, signals: state.signals)
  }

  /// Makes sure that it is this source's.
  /// - Parameters:
  ///   - place: the setting that names where it is kept.
  ///   - advice: what to do where it is another's.
  public func check(isOf source: SourceIdentity, at place: String, advice: String) throws(Failure) {
    guard self.source.system == source.system, self.source.database == source.database, self.source.slot == source.slot
    else {
      throw Failure(
        .foreignOffset,
        """
        the stored offset belongs to system \(self.source.system), database \(self.source.database), slot \
        \(self.source.slot), and the source is system \(source.system), database \(source.database), slot \(source.slot)
        """, at: place, advice: advice)
    }
  }

  /// Reads what `text` wrote; nil for anything else.
  public init?(_ text: String) {
    // By bytes: what a name begins or ends with must not melt into the characters around it.
    let bytes = text.utf8
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.first?.elementsEqual(EventOffset.heading.utf8) ?? false, lines.last?.isEmpty ?? false else {
      return nil
    }
    var values: [String: Substring] = [:]
    for line in lines.dropFirst() {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      values[String(Substring(line[..<equals]))] = Substring(line[line.index(after: equals)...])
    }
    guard let system = values["system"].flatMap({ UInt64($0) }),
      let timeline = values["timeline"].flatMap({ UInt32($0) }),
      let database = values["database"], let slot = values["slot"],
      let position = values["position"].flatMap({ LSN(String($0)) }), let state = values["state"],
      let length = values["length"].flatMap({ Int64($0) }), length >= 0, let path = values["path"]
    else { return nil }
    source = SourceIdentity(
      system: system, timeline: timeline, database: EventOffset.unescape(database), slot: String(slot))
    self.position = position
    self.state = EncoderState(Array(EventOffset.unescape(state).utf8))
    self.length = length
    self.path = EventOffset.unescape(path)
  }

  /// Names may hold line ends.
  private static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func unescape(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
