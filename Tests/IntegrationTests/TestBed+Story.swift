import Glibc
import Pipeline
import ServerKit
import Testing

/// The story's parts.
extension TestBed {
  /// Changes 1 to 3 are made and stored, and the program is stopped.
  func storeFirst(_ settings: [String: String] = [:]) async throws {
    try await inSource("SELECT pg_create_logical_replication_slot('\(name)', 'pgoutput')")
    let program = try await start(settings)
    try await waitForStream(program)
    try await change(1...3)
    try await waitForRows(3, program)
    let status = await program.terminate()
    try #require(status == .exited(0), "\(program.lastWords)")
  }

  /// One transaction for each row.
  func change(_ ids: ClosedRange<Int>) async throws {
    try await inSource(ids.map { "INSERT INTO t (id) VALUES (\($0));" }.joined())
  }

  /// The program ends with the kind's exit code and tells the failure, its place and the next step; trail and offset
  /// stay as they were.
  @discardableResult
  func expectEnd(
    _ kind: Failure.Kind, saying words: [String], _ settings: [String: String] = [:],
    at location: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let before = try? standing()
    let program = try await start(settings)
    let status = await program.wait(within: .seconds(20))
    if status == nil { program.signal(SIGKILL) }
    #expect(status == .exited(kind.exitCode), "\(program.lastWords)", sourceLocation: location)
    let message = program.standardError.split(separator: "\n").last { $0.hasPrefix("cdc-direct: ") } ?? ""
    #expect(message.hasPrefix("cdc-direct: \(kind.rawValue): "), "\(program.lastWords)", sourceLocation: location)
    for word in words + ["). Next: "] {
      #expect(message.contains(word), "\(word) is not in: \(message)", sourceLocation: location)
    }
    #expect(!program.standardError.contains(Self.password), sourceLocation: location)
    if let before {
      #expect(try standing() == before, sourceLocation: location)
    } else {
      // The audit schema may have been made meanwhile.
      #expect((try? trail()) ?? "" == "", sourceLocation: location)
    }
    return String(message)
  }

  /// The program goes on from where it was: the trail ends up with 1 to `last`, each once and in order.
  func expectRest(
    through last: Int = 6, _ settings: [String: String] = [:], at location: SourceLocation = #_sourceLocation
  ) async throws {
    let program = try await start(settings)
    try await waitForRows(last, program)
    // They may all have been there: it hears a signal only once it has begun.
    try await waitForStream(program)
    let status = await program.terminate()
    #expect(status == .exited(0), "\(program.lastWords)", sourceLocation: location)
    let expected = (1...last).map(String.init).joined(separator: " ")
    #expect(try trail() == expected, sourceLocation: location)
  }

  /// With `when_needed` the program records the gap from `offset`, takes all rows anew, and goes on with change 7.
  func expectSnapshotAnew(from offset: String, at location: SourceLocation = #_sourceLocation) async throws {
    let anew = try await start(["SNAPSHOT_MODE": "when_needed"])
    try await waitForRows(9, anew)
    try await waitForStream(anew)
    try await change(7...7)
    try await waitForRows(10, anew)
    #expect(await anew.terminate() == .exited(0), "\(anew.lastWords)", sourceLocation: location)
    #expect(try trail() == "1 2 3 1 2 3 4 5 6 7", sourceLocation: location)
    let gap = "SELECT string_agg(from_lsn || ' ' || (to_lsn > from_lsn), ',') FROM cdc.gap"
    #expect(try ask(audit, auditDatabase, gap) == "\(offset) true", sourceLocation: location)
  }
}
