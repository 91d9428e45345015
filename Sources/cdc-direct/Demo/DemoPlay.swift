internal import AuditStore
internal import PGReplication
internal import ServerKit
internal import WAL

/// The demo from its first server to its last report.
struct DemoPlay: Sendable {
  let stage: DemoStage
  let screen = DemoScreen()
  let rows: Int
  let keeps: Bool

  /// How long anything may take to arrive.
  private static let patience = Duration.seconds(120)
  /// How many changes of a scene are shown.
  private static let shown = 5

  func run() async throws {
    screen.title("cdc-direct \(Version.text): a source, an audit server, and every committed change between them")
    try await screen.step("starting a PostgreSQL server as the source (database shop)") {
      try await stage.startSource()
    }
    try await screen.step("starting another one for the audit trail (database trail)") { try await stage.startAudit() }
    try await screen.step("starting cdc-direct run: publication, slot, schema, snapshot") {
      try await stage.startProgram()
    }
    let trail = try DemoTrail.open(source: await stage.sourceURI, audit: await stage.auditURI)
    try await showSnapshot(trail)
    let scenes = DemoScene.all(rows: rows)
    for (index, scene) in scenes.enumerated() { try await play(scene, "\(index + 1)/\(scenes.count)", trail) }
    try showStatistics(trail)
    try prove(trail)
    if keeps { return await showWayIn() }
    screen.title("The final report of cdc-direct run, stopped with SIGTERM")
    let report = try await stage.stopProgram()
    screen.table(report.map { [$0.name, DemoPlay.rounded($0.value)] }, header: ["WHAT", "VALUE"], flexible: 1)
  }

  /// A number with one decimal instead of many.
  private static func rounded(_ text: String) -> String {
    guard text.contains("."), let number = Double(text) else { return text }
    return "\((number * 10).rounded() / 10)"
  }

  // MARK: Scenes

  private func showSnapshot(_ trail: borrowing DemoTrail) async throws {
    screen.title("Before it starts: the rows that were there already")
    let deadline = ContinuousClock.now + DemoPlay.patience
    while try trail.count(since: "-infinity") < DemoScene.rowsBefore {
      guard ContinuousClock.now < deadline else {
        throw DemoError(what: "the snapshot did not arrive within \(DemoPlay.patience)", detail: "")
      }
      try await pause()
    }
    show(try trail.changes(since: nil, limit: DemoPlay.shown))
  }

  private func play(_ scene: DemoScene, _ number: String, _ trail: borrowing DemoTrail) async throws {
    screen.title("\(number)  \(scene.title)")
    screen.statements(scene.statements)
    let moment = try trail.now()
    let began = ContinuousClock.now
    let end = try trail.run(scene.statements)
    let committed = ContinuousClock.now
    let most = try await wait(for: end, trail)
    let arrived = ContinuousClock.now
    let count = try trail.count(since: moment)
    guard count == scene.changes else {
      throw DemoError(what: "\(count) changes arrived instead of \(scene.changes)", detail: "since \(moment)")
    }
    let shown = min(count, count > 1000 ? 2 : DemoPlay.shown)
    show(try trail.changes(since: moment, limit: shown))
    if count > shown { screen.note("  … and \(ByteText.count(count - shown)) more") }
    screen.good(
      "\(count == 0 ? "nothing" : ByteText.count(count)) arrived; the trail holds all up to \(end), "
        + "\(DemoScreen.seconds(arrived - committed)) after the last statement")
    if count > 1000 {
      screen.good(
        "\(rate(count, arrived - began)) changes/s, the INSERT's own time included; "
          + "lag at most \(ByteText.text(most)), now 0")
    }
    screen.note("  \(scene.remark)")
  }

  /// Waits until the trail holds everything before `end`; how many bytes it was behind at most.
  private func wait(for end: LSN, _ trail: borrowing DemoTrail) async throws -> UInt64 {
    let began = ContinuousClock.now
    var most: UInt64 = 0
    var told = began
    while true {
      let behind = end.distance(from: try trail.position())
      if behind == 0 { break }
      most = max(most, behind)
      let now = ContinuousClock.now
      if now - told > .milliseconds(200) {
        screen.progress("waiting: the trail is \(ByteText.text(behind)) behind, \(DemoScreen.seconds(now - began)) …")
        told = now
      }
      guard now - began < DemoPlay.patience else {
        screen.endProgress()
        throw DemoError(
          what: "the trail did not reach \(end) within \(DemoPlay.patience): \(ByteText.text(behind)) behind",
          detail: "")
      }
      try await pause()
    }
    screen.endProgress()
    return most
  }

  private func pause() async throws {
    try await stage.checkProgram()
    try await Task.sleep(for: .milliseconds(2))
  }

  private func show(_ rows: [TrailRow]) {
    guard !rows.isEmpty else { return }
    let cells = rows.map { row in
      var cells = ChangeText(row).cells
      // The day is known, and so is the schema.
      cells[0] = String(cells[0].suffix(12))
      cells[2] = row.table
      return cells
    }
    screen.table(cells, header: ["TIME (UTC)"] + ChangeText.header.dropFirst(), flexible: 4)
  }

  private func rate(_ count: Int, _ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return ByteText.count(Int(Double(count) / max(0.001, Double(seconds) + Double(attoseconds) / 1e18)))
  }

  // MARK: The end

  private func showStatistics(_ trail: borrowing DemoTrail) throws {
    screen.title("The trail, by table and operation")
    let rows = try trail.statistics().map {
      [$0.table, $0.operation, ByteText.count($0.changes), ByteText.count($0.transactions)]
    }
    screen.table(rows, header: ["TABLE", "OPERATION", "CHANGES", "TRANSACTIONS"], flexible: 0)
  }

  /// The source as it is, and as the trail alone gives it back, row by row.
  private func prove(_ trail: borrowing DemoTrail) throws {
    screen.title("Proof: the trail folded to each row's last state, against the source")
    var differing: [String] = []
    for table in ["roles", "people", "visits"] {
      let original = try trail.original(table)
      let folded = try trail.folded(table)
      let numbers =
        "\(table): \(ByteText.count(original.rows)) rows in the source, \(ByteText.count(folded.rows)) from the trail"
      if original == folded {
        screen.good("\(numbers), every value equal")
      } else {
        screen.bad("\(numbers), they differ")
        differing.append(table)
      }
    }
    guard differing.isEmpty else {
      throw DemoError(what: "the trail differs from the source", detail: differing.joined(separator: ", "))
    }
  }

  private func showWayIn() async {
    let port = await stage.port
    let pids = [await stage.program?.pid, await stage.source?.pid, await stage.audit?.pid].compactMap { $0 }
    let directories = [await stage.source?.directory, await stage.audit?.directory].compactMap { $0 }
    screen.title("Everything goes on running")
    screen.note("  source    psql '\(await stage.sourceURI)'")
    screen.note("  audit     psql '\(await stage.auditURI)' -c 'TABLE cdc.audit_log'")
    screen.note("  trail     cdc-direct audit list --set audit.url='\(await stage.auditURI)'")
    screen.note("  status    http://127.0.0.1:\(port)/status")
    screen.note("  metrics   http://127.0.0.1:\(port)/metrics")
    screen.note("  log       \(await stage.log ?? "")")
    screen.note("\n  To stop and remove all of it:")
    screen.note(
      "  kill -TERM \(pids.first.map(String.init) ?? ""); sleep 2; kill -INT "
        + pids.dropFirst().map(String.init).joined(separator: " ") + "; sleep 2; rm -rf "
        + directories.joined(separator: " "))
  }
}
