internal import FuzzTarget

/// What is fed with bytes from outside, and needs a good many packages to build. A further one is a case here, a function,
/// and seeds in `corpus/NAME`.
enum Edge: String, FuzzTarget {
  /// Schemas that a registry answers with, and payloads that follow a schema.
  case avro
  /// Requests to the HTTP server, over a socket.
  case http

  func run(_ input: UnsafeRawBufferPointer) {
    switch self {
    case .avro: Edge.avro(input)
    case .http: Edge.http(input)
    }
  }

  static let chosen = Edge.chosen()
}

/// Where the fuzzer comes in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  Edge.chosen.run(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
