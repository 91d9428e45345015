/// Reads why libpq opened no session. With verbose errors a refusal by the server reads
/// `… failed: FATAL:  28P01: password authentication failed for user "x"`.
enum ConnectionFailure {
  static func error(libpq text: String, endpoint: String) -> PostgresError {
    let lines = text.split(separator: "\n").map(String.init)
    let kept = lines.filter { !$0.hasPrefix("LOCATION:") && !$0.hasPrefix("DETAIL:") && !$0.hasPrefix("HINT:") }
    let hint = lines.first { $0.hasPrefix("HINT:") }.map { String($0.dropFirst(5).drop { $0 == " " }) }
    // With several hosts or a retry without TLS there is one line an attempt: the last that has a state counts.
    for line in kept.reversed() {
      guard let (severity, state, message) = refusal(in: line) else { continue }
      return PostgresError(
        .server(state), message: message, statement: "CONNECT", connection: endpoint, severity: severity,
        detail: text, hint: hint)
    }
    let message = kept.joined(separator: "; ")
    return PostgresError(
      isPermanent(message) ? .configuration : .connectionFailed, message: message, statement: "CONNECT",
      connection: endpoint, detail: text, hint: hint)
  }

  /// Finds `SEVERITY:  STATE: message`; the severity may be in the server's own language.
  static func refusal(in line: String) -> (severity: String, state: SQLState, message: String)? {
    let bytes = Array(line.utf8)
    guard bytes.count > 9 else { return nil }
    let colon = UInt8(ascii: ":")
    let blank = UInt8(ascii: " ")
    for start in 0..<(bytes.count - 9) where bytes[start] == colon && bytes[start + 1] == blank {
      guard bytes[start + 2] == blank, bytes[start + 8] == colon,
        let state = SQLState(rawValue: String(decoding: bytes[(start + 3)..<(start + 8)], as: UTF8.self))
      else { continue }
      // Only FATAL and PANIC refuse a session.
      let word = String(decoding: bytes[..<start], as: UTF8.self).split(separator: " ").last.map(String.init) ?? ""
      let message = String(decoding: bytes[(start + 9)...].drop { $0 == blank }, as: UTF8.self)
      return (word == "PANIC" ? "PANIC" : "FATAL", state, message)
    }
    return nil
  }

  /// What stays wrong until somebody changes a setting or a file. libpq's texts are English unless the program asks.
  private static func isPermanent(_ message: String) -> Bool {
    [
      "no password supplied", "invalid connection option", "invalid sslmode", "invalid port", "invalid integer",
      "does not support SSL", "SSL required", "certificate verify failed", "root certificate file",
      "server certificate for", "could not load private key", "could not read certificate", "could not read root",
      "certificate present, but not private key", "private key file", "certificate file", "not supported",
      "could not match", "definition of service", "service file", "invalid value", "channel binding",
      "authentication method", "Unix-domain socket path", "tlsv1 alert", "unrecognized",
    ].contains { message.contains($0) }
  }
}
