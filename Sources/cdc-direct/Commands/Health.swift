internal import ArgumentParser
internal import Operations
internal import Settings

/// `cdc-direct health`: asks a running instance, for a container's health check.
struct Health: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the running instance at http.host and http.port whether it is well; exit code 0 or 1.",
    discussion: """
      For container health checks: no shell and no curl are needed. Reads the same settings as run: \
      the token, and the certificate by which the instance is known, come from the files named there.

      Examples:
        cdc-direct health
        cdc-direct health --path /ready --timeout 5
        HEALTHCHECK CMD ["cdc-direct", "health"]
      """)

  @OptionGroup var options: SettingsOptions

  @Option(help: "What is asked: /livez, /health or /ready.")
  var path = "/livez"

  @Option(help: "Seconds that the answer may take.")
  var timeout = 3

  @Flag(name: .shortAndLong, help: "Print the answer.")
  var verbose = false

  func validate() throws {
    guard (1...300).contains(timeout) else { throw ValidationError("--timeout is 1 to 300") }
    let isPlain = path.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    guard path.hasPrefix("/"), isPlain else { throw ValidationError("--path begins with a slash and has no blanks") }
  }

  func run() async throws {
    let http = try options.load(requiring: []).http
    guard http.isEnabled, http.port > 0 else {
      Terminal.error(
        http.isEnabled
          ? "cdc-direct: http.port is 0, so the port is only known from the log; set http.port"
          : "cdc-direct: http.enabled is false, so nobody answers")
      throw ExitCode(1)
    }
    let answer: OperationsClient.Answer
    do {
      answer = try await http.client().get(path, within: .seconds(timeout))
    } catch {
      Terminal.error("unhealthy: \(error)")
      throw ExitCode(1)
    }
    if verbose { print(answer.body) }
    guard (200..<300).contains(answer.status) else {
      Terminal.error("unhealthy: \(path) answers \(answer.status)")
      throw ExitCode(1)
    }
    if !verbose { print("healthy") }
  }
}
