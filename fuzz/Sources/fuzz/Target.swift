internal import FuzzTarget

/// What is fed with bytes from outside. A further target is a case here, a function, and seeds in `corpus/NAME`.
enum Target: String, FuzzTarget {
  /// Messages of the output plugin, decoded and rendered as audit rows.
  case stream
  /// Frames of the replication protocol, through the pipeline's synchronous middle.
  case frames
  /// Values as the server writes them, for the trail and for events.
  case values
  /// Settings files in each format.
  case settings
  /// JSON that users write: signals, stored state, outbox payloads; schemas; conditions of transforms.
  case documents

  func run(_ input: UnsafeRawBufferPointer) {
    switch self {
    case .stream: Target.stream(input)
    case .frames: Target.frames(input)
    case .values: Target.values(input)
    case .settings: Target.settings(input)
    case .documents: Target.documents(input)
    }
  }

  static let chosen = Target.chosen()

  /// The parts of an input, each behind two bytes with its length. Copies, so that a read beyond one is seen.
  static func parts(_ input: UnsafeRawBufferPointer, _ body: ([UInt8]) -> Void) {
    var place = 0
    while place + 2 <= input.count {
      let length = min(Int(input[place]) << 8 | Int(input[place + 1]), input.count - place - 2)
      body([UInt8](input[place + 2..<place + 2 + length]))
      place += 2 + length
    }
  }
}

/// Where the fuzzer comes in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  Target.chosen.run(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
