import Glibc
import Pipeline
import Testing
import WAL

@testable import Events

@Suite struct EventOffsetTests {
  private func offset(
    database: String = "shop", path: String = "/data/events.jsonl", signals: String = "", length: Int64 = 42
  ) -> EventOffset {
    EventOffset(
      source: SourceIdentity(system: .max, timeline: 3, database: database, slot: "cdc_1"),
      position: LSN(0x16_0000_0100),
      state: EncoderState(lastCommit: LSN(0x16_0000_00F0), signals: Array(signals.utf8)), path: path, length: length)
  }

  @Test(arguments: [
    "shop", "", " ", "a=b", "=", "new\nline", "\n", "back\\slash\\n", "ends with\r", "\r\n",
    "\u{301}begins with an accent",
    "größe 🐘", "tab\t\"quotes\"", "cdc-direct offset 1", "path=/elsewhere\nlength=7",
  ])
  func `what was written is read again, whatever the names are`(_ name: String) {
    let offset = offset(database: name, path: "/tmp/\(name)", signals: "{\"tables\": [\"\(name)\"]}", length: .max)
    #expect(EventOffset(offset.text) == offset)
  }

  @Test func `the state is kept, or is none`() throws {
    for state in [EncoderState(), EncoderState(lastCommit: LSN(1)), EncoderState(signals: Array("x y".utf8))] {
      var written = offset()
      written.state = state
      #expect(try #require(EventOffset(written.text)).state == state)
    }
  }

  @Test func `damaged text is no offset`() {
    let text = offset().text
    // Without its end, wherever that is: a path that is cut would be taken for another file's.
    for end in text.indices { #expect(EventOffset(String(text[..<end])) == nil, "\(text[..<end])") }
    for (part, other) in [
      ("offset 1", "offset 2"), ("system=", "sistem="), ("timeline=3", "timeline=-3"), ("length=42", "length=-1"),
      ("length=42", "length=99999999999999999999"), ("position=16/100", "position=16-100"), ("slot=", "slots="),
    ] {
      #expect(EventOffset(text.replacing(part, with: other)) == nil, "\(other)")
    }
    #expect(EventOffset("") == nil)
    #expect(EventOffset("\u{AC}\u{ED}\u{0}\u{5}sr\u{0}\u{11}java.util.HashMap") == nil)
  }

  @Test func `a store gives back what it got, from the file in another process`() throws {
    let place = try FilePlace()
    let store = OffsetStore(path: place.path("offset"))
    #expect(try store.load() == nil)
    // An incremental snapshot of many tables is longer than one read.
    let long = offset(signals: String(repeating: "k", count: 300_000))
    for offset in [offset(), long, offset(length: 43)] {
      try store.store(offset)
      #expect(try OffsetStore(path: place.path("offset")).load() == offset)
      #expect(try store.load() == offset)
    }
    #expect(place.names == ["offset"])
  }

  @Test func `a store without a file remembers, and another one knows nothing`() throws {
    let store = OffsetStore(path: nil)
    try store.store(offset())
    #expect(try store.load() == offset() && !store.isDurable)
    #expect(try OffsetStore(path: nil).load() == nil)
  }

  @Test func `what another process stored in the meantime counts`() throws {
    let place = try FilePlace()
    let (one, other) = (OffsetStore(path: place.path("offset")), OffsetStore(path: place.path("offset")))
    try one.store(offset())
    try other.store(offset(length: 1000))
    #expect(try one.load()?.length == 1000)
  }

  @Test func `an offset that cannot be stored leaves the one before`() throws {
    let place = try FilePlace()
    let store = OffsetStore(path: place.path("offset"))
    try store.store(offset())
    mkdir(place.path("offset.next"), 0o700)
    defer { rmdir(place.path("offset.next")) }
    let failure = #expect(throws: Failure.self) { try store.store(offset(length: 1)) }
    #expect(failure?.kind == .outputFailed && failure?.what.contains("cannot be stored: Is a directory") ?? false)
    #expect(try store.load() == offset())
    #expect(try OffsetStore(path: place.path("offset")).load() == offset())
  }

  @Test func `a file that is none of ours is refused and left alone`() throws {
    let place = try FilePlace()
    try place.write("\u{AC}\u{ED}java.util.HashMap", to: "offset")
    let failure = #expect(throws: Failure.self) { try OffsetStore(path: place.path("offset")).load() }
    #expect(failure?.kind == .outputFailed && failure?.place == place.path("offset"))
    #expect(failure?.description.contains("none of ours; a connector's own cannot be read") ?? false)
    #expect(failure?.description.contains("offset.storage.file.filename") ?? false)
    #expect(place.text("offset") == "\u{AC}\u{ED}java.util.HashMap")
    // One that was only made, by touch or mktemp, is new.
    try place.write("", to: "offset")
    #expect(try OffsetStore(path: place.path("offset")).load() == nil)
  }

  @Test func `a directory or a place that is not there is told`() throws {
    let place = try FilePlace()
    for path in [place.directory, place.path("missing/offset")] {
      let store = OffsetStore(path: path)
      let failure = #expect(throws: Failure.self) { try store.store(offset()) }
      #expect(failure?.kind == .outputFailed && failure?.kind.exitCode == 44)
    }
    #expect(throws: Failure.self) { try OffsetStore(path: place.directory).load() }
  }
}
