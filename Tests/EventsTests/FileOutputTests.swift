import Glibc
import Pipeline
import Testing

@testable import Events

@Suite struct FileOutputTests {
  /// Opens an output as a session does, and lets it go on.
  private func reopen(
    _ path: String, known: Int64?, _ body: (inout OpenOutput) throws -> Void = { _ in }
  ) throws -> Int64 {
    var output = try OpenOutput(.file(path))
    try output.lock()
    try output.cut(to: known)
    try body(&output)
    return output.length
  }

  private func write(_ text: String, to output: inout OpenOutput) throws {
    try Array(text.utf8).withUnsafeBytes { try output.write($0) }
  }

  @Test func `a file is made, written to and continued`() throws {
    let place = try FilePlace()
    #expect(try reopen(place.path(), known: nil) { try write("one\n", to: &$0) } == 4)
    #expect(try reopen(place.path(), known: nil) { try write("two\n", to: &$0) } == 8)
    #expect(place.text() == "one\ntwo\n")
  }

  @Test func `what was written after the stored position is cut off, whole lines and parts`() throws {
    let place = try FilePlace()
    try place.write("one\ntwo\nthr")
    #expect(try reopen(place.path(), known: 4) == 4)
    #expect(place.text() == "one\n")
    #expect(try reopen(place.path(), known: 0) == 0)
    #expect(place.text() == "")
  }

  /// A file of whole lines, by their lengths, and of a part of another.
  struct Partial: CustomTestStringConvertible {
    var lines: [Int] = []
    var part = 0
    var whole: String { lines.map { String(repeating: "x", count: $0) + "\n" }.joined() }
    var text: String { whole + String(repeating: "y", count: part) }
    var testDescription: String { "lines of \(lines) and \(part) more" }
  }

  @Test(arguments: [
    Partial(), Partial(lines: [5]), Partial(part: 4), Partial(lines: [5], part: 4), Partial(lines: [0]),
    Partial(lines: [1], part: 200_000), Partial(lines: [65_536], part: 65_536),
  ])
  func `of a file that is new to us, a last line that is not whole is cut off`(_ file: Partial) throws {
    let (text, rest) = (file.text, file.whole)
    let place = try FilePlace()
    try place.write(text)
    #expect(try reopen(place.path(), known: nil) == Int64(rest.utf8.count))
    #expect(place.text() == rest)
  }

  @Test func `a file that is shorter than it was is continued behind its last whole line`() throws {
    let place = try FilePlace()
    try place.write("rotated\npart")
    #expect(try reopen(place.path(), known: 1000) { try write("next\n", to: &$0) } == 13)
    #expect(place.text() == "rotated\nnext\n")
  }

  @Test func `nothing is cut before the output is ours`() throws {
    let place = try FilePlace()
    try place.write("one\ntwo\nthr")
    let first = try OpenOutput(.file(place.path()))
    #expect(first.length == 11)
    try first.lock()
    let second = try OpenOutput(.file(place.path()))
    let failure = #expect(throws: Failure.self) { try second.lock() }
    #expect(failure?.kind == .outputFailed && failure?.what.contains("another process") ?? false)
    #expect(place.text() == "one\ntwo\nthr")
  }

  @Test func `a file is known by where it is, whatever it was called`() throws {
    let place = try FilePlace()
    try place.write("")
    symlink(place.path(), place.path("link"))
    #expect(try OpenOutput(.file(place.path("link"))).path == place.path())
    #expect(try OpenOutput(.file("\(place.directory)/./events.jsonl")).path == place.path())
    #expect(try OpenOutput(.standardOutput).path == "" && OpenOutput(.nowhere).path == "")
  }

  @Test func `a pipe takes lines, and nothing is cut or waited for`() throws {
    let place = try FilePlace()
    mkfifo(place.path("pipe"), 0o600)
    let reader = Glibc.open(place.path("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let length = try reopen(place.path("pipe"), known: 1000) { output in
      try write("line\n", to: &output)
      try output.synchronize()
    }
    var bytes = [UInt8](repeating: 0, count: 64)
    #expect(length == 5 && read(reader, &bytes, 64) == 5)
  }

  @Test func `devices take what they take`() throws {
    #expect(try reopen("/dev/null", known: 7) { try $0.synchronize() } == 0)
    let failure = #expect(throws: Failure.self) {
      try reopen("/dev/full", known: nil) { try write("line\n", to: &$0) }
    }
    #expect(failure?.kind == .outputFailed && failure?.place == "/dev/full")
    #expect(failure?.what == "the output cannot be written: No space left on device")
  }

  @Test func `a place that cannot be written to is told`() throws {
    let place = try FilePlace()
    for path in [place.directory, place.path("missing/events.jsonl"), ""] {
      let failure = #expect(throws: Failure.self) { _ = try OpenOutput(.file(path)) }
      #expect(failure?.kind == .outputFailed && failure?.what.hasPrefix("the output cannot be opened: ") ?? false)
    }
  }
}
