internal import Glibc

/// TCP sockets of 127.0.0.1.
enum LoopbackSocket {
  /// A socket bound to `port`, not yet listening; nobody else may listen there.
  static func bound(to port: Int) throws -> Int32 {
    let descriptor = try make()
    var address = address(port: port)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      defer { close(descriptor) }
      throw Files.failure("a port cannot be bound", "127.0.0.1:\(port)")
    }
    return descriptor
  }

  /// A socket that listens on `port`; it does not block.
  static func listening(on port: Int) throws -> Int32 {
    let descriptor = try bound(to: port)
    guard listen(descriptor, 128) == 0 else {
      defer { close(descriptor) }
      throw Files.failure("a port cannot be listened on", "127.0.0.1:\(port)")
    }
    setNonblocking(descriptor)
    return descriptor
  }

  /// A connection to `port`; it does not block.
  static func connected(to port: Int) throws -> Int32 {
    let descriptor = try make()
    var address = address(port: port)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      defer { close(descriptor) }
      throw Files.failure("a port cannot be connected to", "127.0.0.1:\(port)")
    }
    prepare(descriptor)
    return descriptor
  }

  /// Makes a connection fit for forwarding: nonblocking and without Nagle's delay.
  static func prepare(_ descriptor: Int32) {
    setNonblocking(descriptor)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Closes with a reset instead of an orderly end.
  static func reset(_ descriptor: Int32) {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    close(descriptor)
  }

  private static func make() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Files.failure("no socket could be opened", "127.0.0.1") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
  }

  private static func setNonblocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
  }
}
