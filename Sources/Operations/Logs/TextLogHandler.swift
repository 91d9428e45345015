public import Logging

/// Writes a line for people on standard error: `12:00:00.000 INFO  pipeline  message  key=value`.
public struct TextLogHandler: LogHandler {
  /// Fields of every line of this logger.
  public var metadata: Logger.Metadata = [:]
  /// The least important level that is written.
  public var logLevel: Logger.Level
  /// Fields that depend on the task.
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let isColored: Bool
  private let output: LogOutput
  private let now: @Sendable () -> UTCTimestamp

  /// A handler for a component. - Parameter isColored: whether the level is coloured, for a terminal.
  public init(label: String, level: Logger.Level = .info, isColored: Bool = false) {
    self.init(label: label, level: level, isColored: isColored, output: .standardError) { .now() }
  }

  init(
    label: String, level: Logger.Level, isColored: Bool, output: LogOutput,
    now: @escaping @Sendable () -> UTCTimestamp
  ) {
    self.label = label
    logLevel = level
    self.isColored = isColored
    self.output = output
    self.now = now
  }

  /// One of the fields of every line.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes a line.
  public func log(event: LogEvent) {
    let record = LogRecord(event, label: label, metadata: metadata, provider: metadataProvider)
    let level = TextLogHandler.word(record.level)
    var line = "\(now().timeOfDay) "
    line += isColored ? "\u{1B}[\(TextLogHandler.color(record.level))m\(level)\u{1B}[0m" : level
    line += " \(TextLogHandler.visible(record.label)): \(TextLogHandler.visible(record.message))"
    for (key, value) in record.fields {
      line += " \(TextLogHandler.visible(key))=\(TextLogHandler.field("\(value)"))"
    }
    line += "\n"
    output.write(Array(line.utf8))
  }

  private static func word(_ level: Logger.Level) -> String {
    switch level {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info: "INFO "
    case .notice: "NOTE "
    case .warning: "WARN "
    case .error: "ERROR"
    case .critical: "FATAL"
    }
  }

  /// SGR parameters of ECMA-48.
  private static func color(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 90
    case .info: 32
    case .notice: 36
    case .warning: 33
    case .error, .critical: 31
    }
  }

  private static func field(_ value: String) -> String {
    guard value.isEmpty || value.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else {
      return visible(value)
    }
    return "\"" + visible(value.replacingQuotes()) + "\""
  }

  /// Control characters could move the cursor or end the line: text from outside shall do neither.
  private static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": shown += "\\n"
      case "\t": shown += "\\t"
      case _ where isControl(scalar): shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }
}

extension String {
  fileprivate func replacingQuotes() -> String {
    var result = ""
    for character in self {
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
