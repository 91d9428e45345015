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
    let status = await program.terminate()
    #expect(status == .exited(0), "\(program.lastWords)", sourceLocation: location)
    let expected = (1...last).map(String.init).joined(separator: " ")
    #expect(try trail() == expected, sourceLocation: location)
  }
}
