extension PostgresServer {
  /// How a throwaway server is made.
  public struct Options: Sendable {
    /// Shown by the server as `cluster_name`.
    public var label = "throwaway"
    /// Settings beside the defaults (`wal_level` logical, `fsync` off, UTC, …); the last one of a name wins.
    public var settings: [(String, String)] = []
    /// The installation to run; nil: `PostgresBinaries.standard()`.
    public var binaries: PostgresBinaries?
    /// More arguments of `initdb`, for example `--wal-segsize=1`.
    public var initdbArguments: [String] = []
    /// Lines of `pg_hba.conf`, after the one that lets `postgres` in by the Unix socket; nil: trust, or SCRAM on TCP
    /// when there is a password.
    public var authentication: [String]?
    /// The password of `postgres`; TCP connections then need one.
    public var password: String?
    /// Whether the server speaks TLS, with certificates made for `localhost` and 127.0.0.1 (needs `openssl`).
    public var tls = false
    /// Whether the server and its directory live on after this process: nothing of it is cleaned up then.
    public var survivesProcess = false

    /// The defaults of each property.
    public init(label: String = "throwaway", settings: [(String, String)] = []) {
      self.label = label
      self.settings = settings
    }
  }

  /// How a server is asked to stop.
  ///
  /// Source: PostgreSQL documentation, 19.5 "Shutting Down the Server".
  public enum StopMode: Sendable {
    /// Waits for its clients (SIGTERM).
    case smart
    /// Disconnects its clients (SIGINT).
    case fast
    /// Ends as in a crash (SIGQUIT): the next start recovers.
    case immediate
  }

  /// Settings of every throwaway server.
  static func defaultSettings(for options: Options, port: Int, directory: String) -> [(String, String)] {
    [
      ("listen_addresses", "127.0.0.1"), ("port", String(port)), ("unix_socket_directories", directory),
      ("cluster_name", options.label), ("wal_level", "logical"), ("max_wal_senders", "20"),
      ("max_replication_slots", "20"), ("shared_buffers", "32MB"), ("fsync", "off"), ("full_page_writes", "off"),
      ("timezone", "UTC"), ("log_timezone", "UTC"), ("log_line_prefix", "%m [%p] %q%a "), ("logging_collector", "off"),
      ("lc_messages", "C"), ("datestyle", "ISO, MDY"),
    ]
  }
}
