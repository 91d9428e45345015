internal import FoundationEssentials
internal import PGReplication
internal import WAL

/// The plugin's messages of a stream in a file: each with its length before it, four bytes, least significant first.
enum Recording {
  /// Writes the messages of a workload, up to `end`.
  static func write(from source: Source, slot: String, until end: LSN, to file: String) async throws {
    let stream = ReplicationStream()
    try await stream.start(
      conninfo: Servers.conninfo(source.server), slot: slot, from: .zero,
      options: StreamOptions(publications: [Source.publication]))
    var bytes: [UInt8] = []
    var frames = FrameBatch()
    var position = LSN.zero
    while position <= end {
      frames = try await stream.next(into: frames)
      position = max(position, frames.received)
      for index in 0..<frames.count {
        let frame = frames.frame(at: index)
        guard frame.kind == .xlogData else { continue }
        append(frame.payload, to: &bytes)
      }
    }
    await stream.stop()
    try Data(bytes).write(to: URL(filePath: file))
  }

  private static func append(_ payload: RawSpan, to bytes: inout [UInt8]) {
    let size = UInt32(payload.byteCount)
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
    payload.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
