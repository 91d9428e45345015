internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import ServerKit
internal import WAL

/// Counts instructions and heap blocks a change under valgrind, which repeat where times do not.
struct Profile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count instructions and heap blocks a change, from the bytes of a message to the audit row or event.")

  @Flag(help: "Compare with the thresholds; exit code 1 when one is passed.")
  var check = false

  @Option(help: "The thresholds' file.")
  var thresholds = "thresholds.json"

  @Option(help: "Keep callgrind's outputs in this directory, for callgrind_annotate.")
  var keep: String?

  /// What one change may cost.
  struct Cost: Codable {
    var instructions: Double
    var heapBlocks: Double
  }

  private static let changes = 5000
  private static let passes = (few: 2, many: 6)

  /// What is counted, by name.
  private static let streams: [(name: String, sql: String)] = [
    ("insert_250_bytes", Workload(row: .usual, size: .hundred, rows: changes).sql),
    ("insert_1_kilobyte", Workload(row: .wide, size: .hundred, rows: changes).sql),
    ("insert_single_row_transactions", Workload(row: .narrow, size: .single, rows: changes).sql),
    (
      "update_and_delete_full_identity",
      """
      ALTER TABLE usual_rows REPLICA IDENTITY FULL;
      UPDATE usual_rows SET status = 'returned' WHERE id <= \(changes / 2);
      DELETE FROM usual_rows WHERE id <= \(changes / 2);
      """
    ),
  ]

  func run() async throws {
    let source = try await Source.start(durable: false)
    var costs: [String: Cost] = [:]
    for stream in Profile.streams {
      Report.progress("profile: \(stream.name)")
      try await cost(of: stream, source) { costs[$0] = $1 }
    }
    try await source.server.destroy()
    try judge(costs)
  }

  /// Once for the audit trail, under the stream's own name, and once as events.
  private func cost(
    of stream: (name: String, sql: String), _ source: Source, _ add: (String, Cost) -> Void
  ) async throws {
    let directory = keep ?? FileManager.default.temporaryDirectory.path
    let file = "\(directory)/cdc-profile-\(getpid())-\(stream.name).stream"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await source.server.sql("SELECT pg_create_logical_replication_slot('\(stream.name)', 'pgoutput')")
    try await source.server.sql(stream.sql)
    let end = try await source.server.sql("SELECT pg_current_wal_insert_lsn()")
    try await source.server.sql("SELECT pg_logical_emit_message(true, 'end', '')")
    try await Recording.write(from: source, slot: stream.name, until: LSN(end) ?? .zero, to: file)
    try await source.waitUntilFree(stream.name)
    try await source.server.sql("SELECT pg_drop_replication_slot('\(stream.name)')")
    add(stream.name, try await cost(of: "audit", file, stream.name))
    add("events_\(stream.name)", try await cost(of: "events", file, "events_\(stream.name)"))
  }

  private func cost(of encoder: String, _ file: String, _ name: String) async throws -> Cost {
    let output = keep.map { "\($0)/\(name).callgrind" } ?? "/dev/null"
    // The difference of two runs leaves out the start, the reading of the file and the first growth of buffers.
    func difference(_ tool: [String], _ marker: String) async throws -> Double {
      let few = try await count(tool, marker, [encoder, file, String(Profile.passes.few)])
      let many = try await count(tool, marker, [encoder, file, String(Profile.passes.many)])
      return Double(many - few) / Double((Profile.passes.many - Profile.passes.few) * Profile.changes)
    }
    return Cost(
      instructions: try await difference(["--tool=callgrind", "--callgrind-out-file=\(output)"], "Collected :"),
      heapBlocks: try await difference(["--tool=dhat", "--dhat-out-file=/dev/null"], "Total:"))
  }

  private func count(_ tool: [String], _ marker: String, _ arguments: [String]) async throws -> Int {
    let run = try await Programs.run(
      "valgrind", tool + [try Programs.beside("replay")] + arguments, within: .seconds(300))
    guard let line = run.error.split(separator: "\n").first(where: { $0.contains(marker) }) else {
      throw BenchError("valgrind's output has no \"\(marker)\": \(run.error.suffix(1000))")
    }
    // callgrind: "Collected : 123"; dhat: "Total: 1,234 bytes in 56 blocks".
    let words = line.split(separator: " ")
    let word = tool[0] == "--tool=dhat" ? words.dropLast().last : words.last
    guard let count = word.flatMap({ Int($0.filter(\.isNumber)) }) else { throw BenchError("valgrind said: \(line)") }
    return count
  }

  private func judge(_ costs: [String: Cost]) throws {
    var isOver = false
    let known = try? JSONDecoder().decode([String: Cost].self, from: Data(contentsOf: URL(filePath: thresholds)))
    if check, known == nil {
      throw BenchError("\(thresholds) cannot be read; benchmarks/README.md says how to make it")
    }
    for (name, cost) in costs.sorted(by: { $0.key < $1.key }) {
      var line =
        "\(name): \(Report.number(cost.instructions)) instructions, \(Report.number(cost.heapBlocks)) heap blocks a change"
      if let bound = known?[name] {
        let isWithin = cost.instructions <= bound.instructions && cost.heapBlocks <= bound.heapBlocks
        line +=
          "; allowed \(Report.number(bound.instructions)) and \(Report.number(bound.heapBlocks)): \(isWithin ? "pass" : "MISS")"
        isOver = isOver || !isWithin
      } else if check {
        line += "; no threshold: MISS"
        isOver = true
      }
      print(line)
    }
    if check && isOver { throw ExitCode(1) }
  }
}
