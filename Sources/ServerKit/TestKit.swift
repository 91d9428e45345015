internal import Glibc

/// The tools of the repository's folder `testkit`, which bring and reach the Kafka of the tests.
actor TestKit {
  static let shared = TestKit()

  private var fetched: [String: Task<String, any Error>] = [:]

  /// What `testkit/TOOL fetch` prints: the path of a program, or a class path. The first call may download.
  func fetch(_ tool: String) async throws -> String {
    let task =
      fetched[tool]
      ?? Task { try await Self.run(tool, ["fetch"], within: .seconds(900)).split(separator: "\n").joined() }
    fetched[tool] = task
    return try await task.value
  }

  /// Whether what a tool fetches can be had on this machine.
  func has(_ tool: String) async -> Bool { (try? await fetch(tool)) != nil }

  /// Runs a tool to its end and gives its standard output.
  ///
  /// - Throws: `ServerKitError` with the tool's own words when it fails.
  static func run(
    _ tool: String, _ arguments: [String], input: ChildProcess.Input = .empty, within limit: Duration = .seconds(120)
  ) async throws -> String {
    var options = ChildProcess.Options()
    options.input = input
    options.output = .captured(limit: 1 << 30)
    let result = try await ChildProcess.run(path(of: tool), arguments, options: options, within: limit)
    guard result.status.isSuccess else {
      throw ServerKitError("testkit/\(tool) ended with \(result.status)", at: "testkit", next: result.error)
    }
    return result.output
  }

  /// A tool's path: above the running program, as the build folder lies in the repository, or the working directory.
  static func path(of tool: String) throws -> String {
    var places = ExecutableSearch.productDirectories()
    var parts = (Files.target(ofLink: "/proc/self/cwd") ?? "").split(separator: "/")
    while !parts.isEmpty {
      places.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    let paths = places.map { "\($0)/testkit/\(tool)" }
    guard let path = paths.first(where: Files.isExecutable) else {
      throw ServerKitError("a tool of the tests is missing", at: "testkit/\(tool)", next: "run in the repository")
    }
    return path
  }
}
