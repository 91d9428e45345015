internal import Executors
internal import Glibc

/// Starts processes from one thread that lives as long as this process.
///
/// The kernel sends a parent-death signal when the *thread* that started the child ends. Threads of Swift's pool come
/// and go, so a server started on one of them would be shut down in the middle of a test.
actor Spawner {
  static let shared = Spawner()

  private let executor = ThreadExecutor(name: "spawner")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// What a child finds at its descriptors 0, 1 and 2.
  struct Descriptors: Sendable {
    var input: Int32
    var output: Int32
    var error: Int32
  }

  /// Starts `words[0]`, a path, and gives its process number. Descriptors above 2 are closed in the child.
  func spawn(
    _ words: [String], environment: [String], ownSession: Bool, descriptors: Descriptors
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, descriptors.input, 0)
    posix_spawn_file_actions_adddup2(&actions, descriptors.output, 1)
    posix_spawn_file_actions_adddup2(&actions, descriptors.error, 2)
    for descriptor in Self.inheritable() { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // POSIX_SPAWN_SETSID is 0x80; glibc shows it to GNU sources alone.
    let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | (ownSession ? 0x80 : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var pid = pid_t()
    let status = withCStrings(words) { words in
      withCStrings(environment) { environment in
        words[0].map { posix_spawn(&pid, $0, &actions, &attributes, words, environment) } ?? ENOENT
      }
    }
    guard status == 0 else {
      throw ServerKitError(
        "a program could not be started", at: words.first ?? "no program",
        next: "the system says: \(Files.systemMessage(status))")
    }
    return pid
  }

  /// Descriptors above 2 that a child would get: glibc's call that closes all of them is not visible in Swift.
  private static func inheritable() -> [Int32] {
    Files.entries(of: "/proc/self/fd").compactMap { Int32($0) }.filter { descriptor in
      let flags = fcntl(descriptor, F_GETFD)
      return descriptor > 2 && flags >= 0 && flags & FD_CLOEXEC == 0
    }
  }
}

/// Lends the strings as a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  for (index, string) in strings.enumerated() { array[index] = strdup(string) }
  array[strings.count] = nil
  defer {
    for index in strings.indices { free(array[index]) }
    array.deallocate()
  }
  return body(array)
}
