internal import ArgumentParser
internal import PGReplication
internal import Pipeline
internal import ServerKit
internal import UnixSignals

/// `cdc-direct demo`: two throwaway servers, a visible workload, and the trail as it arrives.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show it at work between two throwaway PostgreSQL servers, then clean up.",
    discussion: """
      Needs PostgreSQL's server programs (Debian: apt-get install postgresql) and touches no running server. Takes about \
      ten seconds. Works as root and as a normal user; Ctrl-C cleans up, too.

      Examples:
        cdc-direct demo
        cdc-direct demo --keep
        cdc-direct demo --rows 1000000
      """)

  @Flag(help: "Leave everything running and say how to look at it.")
  var keep = false

  @Option(help: "Rows of the large transaction.")
  var rows = 100_000

  func validate() throws {
    guard (1...50_000_000).contains(rows) else { throw ValidationError("--rows is 1 to 50000000") }
  }

  func run() async throws {
    let stage = DemoStage(keeps: keep)
    let play = DemoPlay(stage: stage, rows: rows, keeps: keep)
    let work = Task { try await play.run() }
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watch = Task { for await _ in signals { work.cancel() } }
    let result = await work.result
    watch.cancel()
    if case .success = result, keep { return }
    Terminal.error(work.isCancelled ? "\ninterrupted: cleaning up" : "\ncleaning up")
    // In a task of its own: this one may be cancelled.
    await Task { await stage.close() }.value
    if work.isCancelled { throw ExitCode(130) }
    try await failing {
      do { try result.get() } catch let error as DemoError { throw Demo.failed("\(error)") } catch let error
        as ServerKitError
      {
        throw Demo.failed("\(error)")
      }
    }
  }

  private static func failed(_ text: String) -> any Error {
    Terminal.error("cdc-direct: the demo failed: \(text)")
    return ExitCode(1)
  }
}
