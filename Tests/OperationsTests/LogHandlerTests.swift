import FoundationEssentials
import Logging
import Testing

@testable import Operations

@Suite struct LogHandlerTests {
  private static let moment = UTCTimestamp(unixMilliseconds: 1_769_860_800_007)
  private let captured = CapturedLines()

  private func json(_ level: Logger.Level = .trace) -> Logger {
    let handler = JSONLogHandler(label: "pipeline", level: level, output: captured.output) { Self.moment }
    return Logger(label: "pipeline") { _ in handler }
  }

  private func text(isColored: Bool = false) -> Logger {
    let handler = TextLogHandler(label: "pipeline", level: .trace, isColored: isColored, output: captured.output) {
      Self.moment
    }
    return Logger(label: "pipeline") { _ in handler }
  }

  @Test func `a JSON line has the four fields and the metadata`() {
    json().info("committed", metadata: .keyed([.batch: "b-1", .changes: .stringConvertible(12)]))
    #expect(
      captured.lines == [
        #"{"ts":"2026-01-31T12:00:00.007Z","level":"info","logger":"pipeline","message":"committed","#
          + #""batch":"b-1","changes":12}"# + "\n"
      ])
  }

  @Test func `any text stays one line of valid JSON`() throws {
    let wild = "quote \" backslash \\ newline \n return \r tab \t nul \0 escape \u{1B}[31m delete \u{7F} ü 🦜 \u{2028}"
    json().error("\(wild)", metadata: ["\(wild)": "\(wild)"])
    let line = try #require(captured.lines.first)
    #expect(line.utf8.filter { $0 < 0x20 || $0 == 0x7F } == [UInt8(ascii: "\n")])
    let fields = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    #expect(fields["message"] == wild)
    #expect(fields[wild] == wild)
  }

  @Test func `metadata never hides a field that every line has`() throws {
    json().info("true", metadata: ["message": "false", "ts": "false", "level": "false", "logger": "false"])
    let line = try #require(captured.lines.first)
    let fields = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    #expect(fields["message"] == "true")
    #expect(fields["metadata.message"] == "false")
    #expect(fields.count == 8)
  }

  @Test func `nested metadata is nested JSON`() {
    json().info(
      "x",
      metadata: [
        "list": ["a", "b"], "object": ["k": "v", "j": ["1"]], "flag": .stringConvertible(true),
        "share": .stringConvertible(0.5), "odd": .stringConvertible(Double.nan),
      ])
    #expect(
      captured.lines.first?.hasSuffix(
        #""flag":true,"list":["a","b"],"object":{"j":["1"],"k":"v"},"odd":"nan","share":0.5}"# + "\n") == true)
  }

  @Test func `the event's metadata wins over the logger's`() {
    var logger = json()
    logger[metadataKey: "slot"] = "old"
    logger[metadataKey: "epoch"] = "1"
    logger.info("x", metadata: ["slot": "new"])
    #expect(captured.lines.first?.contains(#""epoch":"1","slot":"new"}"#) == true)
  }

  @Test func `a level hides what is less important`() {
    let logger = json(.warning)
    logger.info("hidden")
    logger.warning("shown")
    #expect(captured.lines.count == 1)
  }

  @Test func `a line for people is short and cannot move the cursor`() {
    text().warning("slow\u{1B}[2J\n", metadata: ["batch": "b-1", "why": "two words", "empty": ""])
    #expect(
      captured.lines == [
        "12:00:00.007 WARN  pipeline: slow\\u{1b}[2J\\n batch=b-1 empty=\"\" why=\"two words\"\n"
      ])
  }

  @Test func `only the level is coloured`() {
    text(isColored: true).error("x")
    #expect(captured.lines == ["12:00:00.007 \u{1B}[31mERROR\u{1B}[0m pipeline: x\n"])
  }

  @Test func `a component's level goes for its parts too`() {
    let levels = LogLevels(standard: .info, components: ["http": .warning, "source.watch": .trace])
    #expect(levels.level(of: "http") == .warning)
    #expect(levels.level(of: "http.access") == .warning)
    #expect(levels.level(of: "source.watch") == .trace)
    #expect(levels.level(of: "source") == .info)
    #expect(levels.level(of: "httpd") == .info)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
  ])
  func `moments are ISO 8601 in UTC`(milliseconds: Int64, text: String) {
    #expect(UTCTimestamp(unixMilliseconds: milliseconds).description == text)
  }

  @Test func `the format follows the descriptor only when it is automatic`() {
    #expect(LogFormat.json.resolved() == .json)
    #expect(LogFormat.text.resolved() == .text)
    // Not a descriptor at all, so not a terminal.
    #expect(LogFormat.auto.resolved(descriptor: -1) == .json)
  }
}
