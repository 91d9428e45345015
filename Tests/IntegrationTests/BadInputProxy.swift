import Glibc
import Synchronization

/// Stands before a source server, lets everything through, and says something of its own at the moment a replication
/// stream begins.
///
/// It reads the server's messages as far as their lengths, so that what it adds stands between two of them. The client
/// must speak without TLS.
final class BadInputProxy: Sendable {
  let port: Int
  private let listener: Int32
  private let serverPort: Int
  private let extra: [UInt8]
  private let count = Atomic<Int>(0)

  /// - Parameter extra: whole messages of the wire protocol, sent once in each stream, directly after CopyBothResponse.
  init(toPort serverPort: Int, adding extra: [UInt8]) throws {
    self.serverPort = serverPort
    self.extra = extra
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = Self.address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard isBound, listen(listener, 16) == 0 else { throw StandInServers.Stuck(description: "no port for the proxy") }
    port = Int(in_port_t(bigEndian: address.sin_port))
    Self.startThread { [self] in accept() }
  }

  /// How often it has added its messages.
  var additions: Int { count.load(ordering: .relaxed) }

  /// Takes no connections any more; those there are go on until one side closes.
  func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func accept() {
    while true {
      let client = Glibc.accept(listener, nil, nil)
      if client < 0 { break }
      let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = Self.address(serverPort)
      let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard connected == 0 else {
        Glibc.close(client)
        Glibc.close(server)
        continue
      }
      Self.startThread { Self.pass(from: client, to: server) }
      Self.startThread { [self] in
        answer(from: server, to: client)
        // The other thread has ended, too: its side was shut down.
      }
    }
    Glibc.close(listener)
  }

  private static func pass(from: Int32, to: Int32) {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let size = recv(from, &chunk, chunk.count, 0)
      guard size > 0, send(chunk[..<size], to: to) else { break }
    }
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }

  private func answer(from server: Int32, to client: Int32) {
    var header = [UInt8](repeating: 0, count: 5)
    while Self.read(&header, from: server) {
      let length = header[1...].reduce(0) { $0 << 8 | Int($1) }
      var body = [UInt8](repeating: 0, count: max(0, length - 4))
      guard body.isEmpty || Self.read(&body, from: server) else { break }
      var message = header + body
      if header[0] == UInt8(ascii: "W") {
        message += extra
        count.add(1, ordering: .relaxed)
      }
      guard Self.send(message[...], to: client) else { break }
    }
    shutdown(server, Int32(SHUT_RDWR))
    shutdown(client, Int32(SHUT_RDWR))
  }

  private static func read(_ bytes: inout [UInt8], from descriptor: Int32) -> Bool {
    recv(descriptor, &bytes, bytes.count, Int32(MSG_WAITALL)) == bytes.count
  }

  private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let size = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard size > 0 else { return false }
      rest = rest.dropFirst(size)
    }
    return true
  }

  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    return address
  }

  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(body)).toOpaque()
    guard
      pthread_create(
        &thread, nil,
        { box in
          if let box { Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run() }
          return nil
        }, box) == 0
    else { return Unmanaged<Body>.fromOpaque(box).release() }
    pthread_detach(thread)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
