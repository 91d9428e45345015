internal import Glibc
internal import Synchronization

/// A child that takes a command from each line of its input, and answers each by a line: its number and 0, or why not.
final class CommandedProcess: Sendable {
  let child: ChildProcess
  private let input: Int32
  private let given = Mutex(0)

  private init(child: ChildProcess, input: Int32) {
    self.child = child
    self.input = input
  }

  deinit { close(input) }

  /// Starts `words` and waits until it has said its first line. The directory gets a pipe for a moment.
  static func start(_ words: [String], in directory: String, as account: Account? = nil) async throws
    -> CommandedProcess
  {
    let path = directory + "/commands"
    guard mkfifo(path, 0o600) == 0 else { throw Files.failure("a pipe cannot be made", path) }
    defer { unlink(path) }
    if let account, chown(path, account.user, account.group) != 0 {
      throw Files.failure("a pipe cannot be given away", path)
    }
    // Also open for reading, so that this waits for nobody and the child finds a writer.
    let input = open(path, O_RDWR | O_CLOEXEC)
    guard input >= 0 else { throw Files.failure("a pipe cannot be opened", path) }
    var options = ChildProcess.Options()
    options.directory = directory
    options.account = account
    let child: ChildProcess
    do {
      child = try await ChildProcess.start("/bin/sh", ["-c", #"exec "$@" <"$0""#, path] + words, options: options)
    } catch {
      close(input)
      throw error
    }
    let process = CommandedProcess(child: child, input: input)
    guard await child.waitForOutput("\n") else {
      child.signal(SIGKILL)
      _ = await child.wait()
      throw ServerKitError("a program did not start", at: words.first ?? "", next: child.standardError)
    }
    return process
  }

  /// The first line that the child said.
  var greeting: String { String(child.standardOutput.prefix { $0 != "\n" }) }

  /// Gives a command; returns when it is done.
  ///
  /// - Throws: `ServerKitError` when the child refuses it, or does not answer.
  func obey(_ command: String) async throws {
    let line = Array((command + "\n").utf8)
    let number = given.withLock { given in
      given += 1
      // Under the lock, so that commands come in the order of their numbers. A pipe takes so little at once.
      return write(input, line, line.count) == line.count ? given : 0
    }
    let isAnswered = await child.waitForOutput("\n\(number) ")
    let answer = child.standardOutput.split(separator: "\n").last { $0.hasPrefix("\(number) ") }
    guard isAnswered, answer == "\(number) 0" else {
      throw ServerKitError(
        "a command was refused: \(command)", at: child.executable, next: "answer: \(answer ?? "none")")
    }
  }
}
