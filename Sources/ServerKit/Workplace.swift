internal import Glibc

/// The directory of this process's throwaway servers; it goes when the process goes, in whatever way that happens.
actor Workplace {
  static let shared = Workplace()

  private var root: Task<String, any Error>?
  private var lastNumber = 0

  /// A new, empty directory for one server, owned by the account that servers run as.
  func newDirectory() async throws -> String {
    let task = root ?? Task { try await Self.makeRoot() }
    root = task
    lastNumber += 1
    // Taken before the wait, in which other callers count on.
    let name = "/\(lastNumber)"
    let path = try await task.value + name
    try Files.makeDirectory(path, owner: try Account.forServer())
    return path
  }

  /// A new directory that outlives this process.
  static func lastingDirectory() throws -> String { try makeTemporaryDirectory("cdc-keep") }

  /// Removes a directory with all that is in it.
  static func remove(_ path: String) async throws {
    let result = try await ChildProcess.run("rm", ["-rf", "--", path])
    guard result.status.isSuccess else {
      throw ServerKitError("a directory could not be removed", at: path, next: result.error)
    }
  }

  private static func makeRoot() async throws -> String {
    let root = try makeTemporaryDirectory("cdc-direct")
    try await startJanitor(for: root)
    return root
  }

  private static func makeTemporaryDirectory(_ name: String) throws -> String {
    let account = try Account.forServer()
    let bases = [ExecutableSearch.environment()["TMPDIR"] ?? "/tmp", "/tmp", "/var/tmp"]
    for base in bases where base.hasPrefix("/") && base.utf8.count <= 60 {
      // A socket's path has at most 107 bytes, and the server's account must get through to it.
      if let account, !account.reaches(base) { continue }
      var template = Array("\(base)/\(name).XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { continue }
      let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if let account, chown(path, account.user, account.group) != 0 {
        throw Files.failure("a directory cannot be given away", path)
      }
      return path
    }
    throw ServerKitError(
      "no temporary directory is usable by the server's account", at: bases.joined(separator: ", "),
      next: "set TMPDIR to a short path that every account may enter")
  }

  /// A shell that waits for the end of this process, which closes the pipe it reads, and then removes the directory.
  private static func startJanitor(for root: String) async throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Files.failure("no pipe could be opened", "pipe") }
    // The writing end is never closed by us: the kernel does it when the process ends.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard nowhere >= 0 else { throw Files.failure("a file cannot be opened", "/dev/null") }
    defer { close(nowhere) }
    // The servers get their signal at the same moment and may still write: hence several rounds.
    let script = """
      cd /; trap '' HUP INT TERM; read -r _
      for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" && [ ! -e "$1" ] && exit; sleep 0.3; done
      """
    _ = try await Spawner.shared.spawn(
      ["/bin/sh", "-c", script, "cdc-direct-janitor", root], environment: ["PATH=/usr/bin:/bin"],
      ownSession: true, descriptors: .init(input: ends[0], output: nowhere, error: nowhere))
  }
}
