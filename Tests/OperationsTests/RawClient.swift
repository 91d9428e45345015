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

  func get(_ path: String, _ headers: String...) throws -> Answer {
    let more = headers.map { $0 + "\r\n" }.joined()
    return try send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(more)\r\n")
  }

  /// Sends the text as it is and reads to the end of the connection.
  func send(_ text: String) throws -> Answer { try send(Array(text.utf8)) }

  /// Sends the bytes as they are and reads to the end of the connection. What the server no longer takes is not sent.
  func send(_ bytes: [UInt8], thenNothing: Bool = false) throws -> Answer {
    let text = try exchange(bytes, thenNothing: thenNothing)
    guard let answer = RawClient.parse(text) else { throw Unanswered(text: text) }
    return answer
  }

  /// The same, as it came: several answers, or none.
  func exchange(_ bytes: [UInt8], thenNothing: Bool = false) throws -> String {
    let descriptor = try open()
    defer { close(descriptor) }
    write(bytes, to: descriptor)
    if thenNothing { shutdown(descriptor, Int32(SHUT_WR)) }
    return RawClient.readAll(descriptor)
  }

  /// A connection that nothing was sent over. The caller closes it.
  /// - Parameter receiveBuffer: bytes that the kernel takes for us; nil for its own choice.
  func open(receiveBuffer: Int32? = nil) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      close(descriptor)
      throw Unanswered(text: "connect: \(errno)")
    }
    return descriptor
  }

  /// Sends bytes; false when the other end has gone, or takes nothing for 20 s.
  @discardableResult func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// What comes until the server ends the connection.
  func readToEnd(_ descriptor: Int32) -> String { RawClient.readAll(descriptor) }

  /// Whether the server has ended the connection, without waiting.
  func isEnded(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(truncatingIfNeeded: MSG_DONTWAIT))
    return count == 0 || (count < 0 && errno != EAGAIN)
  }

  func closeAll(_ descriptors: [Int32]) { for descriptor in descriptors { close(descriptor) } }

  private static func readAll(_ descriptor: Int32) -> String {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: received, as: UTF8.self) }
      received += buffer[..<count]
    }
  }

  private static func parse(_ text: String) -> Answer? {
    guard let end = text.range(of: "\r\n\r\n"), let status = Int(text.dropFirst(9).prefix(3)) else { return nil }
    return Answer(status: status, head: text[..<end.lowerBound].lowercased(), body: String(text[end.upperBound...]))
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<Index>? { ranges(of: part).first }
}
