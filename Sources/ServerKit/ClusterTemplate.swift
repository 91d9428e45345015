internal import Glibc

/// Freshly made clusters to copy from: `initdb` takes a second, a copy some milliseconds.
actor ClusterTemplate {
  static let shared = ClusterTemplate()

  private struct Key: Hashable {
    let binaries: PostgresBinaries
    let arguments: [String]
  }

  private var templates: [Key: Task<String, any Error>] = [:]

  /// Makes a cluster at `path`, which must not exist yet, owned by the server's account.
  func copy(to path: String, binaries: PostgresBinaries, arguments: [String]) async throws {
    let key = Key(binaries: binaries, arguments: arguments)
    let task = templates[key] ?? Task { try await Self.make(key) }
    templates[key] = task
    let account = try Account.forServer()
    try await binaries.run("/bin/cp", ["-a", "--reflink=auto", try await task.value, path], as: account)
    try await Self.renewIdentity(of: path, binaries: binaries, account: account)
  }

  private static func make(_ key: Key) async throws -> String {
    let path = try await Workplace.shared.newDirectory() + "/data"
    try await key.binaries.run(
      "initdb",
      ["-D", path, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"] + key.arguments,
      as: try Account.forServer())
    return path
  }

  /// Gives a copied cluster a system identifier of its own, as two clusters of two `initdb` have.
  ///
  /// It is the first field of `pg_control` and stands in the log's page headers, which `pg_resetwal` writes anew. The
  /// control file's checksum no longer fits then, so `pg_resetwal` asks for `-f`.
  private static func renewIdentity(of path: String, binaries: PostgresBinaries, account: Account?) async throws {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    // As the server composes it: seconds, then bits that differ between clusters of one second.
    let identifier = UInt64(bitPattern: Int64(now.tv_sec)) << 32 | UInt64.random(in: 1..<(1 << 32))
    try Files.overwrite(withUnsafeBytes(of: identifier) { Array($0) }, at: 0, in: path + "/global/pg_control")
    try await binaries.run("pg_resetwal", ["-f", "-D", path], as: account)
  }
}
