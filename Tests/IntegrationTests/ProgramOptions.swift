import FoundationEssentials
import ServerKit

extension ChildProcess.Options {
  /// The program's whole environment, and where its counts of covered lines go when they are wanted.
  static func program(_ environment: [String: String]) -> ChildProcess.Options {
    var options = ChildProcess.Options()
    options.environment = environment
    options.environment?["LLVM_PROFILE_FILE"] = ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"]
    return options
  }
}
