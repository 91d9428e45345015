internal import Decoder

/// What an event says has happened: its `op`.
enum EventLetter: UInt8 {
  case create = 0x63, update = 0x75, delete = 0x64, truncate = 0x74, read = 0x72
}

/// Events that are left out: `skipped.operations` goes by what an event says, not by what the statement was.
struct SkippedLetters: Sendable {
  private var bits: UInt32 = 0

  init(_ operations: Set<Change.Operation>) {
    for (operation, letter) in [
      (Change.Operation.insert, EventLetter.create), (.update, .update), (.delete, .delete), (.truncate, .truncate),
    ] where operations.contains(operation) {
      bits |= 1 << (UInt32(letter.rawValue) & 31)
    }
  }

  /// Whether events of this letter are left out.
  @inline(__always)
  func contains(_ letter: EventLetter) -> Bool { bits & 1 << (UInt32(letter.rawValue) & 31) != 0 }
}
