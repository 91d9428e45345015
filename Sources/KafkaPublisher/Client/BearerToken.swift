internal import CLibrdkafka
internal import FoundationEssentials
internal import Glibc
internal import Logging

/// A bearer token that somebody keeps fresh in a file, for SASL OAUTHBEARER: a JWT, whose `exp` and `sub` are read.
///
/// Source: RFC 7628; RFC 7519, sections 4.1.2 and 4.1.4.
struct BearerToken {
  /// The file; read again whenever librdkafka asks.
  let path: String

  private struct Claims: Decodable {
    let exp: Double?
    let sub: String?
  }

  /// Gives the client the token as it is in the file now.
  func set(on client: OpaquePointer, _ library: Librdkafka, _ logger: Logger) {
    do {
      let token = try read()
      let claims = Self.claims(token)
      // One that does not say when it ends is asked for again soon.
      let end = claims?.exp.map { $0 * 1000 } ?? Double(time(nil) + 300) * 1000
      var reason = [CChar](repeating: 0, count: 256)
      let code = library.call.rd_kafka_oauthbearer_set_token(
        client, token, Int64(max(0, min(end, 9e15))), claims?.sub ?? "cdc-direct", nil, 0, &reason, reason.count)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw TokenError.refused }
    } catch {
      let words = "kafka.sasl.oauthbearer.token.file holds no token that can be used"
      _ = library.call.rd_kafka_oauthbearer_set_token_failure(client, words)
      logger.warning("\(words)", metadata: ["file": .string(path)])
    }
  }

  private enum TokenError: Error { case unreadable, refused }

  private func read() throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw TokenError.unreadable }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { Glibc.read(file, $0 + count, buffer.count - count) } ?? 0
      }
      guard got > 0 else { break }
      count += got
    }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let token = text.split(whereSeparator: \.isWhitespace).first
    guard let token else { throw TokenError.unreadable }
    return String(token)
  }

  private static func claims(_ token: String) -> Claims? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: text) else { return nil }
    return try? JSONDecoder().decode(Claims.self, from: data)
  }
}
