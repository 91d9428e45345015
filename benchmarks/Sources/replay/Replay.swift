internal import AuditStore
internal import Decoder
internal import Events
internal import Glibc
internal import Pipeline

/// `replay audit|events FILE PASSES`: decodes recorded messages and renders them for the audit trail, or as Debezium's
/// events, again and again.
///
/// No network and no waiting, so that two runs execute the same instructions; no second thread, which valgrind would not
/// survive at the end of Swift's asynchronous `main`.
@main
enum Replay {
  static func main() throws {
    guard CommandLine.arguments.count == 4, let passes = Int(CommandLine.arguments[3]) else {
      throw ReplayError(description: "usage: replay audit|events FILE PASSES")
    }
    let bytes = try read(CommandLine.arguments[2])
    let ranges = try ranges(of: bytes)
    var rendered = 0
    var spare: EncodedBatch? = EncodedBatch(capacity: 320 << 10)
    var encoder = try encoder(CommandLine.arguments[1])
    for _ in 0..<passes {
      // A new one each time: the stream's positions begin anew.
      var pass = Pass()
      for range in ranges {
        try pass.message(bytes.span.bytes.extracting(range), into: &encoder)
        guard encoder.byteCount >= 256 << 10 else { continue }
        rendered += encoder.byteCount
        spare = encoder.exchange(for: spare.take() ?? EncodedBatch())
      }
    }
    print(rendered + encoder.byteCount)
  }

  private static func encoder(_ name: String) throws -> any ChangeEncoder & ~Copyable {
    guard name == "events" else { return AuditEncoder(sourceID: 1) }
    var settings = EventSettings(topicPrefix: "bench", database: "postgres")
    (settings.keySchemas, settings.valueSchemas) = (false, false)
    // The catalogue, which knows the primary key, is not at hand.
    settings.keyColumns = { _, _, _ in ["id"] }
    return try EventEncoder(settings, run: RunIdentity(), state: EncoderState())
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw ReplayError(description: "\(path) cannot be opened") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes.append(contentsOf: chunk[..<count]) }
    return bytes
  }

  /// Where each message stands: its length comes before it, four bytes, least significant first.
  private static func ranges(of bytes: [UInt8]) throws -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var offset = 0
    while offset + 4 <= bytes.count {
      let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      offset += 4
      guard offset + size <= bytes.count else { throw ReplayError(description: "the recording ends inside a message") }
      ranges.append(offset..<(offset + size))
      offset += size
    }
    return ranges
  }
}

/// Why nothing could be replayed.
struct ReplayError: Error, CustomStringConvertible {
  let description: String
}
