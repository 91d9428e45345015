internal import Glibc

/// One HTTP/1.1 GET over a socket of its own, bounded in time: enough for our own small answers, and no more.
struct HealthRequest {
  /// What came back.
  struct Answer: Sendable {
    /// The status code.
    let status: Int
    /// The body.
    let body: String
  }

  /// Why nothing came back.
  struct Unanswered: Error, CustomStringConvertible {
    /// What happened.
    let description: String
  }

  private static let longestAnswer = 4 << 20

  /// Asks `host`, for the whole exchange at most `limit`. An address to listen on everywhere is asked on loopback.
  static func get(_ path: String, host: String, port: Int, within limit: Duration) throws(Unanswered) -> Answer {
    let deadline = ContinuousClock.now + limit
    let target = host == "0.0.0.0" || host == "*" ? "127.0.0.1" : host == "::" ? "::1" : host
    let socket = try connect(target, port, deadline)
    defer { close(socket) }
    let name = target.contains(":") ? "[\(target)]" : target
    try send("GET \(path) HTTP/1.1\r\nHost: \(name):\(port)\r\nConnection: close\r\n\r\n", socket, deadline)
    return try parse(try receive(socket, deadline), path)
  }

  private static func connect(
    _ host: String, _ port: Int, _ deadline: ContinuousClock.Instant
  ) throws(Unanswered) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &list) == 0 else {
      throw Unanswered(description: "\(host) has no address")
    }
    defer { freeaddrinfo(list) }
    var next = list
    var reason = "no address"
    while let address = next {
      next = address.pointee.ai_next
      let socket = Glibc.socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
      guard socket >= 0 else { continue }
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      var error: Int32 = 0
      if Glibc.connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) != 0 {
        error = errno
        if error == EINPROGRESS {
          guard isReady(socket, Int16(POLLOUT), deadline) else {
            close(socket)
            throw Unanswered(description: "\(host):\(port) does not answer")
          }
          var size = socklen_t(MemoryLayout<Int32>.size)
          getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size)
        }
      }
      if error == 0 { return socket }
      reason = strerror(error).map { String(cString: $0) } ?? "error \(error)"
      close(socket)
    }
    throw Unanswered(description: "\(host):\(port): \(reason)")
  }

  private static func isReady(_ socket: Int32, _ events: Int16, _ deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = (deadline - .now).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else { return false }
      var descriptor = pollfd(fd: socket, events: events, revents: 0)
      let count = poll(&descriptor, 1, Int32(clamping: milliseconds))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return false }
    }
  }

  private static func send(_ text: String, _ socket: Int32, _ deadline: ContinuousClock.Instant) throws(Unanswered) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR, errno != EAGAIN || !isReady(socket, Int16(POLLOUT), deadline) {
        throw Unanswered(description: "the request could not be sent")
      }
    }
  }

  private static func receive(_ socket: Int32, _ deadline: ContinuousClock.Instant) throws(Unanswered) -> [UInt8] {
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while answer.count < longestAnswer {
      guard isReady(socket, Int16(POLLIN), deadline) else {
        throw Unanswered(description: "the answer did not come in time")
      }
      let count = recv(socket, &chunk, chunk.count, 0)
      if count == 0 { return answer }
      if count > 0 {
        answer += chunk[..<count]
      } else if errno != EINTR, errno != EAGAIN {
        throw Unanswered(description: "the connection broke")
      }
    }
    throw Unanswered(description: "the answer is too long")
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(Unanswered) -> Answer {
    let text = String(decoding: bytes, as: UTF8.self)
    let words = text.prefix(64).split(separator: " ", maxSplits: 2)
    guard text.hasPrefix("HTTP/1."), words.count > 1, let status = Int(words[1]) else {
      throw Unanswered(description: "what answers is no HTTP server")
    }
    let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    return Answer(status: status, body: body)
  }
}
