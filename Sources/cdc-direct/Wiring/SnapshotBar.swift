internal import Pipeline
internal import ServiceLifecycle
internal import Synchronization

/// A progress bar on the terminal while a snapshot is read. Elsewhere the log has a line for each table.
struct SnapshotBar: Service {
  let metrics: PipelineMetrics

  /// Clears the line that the bar stands on.
  private static let clear = "\r\u{1B}[K"
  private static let width = 30

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isShown = false
      while !Task.isCancelled {
        let isReading = metrics.currentPhase == .snapshot
        if isReading || isShown { Terminal.write(Self.clear + (isReading ? line : ""), to: 2) }
        isShown = isReading
        do { try await Task.sleep(for: .milliseconds(200)) } catch { break }
      }
      if isShown { Terminal.write(Self.clear, to: 2) }
    }
  }

  /// For example `snapshot [#########.....................]  30 %  2/7 tables  31020 rows`.
  var line: String {
    func value(_ counter: borrowing Atomic<UInt64>) -> UInt64 { counter.load(ordering: .relaxed) }
    let rows = value(metrics.snapshotRowsRead)
    let expected = value(metrics.snapshotRowsExpected)
    // The planner's estimate may be too low: the bar is full only when the snapshot is over.
    let share = expected > 0 ? min(0.99, Double(rows) / Double(expected)) : 0
    let filled = Int(share * Double(Self.width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let percent = expected > 0 ? "\(Int(share * 100)) %" : "? %"
    return "snapshot [\(bar)] \(percent)  \(value(metrics.snapshotTablesDone))/\(value(metrics.snapshotTables)) tables"
      + "  \(rows) rows"
  }
}
