internal import ArgumentParser
internal import AuditStore
internal import Operations
internal import Pipeline
internal import Settings

/// `cdc-direct status`: where the source, the slot and the trail stand.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show position, lag, the log that the slot retains, and the time until it would be lost.",
    discussion: """
      Reads the two databases; no running instance is needed. What the instance at http.host and http.port says is added \
      when it answers. Ends with the failure's exit code when a side cannot be read, still showing the other.

      Examples:
        cdc-direct status --config cdc.yaml
        cdc-direct status --json | jq .lag.bytes
        cdc-direct status --sample 10
      """)

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "Seconds over which the pace of the source's log is measured, for the time to invalidation.")
  var sample = 1

  func validate() throws {
    guard (0...600).contains(sample) else { throw ValidationError("--sample is 0 to 600") }
  }

  func run() async throws {
    let settings = try options.load()
    let (source, store) = try await failing { (try settings.source(), try settings.auditStore()) }
    let reading = await StatusReading(source, store, pause: .seconds(sample))
    let report = StatusText(reading, source: source, schema: store.schema, phase: await Status.phase(settings.http))
    print(json ? try JSONText.pretty(report.json) : report.text)
    let failures = [reading.sourceFailure, reading.auditFailure].compactMap { $0 }
    for failure in failures { Terminal.error("cdc-direct: \(failure)") }
    if let failure = failures.first { throw ExitCode(failure.kind.exitCode) }
  }

  /// What a running instance says that it does; nil when none answers.
  private static func phase(_ http: Settings.HTTP) async -> String? {
    guard http.isEnabled, http.port > 0,
      let answer = try? await http.client().get("/status", within: .seconds(1)),
      answer.status == 200
    else { return nil }
    return (try? StatusReport(json: answer.body))?.phase
  }
}
