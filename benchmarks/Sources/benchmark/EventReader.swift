internal import FoundationEssentials
internal import PGReplication
internal import ServerKit

/// A program that turns a slot's changes into Debezium's events, under the same settings.
enum EventReader: Sendable {
  /// The release build of `cdc-direct`, by its path.
  case program(String)
  /// Debezium's connector in its embedded engine, by the path of `conformance/connector/run`.
  case connector(String)

  /// What is done with the events.
  struct Form: Sendable {
    /// Whether keys and values carry their schemas.
    let schemas: Bool
    /// Whether lines go to a file; otherwise they are thrown away.
    let toFile: Bool

    /// What the report calls it.
    var title: String { "schemas \(schemas ? "on" : "off"), to \(toFile ? "a file" : "nowhere")" }
  }

  /// What `EventLines.java` tells of itself.
  private struct Statistics: Decodable {
    let events: Int
    let elapsed_seconds: Double
    let cpu_seconds_since_first_event: Double
    let peak_rss_kib: Int
  }

  /// Whether it can be run; why not otherwise.
  func isMissing() async -> String? {
    guard case .connector(let path) = self else { return nil }
    do {
      _ = try await Programs.run(path, ["--help"], within: .seconds(30))
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Reads `count` events from a fresh slot.
  ///
  /// Ours from the request to start it to its end, and its whole CPU time. The connector as it counts itself, from its
  /// first event to its last: the virtual machine's start and the connecting are not in it.
  func run(_ source: Source, _ form: Form, _ count: Int) async throws -> MeasuredRun {
    let file = source.server.directory + "/events.jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try await source.withSlot { slot in
      var arguments = options(source, slot, form.schemas) + ["--max-events", String(count)]
      if form.toFile { arguments += ["--output", file] }
      switch self {
      case .program(let path):
        if !form.toFile { arguments.append("--discard") }
        return try await MeasuredRun.of(path, arguments, within: .seconds(300))
      case .connector(let path):
        let run = try await MeasuredRun.of(
          path, arguments + ["--stats"] + (form.toFile ? [] : ["--count-only", "--output", "/dev/null"]),
          within: .seconds(600))
        return try EventReader.itsOwnCount(run, count)
      }
    }
  }

  private static func itsOwnCount(_ run: MeasuredRun, _ count: Int) throws -> MeasuredRun {
    guard let line = run.error.split(separator: "\n").last(where: { $0.hasPrefix("{\"events\":") }) else {
      throw BenchError("the connector told no statistics: \(run.error.suffix(2000))")
    }
    let statistics = try JSONDecoder().decode(Statistics.self, from: Data(line.utf8))
    guard statistics.events == count else { throw BenchError("the connector sent \(statistics.events) of \(count)") }
    return MeasuredRun(
      seconds: statistics.elapsed_seconds,
      usage: ProcessUsage(
        cpuSeconds: statistics.cpu_seconds_since_first_event, peakBytes: statistics.peak_rss_kib << 10),
      error: run.error)
  }

  /// Milliseconds from the request to start it to the first event on its standard output, which was waiting in a slot.
  func firstEvent(_ source: Source) async throws -> Double {
    try await source.withSlot { slot in
      let began = MonotonicClock.nanoseconds()
      let process = try await ChildProcess.start(path, options(source, slot, false) + ["--output", "-"])
      let isThere = await process.waitForOutput("\n", within: .seconds(60))
      let ended = MonotonicClock.nanoseconds()
      _ = await process.terminate(within: .seconds(20))
      guard isThere else { throw BenchError("\(path) sent no event: \(process.standardError.suffix(2000))") }
      return Double(ended - began) / 1e6
    }
  }

  private var path: String {
    switch self {
    case .program(let path), .connector(let path): path
    }
  }

  /// The settings of both; the connector wants a file before them, which may be empty.
  private func options(_ source: Source, _ slot: String, _ schemas: Bool) -> [String] {
    let offsets = "offset.storage=org.apache.kafka.connect.storage.MemoryOffsetBackingStore"
    let settings = (source.eventSettings(slot, schemas: schemas) + [offsets]).flatMap { ["--set", $0] }
    switch self {
    case .program: return ["stream"] + settings
    case .connector: return settings + ["/dev/null"]
    }
  }
}
