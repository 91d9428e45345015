import FoundationEssentials
import ServerKit
import Testing

/// The documents say what the program says, and name what is there.
@Suite struct DocumentTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  @Test func `the table of exit codes is the program's own`() async throws {
    let guide = try Self.text("docs/troubleshooting.md")
    let table = try #require(Self.between("<!-- exit-codes -->\n", "<!-- /exit-codes -->", in: guide))
    let printed = try await Self.output(["exit-codes", "--markdown"])
    #expect(Self.firstDifference(table, printed) == nil)
  }

  @Test func `the table of Debezium's oddities is the program's own`() async throws {
    let page = try Self.text("docs/debezium.md")
    let table = try #require(Self.between("<!-- quirks -->\n", "<!-- /quirks -->", in: page))
    let printed = try await Self.output(["config", "--quirks"])
    #expect(Self.firstDifference(table, printed) == nil)
  }

  @Test func `the reference of settings is the program's own`() async throws {
    let printed = try await Self.output(["config", "--reference"])
    #expect(Self.firstDifference(try Self.text("docs/configuration.md"), printed) == nil)
  }

  @Test func `each command in the documents has its subcommand and its options`() async throws {
    var helps: [[String]: String] = [:]
    var seen = 0
    for file in try Self.pages() {
      for line in DocumentCommands(try Self.text(file)).commands {
        let words = Array(line.dropFirst())
        var path: [String] = []
        // A subcommand may have subcommands of its own.
        for word in words {
          let help = try await Self.help(path, &helps)
          guard help.contains("SUBCOMMANDS:"), !word.hasPrefix("-") else { break }
          path.append(word)
        }
        let help = try await Self.help(path, &helps)
        let name = (["cdc-direct"] + path).joined(separator: " ")
        #expect(help.contains("USAGE: \(name) ") || help.contains("USAGE: \(name)\n"), "\(file): \(name)")
        for option in words.dropFirst(path.count) where option.hasPrefix("-") && option != "-" {
          let flag = option.prefix { $0 != "=" }
          let known = help.split(whereSeparator: { " ,\n[]".contains($0) })
          #expect(known.contains(flag), "\(file): \(name) \(flag)")
        }
        seen += 1
      }
    }
    #expect(seen >= 30, "the documents hold commands")
  }

  @Test func `each link inside the repository leads somewhere`() throws {
    let link = try Regex(#"\]\(([^)\s]+)\)"#, as: (Substring, Substring).self)
    for file in try Self.pages() {
      let folder = file.split(separator: "/").dropLast().map { "\($0)/" }.joined()
      let text = try Self.text(file)
      for match in text.matches(of: link) where !match.output.1.contains(":") {
        let parts = match.output.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? file : folder + parts[0]
        #expect(FileManager.default.fileExists(atPath: "\(Self.root)/\(target)"), "\(file): \(match.output.1)")
        guard parts.count == 2, target.hasSuffix(".md") else { continue }
        #expect(Self.anchors(try Self.text(target)).contains(String(parts[1])), "\(file): \(match.output.1)")
      }
    }
  }

  @Test func `each script of sql that the documents name exists, and each grant is told of`() throws {
    let script = try Regex(#"\bsql/[a-z0-9_/]+\.sql"#)
    for file in try Self.pages() {
      for match in try Self.text(file).matches(of: script) {
        let name = String(match.0)
        #expect(FileManager.default.fileExists(atPath: "\(Self.root)/\(name)"), "\(file): \(name)")
      }
    }
    let operations = try Self.text("docs/operations.md")
    for grant in try FileManager.default.contentsOfDirectory(atPath: Self.root + "/sql/grants") {
      #expect(operations.contains("sql/grants/\(grant)"), "docs/operations.md does not name \(grant)")
    }
  }

  @Test func `each metric in the documents is served`() throws {
    let metric = try Regex(#"\bcdc_direct_[a-z0-9_]+"#)
    let served = try Self.text("Sources/Operations/Metrics/Exposition.swift")
    for file in try Self.pages() {
      for match in try Self.text(file).matches(of: metric) {
        let name = ["_bucket", "_sum", "_count"].reduce(String(match.0)) {
          $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
        }
        #expect(served.contains("\"\(name)\""), "\(file): \(name)")
      }
    }
  }

  // MARK: Pages

  private static func pages() throws -> [String] {
    let docs = try FileManager.default.contentsOfDirectory(atPath: root + "/docs").filter { $0.hasSuffix(".md") }
    let beside = ["benchmarks", "conformance", "examples/debezium-connector"].map { "\($0)/README.md" }
    return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + beside + docs.sorted().map { "docs/\($0)" }
  }

  private static func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
  }

  private static func between(_ start: String, _ end: String, in text: String) -> String? {
    guard let first = text.firstRange(of: start), let last = text[first.upperBound...].firstRange(of: end) else {
      return nil
    }
    return String(text[first.upperBound..<last.lowerBound])
  }

  /// The first line that differs, as both have it; nil when there is none.
  private static func firstDifference(_ written: String, _ printed: String) -> String? {
    let written = written.split(separator: "\n", omittingEmptySubsequences: false)
    let printed = printed.split(separator: "\n", omittingEmptySubsequences: false)
    guard
      let place = (0..<max(written.count, printed.count)).first(where: {
        $0 >= written.count || $0 >= printed.count || written[$0] != printed[$0]
      })
    else { return nil }
    let lines = [written, printed].map { place < $0.count ? String($0[place]) : "(the end)" }
    return "line \(place + 1)\nwritten: \(lines[0])\nprinted: \(lines[1])"
  }

  /// What headings can be linked by.
  private static func anchors(_ text: String) -> Set<String> {
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        let title = heading.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        return String(title.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil })
      })
  }

  // MARK: The program

  private static func output(_ arguments: [String]) async throws -> String {
    let program = try #require(ExecutableSearch.product(), "cdc-direct is built with the tests")
    let result = try await ChildProcess.run(program, arguments)
    try #require(result.status.isSuccess, "\(arguments): \(result.status)\n\(result.error)")
    return result.output
  }

  private static func help(_ path: [String], _ known: inout [[String]: String]) async throws -> String {
    if let help = known[path] { return help }
    let help = try await output(path + ["--help"])
    known[path] = help
    return help
  }
}
