internal import Glibc

extension Certificates {
  /// Certificates of an authority that has to do with no server.
  public static func unrelated() async throws -> Certificates {
    try await make(in: Workplace.shared.newDirectory() + "/certificates")
  }

  /// The path of a copy of the client's key that needs a password.
  public func encryptedClientKey(password: String) async throws -> String {
    let path = clientKey + ".encrypted"
    try await Self.openssl(["pkcs8", "-topk8", "-in", clientKey, "-out", path, "-passout", "pass:\(password)"], path)
    return path
  }

  /// The path of the server's key and certificate in Java's form.
  func keystore(password: String, owner: Account?) async throws -> String {
    let path = server + ".p12"
    try await Self.openssl(
      ["pkcs12", "-export", "-in", server, "-inkey", serverKey, "-out", path, "-passout", "pass:\(password)"], path)
    if let owner, chown(path, owner.user, owner.group) != 0 { throw Files.failure("a key cannot be given away", path) }
    return path
  }

  private static func openssl(_ arguments: [String], _ path: String) async throws {
    let result = try await ChildProcess.run("openssl", arguments)
    guard result.status.isSuccess else {
      throw ServerKitError("a key could not be written", at: path, next: result.error)
    }
  }
}
