extension Settings {
  /// What happens to a change that the audit database refuses.
  public enum ErrorTolerance: String, Sendable, CaseIterable {
    /// It stops the run.
    case none
    /// It is set aside, and the run goes on.
    case all
  }

  /// Retries and errors.
  public struct Retry: Sendable, Hashable {
    /// First pause before a restart.
    public let initialDelay: Duration
    /// Longest pause before a restart.
    public let maximumDelay: Duration
    /// Restarts in a row; nil for endless, 0 for none.
    public let maximumAttempts: Int?
    /// What happens to a change that the audit database refuses.
    public let tolerance: ErrorTolerance
    /// Changes set aside in one run after which it stops; nil for no limit.
    public let maximumErrors: Int?

    init(_ values: Values) {
      let fixed = values.bound("retriable.restart.connector.wait.ms")
      let initial = fixed ?? values.milliseconds("reconnect.backoff.initial.ms")
      initialDelay = initial
      maximumDelay = fixed ?? max(initial, values.milliseconds("reconnect.backoff.max.ms"))
      let attempts = values.integer("errors.max.retries")
      maximumAttempts = attempts < 0 ? nil : attempts
      tolerance = values.choice("errors.tolerance", .all)
      let errors = values.integer("errors.max")
      maximumErrors = errors == 0 ? nil : errors
    }
  }

  /// The HTTP server.
  public struct HTTP: Sendable, Hashable {
    /// Whether it runs.
    public let isEnabled: Bool
    /// Address to listen on.
    public let host: String
    /// Port to listen on; 0 for one that is free.
    public let port: Int
    /// File with the token that clients show; nil for none.
    public let tokenFile: String?
    /// PEM files of the server's certificates and its key; nil for plain HTTP.
    public let tls: TLS?
    /// Lag in bytes beyond which we are not ready; nil for no bound.
    public let maximumLagBytes: UInt64?
    /// Lag in time beyond which we are not ready; nil for no bound.
    public let maximumLag: Duration?

    /// The files of TLS.
    public struct TLS: Sendable, Hashable {
      /// The server's certificates, its own first.
      public let certificateFile: String
      /// Its key.
      public let keyFile: String
    }

    /// Whether only this machine reaches it.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    init(_ values: Values) {
      isEnabled = values.boolean("http.enabled")
      host = Values.trimmed(values.text("http.host"))
      port = values.integer("http.port")
      tokenFile = values.optionalText("http.auth.token_file").map(Values.trimmed)
      if let certificate = values.optionalText("http.tls.certificate_file"),
        let key = values.optionalText("http.tls.key_file")
      {
        tls = TLS(certificateFile: Values.trimmed(certificate), keyFile: Values.trimmed(key))
      } else {
        tls = nil
      }
      let bytes = values.bytes("http.max.lag.bytes")
      maximumLagBytes = bytes == 0 ? nil : UInt64(clamping: bytes)
      let seconds = values.integer("http.max.lag.seconds")
      maximumLag = seconds == 0 ? nil : .seconds(seconds)
    }
  }

  /// How severe a message is, least severe first, in swift-log's words.
  public enum LogLevel: String, Sendable, CaseIterable {
    /// Every step.
    case trace
    /// What helps to find an error.
    case debug
    /// What an operator wants to see.
    case info
    /// Uncommon and harmless.
    case notice
    /// May need a look.
    case warning
    /// Something failed.
    case error
    /// Nothing goes on.
    case critical
  }

  /// The parts that have a level of their own.
  public enum LogComponent: String, Sendable, CaseIterable {
    /// The stream's reader.
    case reader
    /// The decoder.
    case decoder
    /// The pipeline.
    case pipeline
    /// The audit store.
    case audit
    /// Snapshots.
    case snapshot
    /// The HTTP server.
    case http
    /// The settings.
    case settings
  }

  /// How log lines are written.
  public enum LogFormat: String, Sendable, CaseIterable {
    /// Text on a terminal, else JSON.
    case auto
    /// One JSON object a line.
    case json
    /// For people.
    case text
  }

  /// The logs.
  public struct Log: Sendable, Hashable {
    /// Least severe messages that are written.
    public let level: LogLevel
    /// Levels of components that have one of their own.
    public let componentLevels: [LogComponent: LogLevel]
    /// How lines are written.
    public let format: LogFormat

    /// The level that holds for a component.
    public func level(of component: LogComponent) -> LogLevel { componentLevels[component] ?? level }

    init(_ values: Values) {
      level = values.choice("log.level", .info)
      format = values.choice("log.format", .auto)
      var levels: [LogComponent: LogLevel] = [:]
      for component in LogComponent.allCases where values.isSet("log.level.\(component.rawValue)") {
        levels[component] = values.choice("log.level.\(component.rawValue)", .info)
      }
      componentLevels = levels
    }
  }
}
