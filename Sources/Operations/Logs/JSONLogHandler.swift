public import Logging

/// Writes one JSON object a line on standard error:
/// `{"ts":"2026-01-31T12:00:00.000Z","level":"info","logger":"pipeline","message":"…",<metadata>}`.
public struct JSONLogHandler: LogHandler {
  /// Fields of every line of this logger.
  public var metadata: Logger.Metadata = [:]
  /// The least important level that is written.
  public var logLevel: Logger.Level
  /// Fields that depend on the task.
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let output: LogOutput
  private let now: @Sendable () -> UTCTimestamp

  /// A handler for a component.
  public init(label: String, level: Logger.Level = .info) {
    self.init(label: label, level: level, output: .standardError) { .now() }
  }

  init(label: String, level: Logger.Level, output: LogOutput, now: @escaping @Sendable () -> UTCTimestamp) {
    self.label = label
    logLevel = level
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
    var line = JSONText()
    line.raw("{\"ts\":")
    line.quoted("\(now())")
    line.raw(",\"level\":")
    line.quoted(record.level.rawValue)
    line.raw(",\"logger\":")
    line.quoted(record.label)
    line.raw(",\"message\":")
    line.quoted(record.message)
    for (key, value) in record.fields {
      line.raw(",")
      // A field must not hide one of the four that every line has.
      line.quoted(JSONLogHandler.reserved.contains(key) ? "metadata.\(key)" : key)
      line.raw(":")
      JSONLogHandler.write(value, to: &line)
    }
    line.raw("}\n")
    output.write(line.bytes)
  }

  private static let reserved: Set<String> = ["ts", "level", "logger", "message"]

  private static func write(_ value: Logger.MetadataValue, to line: inout JSONText) {
    switch value {
    case .string(let text): line.quoted(text)
    case .stringConvertible(let number as any BinaryInteger): line.raw("\(number)")
    case .stringConvertible(let flag as Bool): line.raw("\(flag)")
    case .stringConvertible(let number as Double) where number.isFinite: line.raw("\(number)")
    case .stringConvertible(let other): line.quoted("\(other)")
    case .array(let elements):
      line.raw("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { line.raw(",") }
        write(element, to: &line)
      }
      line.raw("]")
    case .dictionary(let entries):
      line.raw("{")
      for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { line.raw(",") }
        line.quoted(entry.key)
        line.raw(":")
        write(entry.value, to: &line)
      }
      line.raw("}")
    }
  }
}
