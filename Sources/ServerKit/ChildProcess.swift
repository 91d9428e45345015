internal import Glibc

/// A program that this process started, watched to its end.
///
/// Its number is never signalled after the kernel could have given it to another process.
public final class ChildProcess: Sendable {
  /// What the child reads from its standard input.
  public enum Input: Sendable {
    /// Nothing: end of file at once.
    case empty
    /// This text, then end of file.
    case text(String)
  }

  /// Where an output stream of the child goes.
  public enum Output: Sendable {
    /// Nowhere.
    case discarded
    /// To this process's own stream.
    case inherited
    /// Appended to the file at this path.
    case file(String)
    /// Kept in memory: the newest bytes, at most this many.
    case captured(limit: Int)
  }

  /// What the kernel sends a child when its parent has gone, by its name without SIG.
  public enum ParentDeathSignal: String, Sendable {
    /// Ends it at once.
    case kill = "KILL"
    /// Asks it to end; a server waits for its clients.
    case terminate = "TERM"
    /// As Ctrl-C; a server disconnects its clients.
    case interrupt = "INT"
    /// A server ends as in a crash.
    case quit = "QUIT"
  }

  /// How a child is started, apart from its program and arguments.
  public struct Options: Sendable {
    /// The whole environment; nil: this process's own.
    public var environment: [String: String]?
    /// The directory the child starts in; nil: this process's own.
    public var directory: String?
    /// Standard input.
    public var input = Input.empty
    /// Standard output; 4 MiB are kept when nothing else is said.
    public var output = Output.captured(limit: 4 << 20)
    /// Standard error; 1 MiB is kept when nothing else is said.
    public var error = Output.captured(limit: 1 << 20)
    /// The account it runs as; nil: this process's own. Only root may choose another.
    public var account: Account?
    /// The signal the kernel sends the child when this process ends in whatever way; nil: the child lives on.
    public var signalAtParentDeath: ParentDeathSignal? = .kill
    /// Whether the child leaves the terminal's process group, so that Ctrl-C reaches this process alone.
    public var ownSession = true

    /// The defaults of each property.
    public init() {}
  }

  /// What a child that ran to its end left behind.
  public struct Result: Sendable {
    /// How it ended.
    public let status: ExitStatus
    /// Its captured standard output.
    public let output: String
    /// Its captured standard error.
    public let error: String

    /// The end of a child that was started rather than run.
    public init(status: ExitStatus, output: String, error: String) {
      self.status = status
      self.output = output
      self.error = error
    }
  }

  /// The process number.
  public let pid: Int32
  /// The program's path.
  public let executable: String
  private let status = Watched<ExitStatus?>(nil)
  private let output: Watched<CapturedOutput>?
  private let error: Watched<CapturedOutput>?

  private init(
    pid: Int32, executable: String, output: Watched<CapturedOutput>?, error: Watched<CapturedOutput>?
  ) {
    self.pid = pid
    self.executable = executable
    self.output = output
    self.error = error
  }

  /// Starts `executable`, a path or a name to be found in `PATH`.
  ///
  /// - Throws: `ServerKitError` when the program is not there or cannot be started.
  public static func start(
    _ executable: String, _ arguments: [String] = [], options: Options = Options()
  ) async throws -> ChildProcess {
    let path = try ExecutableSearch.path(of: executable)
    let words = try ExecutableSearch.prefix(for: options) + [path] + arguments
    var variables = ExecutableSearch.environment()
    if let own = options.environment {
      // A program that was built with a sanitizer is told the same as we are.
      variables = variables.filter { $0.key.hasSuffix("SAN_OPTIONS") }.merging(own) { $1 }
    }
    let environment = variables.map { "\($0.key)=\($0.value)" }
    var streams = try ChildStreams(options)
    defer { streams.closeChildEnds() }
    let pid: pid_t
    do {
      pid = try await Spawner.shared.spawn(
        words, environment: environment, ownSession: options.ownSession,
        descriptors: streams.descriptors)
    } catch {
      streams.closeParentEnds()
      throw error
    }
    let child = ChildProcess(pid: pid, executable: path, output: streams.output?.sink, error: streams.error?.sink)
    streams.startReading()
    child.watch()
    return child
  }

  /// Starts a program and waits for its end.
  ///
  /// - Throws: `ServerKitError` when it cannot be started, or is not done after `limit` (it is then killed).
  public static func run(
    _ executable: String, _ arguments: [String] = [], options: Options = Options(),
    within limit: Duration = .seconds(60)
  ) async throws -> Result {
    let child = try await start(executable, arguments, options: options)
    guard let status = await child.wait(within: limit) else {
      child.signal(SIGKILL)
      _ = await child.wait()
      throw ServerKitError("a program did not end within \(limit)", at: child.executable, next: "see why it hangs")
    }
    return Result(status: status, output: child.standardOutput, error: child.standardError)
  }

  /// What was captured of standard output so far.
  public var standardOutput: String { output?.withState { $0.text } ?? "" }
  /// What was captured of standard error so far.
  public var standardError: String { error?.withState { $0.text } ?? "" }
  /// How it ended; nil while it runs.
  public var exitStatus: ExitStatus? { status.withState { $0 } }

  /// Sends a signal; false when the child has already ended.
  @discardableResult
  public func signal(_ number: Int32) -> Bool {
    // Under the lock that the reaper needs: the number cannot be given away meanwhile.
    status.withState { status in status == nil && kill(pid, number) == 0 }
  }

  /// Waits for the end; a cancelled task gets the status so far, nil while the child runs.
  public func wait() async -> ExitStatus? {
    _ = await status.wait { $0 != nil }
    await drain()
    return exitStatus
  }

  /// Waits for the end, at most `limit`; nil when the child still runs then.
  public func wait(within limit: Duration) async -> ExitStatus? {
    guard await status.wait(within: limit, until: { $0 != nil }) else { return exitStatus }
    await drain()
    return exitStatus
  }

  /// Asks with SIGTERM, and kills what has not ended after `limit`.
  public func terminate(within limit: Duration = .seconds(10)) async -> ExitStatus? {
    signal(SIGTERM)
    if let status = await wait(within: limit) { return status }
    signal(SIGKILL)
    return await wait()
  }

  /// Waits until the captured standard output contains `text`; false when it closed or the time was over before.
  public func waitForOutput(_ text: String, within limit: Duration = .seconds(30)) async -> Bool {
    await Self.wait(for: text, in: output, within: limit)
  }

  /// Waits until the captured standard error contains `text`; false when it closed or the time was over before.
  public func waitForError(_ text: String, within limit: Duration = .seconds(30)) async -> Bool {
    await Self.wait(for: text, in: error, within: limit)
  }

  private static func wait(for text: String, in stream: Watched<CapturedOutput>?, within limit: Duration) async -> Bool
  {
    guard let stream else { return false }
    let needle = Array(text.utf8)
    _ = await stream.wait(within: limit) { $0.isClosed || $0.contains(needle) }
    return stream.withState { $0.contains(needle) }
  }

  /// The child's last words may still be in the pipe; a grandchild may hold it open, so not for ever.
  private func drain() async {
    for stream in [output, error] { _ = await stream?.wait(within: .seconds(1)) { $0.isClosed } }
  }

  private func watch() {
    startThread { [pid, status] in
      var information = siginfo_t()
      // First only looked at, so that the number stays ours until the status is stored under the lock.
      while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
      status.withState { status in
        var word: Int32 = 0
        while waitpid(pid, &word, 0) < 0 && errno == EINTR {}
        status = ExitStatus(waitStatus: word)
      }
    }
  }
}
