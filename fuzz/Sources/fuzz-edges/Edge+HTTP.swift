internal import Foundation
internal import Glibc
internal import Logging
internal import Operations
internal import PGReplication
internal import Pipeline
internal import Synchronization

extension Edge {
  /// The port of a server that wants a token, which no input holds.
  private static let port: UInt16 = {
    let path = "\(NSTemporaryDirectory())/fuzz-token-\(getpid())"
    let token = (0..<32).map { _ in String(UInt8.random(in: 0...255), radix: 16) }.joined()
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data(token.utf8), attributes: [.posixPermissions: 0o600])
    else { fatalError("no file \(path)") }
    let quiet = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    let listening = DispatchSemaphore(value: 0)
    let port = Mutex(0)
    do {
      let access = try HTTPAccess(tokenFile: path, tls: nil)
      let sources = OperationsSources(
        build: BuildDescription(version: "1"), metrics: PipelineMetrics(), wire: { WireReading(isConnected: true) })
      let server = OperationsServer(port: 0, sources: sources, access: access, logger: quiet) { chosen in
        port.withLock { $0 = chosen }
        listening.signal()
      }
      Task.detached { try await server.run() }
    } catch { fatalError("\(error)") }
    listening.wait()
    unlink(path)
    return UInt16(port.withLock { $0 })
  }()

  /// A connection's bytes. Each answer begins as one, and shows nothing without the token.
  static func http(_ input: UnsafeRawBufferPointer) {
    let answer = exchange(input)
    guard !answer.isEmpty else { return }
    guard answer.starts(with: Array("HTTP/1.1 ".utf8)) else {
      fatalError("no answer: \(String(decoding: answer, as: UTF8.self))")
    }
    // What only /status and /metrics have.
    let text = String(decoding: answer, as: UTF8.self)
    if text.contains("cdc_direct_") || text.contains("\"phase\"") { fatalError("shown without a token: \(text)") }
  }

  private static func exchange(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // The fuzzer's clock interrupts; that input is left out.
    guard status == 0 || errno != EINTR else { return [] }
    guard status == 0 else { fatalError("the server takes no connection: \(String(cString: strerror(errno)))") }
    // An end without waiting, so that ports are there for millions.
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    var sent = 0
    while sent < input.count {
      let count = send(
        descriptor, UnsafeRawBufferPointer(rebasing: input[sent...]).baseAddress, input.count - sent,
        Int32(truncatingIfNeeded: MSG_NOSIGNAL))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      sent += count
    }
    shutdown(descriptor, Int32(SHUT_WR))
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return received }
      received += buffer[..<count]
    }
  }
}
