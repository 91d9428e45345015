import Executors
import Glibc

/// Speaks HTTP over a loopback socket byte by byte, on a thread of its own because it blocks.
actor RawClient {
  struct Answer {
    let status: Int
    let head: String
    let body: String
  }

  struct Unanswered: Error { let text: String }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private nonisolated let executor = ThreadExecutor(name: "raw-client")
  nonisolated let port: Int

  init(port: Int) { self.port = port }

  deinit { executor.stop() }

  func get(_ path: String) throws -> Answer { try send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") }

  /// Sends the text as it is and reads to the end of the connection.
  func send(_ text: String) throws -> Answer {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Unanswered(text: "connect: \(errno)") }
    let bytes = Array(text.utf8)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL)) == bytes.count else {
      throw Unanswered(text: "send: \(errno)")
    }
    return try RawClient.parse(RawClient.readAll(descriptor))
  }

  private static func readAll(_ descriptor: Int32) -> String {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: received, as: UTF8.self) }
      received += buffer[..<count]
    }
  }

  private static func parse(_ text: String) throws -> Answer {
    guard let end = text.range(of: "\r\n\r\n"), let status = Int(text.dropFirst(9).prefix(3)) else {
      throw Unanswered(text: text)
    }
    return Answer(status: status, head: text[..<end.lowerBound].lowercased(), body: String(text[end.upperBound...]))
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? { ranges(of: part).first }
}
