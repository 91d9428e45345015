internal import ArgumentParser
internal import Pipeline
internal import Settings

/// `cdc-direct check`: every precondition at once, each finding with what mends it.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check everything that run or stream needs, on all servers, and print what mends what is wrong.",
    discussion: """
      Changes nothing. Ends with 0 when run would start, otherwise with the exit code that run would end with. Can be \
      run beside a running instance. With kafka.bootstrap.servers it looks at the brokers and the schema registry, too; \
      nothing is published.

      Examples:
        cdc-direct check --config cdc.yaml
        cdc-direct check --config cdc.yaml --problems
        cdc-direct check --stream --properties connector.json
        cdc-direct check --json | jq '.findings[] | select(.level == "error")'
      """)

  @Option(name: .long, help: "Connector settings, as stream takes them; may be given again.")
  var properties: [String] = []

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Check what stream needs: no audit database.")
  var stream = false

  @Flag(help: "Print only warnings and errors.")
  var problems = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let settings = try options.load(properties, requiring: stream ? [.database, .events] : [.database, .audit])
    let findings = try await failing { try await Inspection(settings, isForStream: stream).run() }
    let shown = findings.all.filter { !problems || $0.level == .warn || $0.level == .error }
    if json {
      print(try JSONLines.pretty(Report(ready: findings.firstError == nil, findings: shown)))
    } else {
      for finding in shown { show(finding) }
      let summary = [Finding.Level.ok, .info, .warn, .error].map { "\(findings.count($0)) \($0.rawValue)" }
      print("\n\(summary.joined(separator: ", "))")
    }
    if let kind = findings.firstError { throw ExitCode(kind.exitCode) }
  }

  private func show(_ finding: Finding) {
    let level = finding.level.rawValue + String(repeating: " ", count: 5 - finding.level.rawValue.count)
    print("\(Style.current.paint(level, finding.level.colour))  \(finding.check): \(finding.what)")
    if let remedy = finding.remedy { print("       → \(remedy)") }
  }

  private struct Report: Encodable {
    let ready: Bool
    let findings: [Finding]
  }
}

extension Finding.Level {
  fileprivate var colour: Style.Colour {
    switch self {
    case .ok: .green
    case .info: .cyan
    case .warn: .yellow
    case .error: .red
    }
  }
}
