// Prints what a slot sends: print-changes postgresql://user@host/database SLOT PUBLICATION
import Decoder
import PGReplication
import WAL

@main struct PrintChanges {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { return print("usage: print-changes URI SLOT PUBLICATION") }
    let stream = ReplicationStream()
    try await stream.start(
      conninfo: try Conninfo(parsing: arguments[1]), slot: arguments[2], from: .zero,
      options: StreamOptions(publications: [arguments[3]]))
    var frames = FrameBatch()
    var tuples = Tuples()
    while true {
      frames = try await stream.next(into: frames)
      for index in 0..<frames.count {
        let frame = frames.frame(at: index)
        guard frame.kind == .xlogData else { continue }
        var reader = MessageReader(frame.payload)
        print(frame.start, try reader.message(into: &tuples), tuples.new.count, "columns")
      }
      // Nothing is confirmed: the slot stays where it is and sends the same again next time.
    }
  }
}
