internal import Glibc

/// How a child process ended.
public enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
  /// It called `exit` with this code.
  case exited(Int32)
  /// This signal ended it.
  case signalled(Int32)

  /// True for exit code 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// "exit code 1" or "signal 9".
  public var description: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signalled(let signal): "signal \(signal)"
    }
  }

  /// From the status word of `waitpid`; the C macros for it are not visible in Swift.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
  }
}
