public import Logging

/// Which lines are written: a level for all, and others for single components (`log.level.<component>`).
public struct LogLevels: Sendable, Hashable {
  /// The level of components that have none of their own.
  public let standard: Logger.Level
  /// Levels by component.
  public let components: [String: Logger.Level]

  /// Levels by their values.
  public init(standard: Logger.Level = .info, components: [String: Logger.Level] = [:]) {
    self.standard = standard
    self.components = components
  }

  /// The level of a logger: its own label's, else that of the longest part before a dot that has one.
  public func level(of label: String) -> Logger.Level {
    var name = Substring(label)
    while true {
      if let level = components[String(name)] { return level }
      guard let dot = name.lastIndex(of: ".") else { return standard }
      name = name[..<dot]
    }
  }
}
