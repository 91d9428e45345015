extension PostgresServer {
  /// Makes a streaming standby of a running server and starts it; returns once it accepts connections.
  ///
  /// It has a physical slot of its label on the primary, and a database in its connection, so that a server that can
  /// synchronises slots over it. Settings of the primary hold here, too, where `options` names no others.
  ///
  /// - Throws: `ServerKitError` with the words of `pg_basebackup` or the server's log.
  public static func standby(
    of primary: PostgresServer, _ options: Options = Options(label: "standby")
  ) async throws -> PostgresServer {
    let slot = options.label
    let server = PostgresServer(
      options: options, binaries: primary.binaries, directory: try await Workplace.shared.newDirectory(),
      certificates: nil, account: try Account.forServer(), port: try FreePort.next())
    let connection: [(String, String)] = [
      ("host", primary.socketDirectory), ("port", String(primary.port)), ("user", "postgres"), ("dbname", "postgres"),
      ("application_name", slot),
    ]
    try await primary.sql("SELECT pg_create_physical_replication_slot('\(slot)', true)")
    try await server.binaries.run(
      "pg_basebackup",
      [
        "-D", server.data, "-h", primary.socketDirectory, "-p", String(primary.port), "-U", "postgres", "-X", "stream",
        "-c", "fast", "-S", slot,
      ], as: server.account, in: server.directory)
    try server.writeConfiguration()
    try server.append([
      ("primary_conninfo", connection.map { "\($0)=\($1)" }.joined(separator: " ")), ("primary_slot_name", slot),
    ])
    try Files.write("", to: server.data + "/standby.signal", owner: server.account)
    try await server.startOnFreePort()
    return server
  }

  /// Makes a standby a primary of its own, on a new timeline; returns once it takes writes.
  ///
  /// - Throws: `ServerKitError` when it does not come to that.
  public func promote() async throws {
    guard try await sql("SELECT pg_promote(true, 60)") == "t" else {
      throw ServerKitError("a standby was not promoted", at: directory, next: logTail())
    }
  }
}
