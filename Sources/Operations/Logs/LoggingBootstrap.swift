internal import Glibc
public import Logging

/// Sets how the whole program logs; once, before the first logger is made.
/// - Parameters:
///   - format: `auto` decides by whether standard error is a terminal.
///   - level: the least important level that is written.
///   - componentLevels: levels of single components, by the label of their logger.
public func bootstrapLogging(
  format: LogFormat = .auto, level: Logger.Level = .info, componentLevels: [String: Logger.Level] = [:]
) {
  let levels = LogLevels(standard: level, components: componentLevels)
  let isJSON = format.resolved() == .json
  // The convention of https://no-color.org: any value but an empty one turns colours off.
  let isColored = isatty(2) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
  LoggingSystem.bootstrap { label in
    let level = levels.level(of: label)
    return isJSON
      ? JSONLogHandler(label: label, level: level) as any LogHandler
      : TextLogHandler(label: label, level: level, isColored: isColored)
  }
}
