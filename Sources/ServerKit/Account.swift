internal import Glibc

/// A user account of this machine that a child process runs as.
public struct Account: Sendable, Hashable {
  /// The login name.
  public let name: String
  /// The numeric user.
  public let user: UInt32
  /// The numeric group.
  public let group: UInt32

  /// The account of that name, if there is one.
  public init?(named name: String) {
    var record = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    self.name = name
    user = record.pw_uid
    group = record.pw_gid
  }

  /// Whom a database server runs as: nobody else for a normal user (nil), for root `postgres`, else `nobody`.
  static func forServer() throws -> Account? {
    guard geteuid() == 0 else { return nil }
    if let account = Account(named: "postgres") ?? Account(named: "nobody") { return account }
    throw ServerKitError(
      "root may not run a database server and there is no other account", at: "/etc/passwd",
      next: "create the account postgres, or run as a normal user")
  }

  /// Whether this account may pass through `directory` and everything above it.
  func reaches(_ directory: String) -> Bool {
    var path = ""
    for part in [""] + directory.split(separator: "/").map(String.init) {
      path += part.isEmpty ? "/" : (path == "/" ? part : "/" + part)
      var status = stat()
      guard stat(path, &status) == 0 else { return false }
      let bit: mode_t = status.st_uid == user ? 0o100 : status.st_gid == group ? 0o010 : 0o001
      if status.st_mode & bit == 0 { return false }
    }
    return true
  }
}
