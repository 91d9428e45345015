internal import Operations
internal import Pipeline
internal import Settings

extension Settings.HTTP {
  /// Who may ask, and over what. Throws the failure that the start ends with when a file cannot be used.
  func access() throws -> HTTPAccess {
    do {
      return try HTTPAccess(
        tokenFile: tokenFile, tls: tls.map { (certificateFile: $0.certificateFile, keyFile: $0.keyFile) })
    } catch {
      throw Failure(.httpUnavailable, error.what, at: error.place, advice: error.advice)
    }
  }

  /// A client of the instance that has these settings.
  func client() throws(OperationsServerError) -> OperationsClient {
    try OperationsClient(host: host, port: port, tokenFile: tokenFile, certificateFile: tls?.certificateFile)
  }

  /// What others on the network may see; nil where they see nothing.
  var exposure: (what: String, remedy: String)? {
    guard isEnabled, !isLoopback else { return nil }
    if tokenFile == nil {
      return (
        "whoever reaches \(host):\(port) reads status and metrics without a token",
        "set http.auth.token_file, or keep the port on a network that only the operator reaches"
      )
    }
    guard tls == nil else { return nil }
    return (
      "the token crosses the network unencrypted on the way to \(host):\(port)",
      "set http.tls.certificate_file and http.tls.key_file, or let a proxy on this machine do TLS"
    )
  }
}
