import Glibc
import PGReplication
import Testing

@testable import Pipeline

@Suite struct SignalFileTests {
  /// A file of the test's own that holds a text; its path.
  private func file(_ text: String) -> String {
    var template = Array("/tmp/signals-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    defer { close(descriptor) }
    #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func `signals are read line by line, and the file is emptied`() {
    let path = file(
      """
      nonsense

      {"id":"f1","type":"log","data":{"message":"at {}!"}}
      {"id":"f2","type":"pause-snapshot"}
      {"type":"log"}
      """)
    defer { unlink(path) }
    let read = SignalFile(path: path).read()
    #expect(
      read.signals == [
        Signal(id: "f1", type: "log", data: #"{"message":"at {}!"}"#),
        Signal(id: "f2", type: "pause-snapshot", data: ""),
      ])
    #expect(read.warnings.count == 2)
    #expect(SignalFile(path: path).read().signals.isEmpty)
  }

  @Test func `a file that is not there, or is none, holds no signals`() {
    #expect(SignalFile(path: "/tmp/no-such-file-\(UInt64.random(in: 0 ... .max))").read().signals.isEmpty)
    #expect(SignalFile(path: "/tmp").read().warnings.isEmpty)
  }

  @Test func `a session takes the file's signals and fills the offset into messages`() async throws {
    let path = file(
      """
      {"id":"f1","type":"log","data":{"message":"at {}!"}}
      {"id":"f2","type":"execute-snapshot","data":{"data-collections":["public.a"],"type":"blocking"}}
      {"id":"f3","type":"execute-snapshot","data":{"data-collections":["public.a"]}}
      """)
    defer { unlink(path) }
    var settings = SignalSettings()
    settings.file = path
    let source = SourceSettings(conninfo: Conninfo([:]), slot: "s", publication: "p")
    let session = SignalSession(source, settings, state: [])
    let turn = try await session.poll(after: nil, offset: "0/1")
    let texts = turn.steps.map { step in
      switch step {
      case .warn: "warning"
      case .log(let text): text
      case .blocking(let request): request.tables.joined()
      default: "other"
      }
    }
    #expect(texts == ["at 0/1!", "public.a", "warning"])
    #expect(try await session.poll(after: nil, offset: "").steps.isEmpty)
    await session.close()
  }
}
