internal import Glibc

/// Certificates of a throwaway server: an authority, a server's and a client's.
public struct Certificates: Sendable {
  /// The authority that signed the others (libpq's `sslrootcert`).
  public let authority: String
  /// The certificate of the user `postgres` (libpq's `sslcert`).
  public let client: String
  /// Its key (libpq's `sslkey`).
  public let clientKey: String
  let server: String
  let serverKey: String

  /// Makes them in `directory`, with `openssl`.
  static func make(in directory: String) async throws -> Certificates {
    try Files.makeDirectory(directory, mode: 0o755)
    let certificates = Certificates(
      authority: directory + "/ca.crt", client: directory + "/client.crt", clientKey: directory + "/client.key",
      server: directory + "/server.crt", serverKey: directory + "/server.key")
    let authorityKey = directory + "/ca.key"
    try await request("ServerKit", certificates.authority, authorityKey, ["basicConstraints=critical,CA:TRUE"], [])
    let signed = ["-CA", certificates.authority, "-CAkey", authorityKey]
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    try await request(
      "localhost", certificates.server, certificates.serverKey, ["basicConstraints=CA:FALSE", names], signed)
    try await request("postgres", certificates.client, certificates.clientKey, ["basicConstraints=CA:FALSE"], signed)
    if let account = try Account.forServer(), chown(certificates.serverKey, account.user, account.group) != 0 {
      throw Files.failure("a key cannot be given away", certificates.serverKey)
    }
    return certificates
  }

  private static func request(
    _ subject: String, _ certificate: String, _ key: String, _ extensions: [String], _ more: [String]
  ) async throws {
    let result = try await ChildProcess.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=\(subject)", "-keyout", key, "-out", certificate,
      ] + more + extensions.flatMap { ["-addext", $0] })
    guard result.status.isSuccess else {
      throw ServerKitError("a certificate could not be made", at: certificate, next: result.error)
    }
    chmod(key, 0o600)
  }
}
