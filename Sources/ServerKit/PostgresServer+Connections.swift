extension PostgresServer {
  /// A connection URI for TCP; the password of `postgres` is in it when the server has one.
  public func uri(
    database: String = "postgres", user: String = "postgres", password: String? = nil,
    parameters: [(String, String)] = []
  ) -> String {
    let secret = (password ?? defaultPassword(of: user)).map { ":" + Self.escaped($0) } ?? ""
    let query = parameters.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    return "postgresql://\(Self.escaped(user))\(secret)@\(host):\(port)/\(Self.escaped(database))"
      + (query.isEmpty ? "" : "?" + query)
  }

  /// libpq's keywords and values for the same connection.
  public func conninfo(
    database: String = "postgres", user: String = "postgres", password: String? = nil
  ) -> [(String, String)] {
    var pairs = [("host", host), ("port", String(port)), ("user", user), ("dbname", database)]
    if let password = password ?? defaultPassword(of: user) { pairs.append(("password", password)) }
    return pairs
  }

  /// Runs statements with `psql`, each in a transaction of its own unless they say otherwise.
  ///
  /// - Returns: the rows, columns parted by `|`, lines by a newline, without the last newline.
  /// - Throws: `ServerKitError` with psql's words at the first statement that fails.
  @discardableResult
  public func sql(
    _ statements: String, database: String = "postgres", user: String = "postgres",
    within limit: Duration = .seconds(120)
  ) async throws -> String {
    let output = try await binaries.run(
      "psql",
      [
        "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory, "-p", String(port), "-U", user, "-d", database, "-f",
        "-",
      ], input: .text(statements), within: limit)
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  private func defaultPassword(of user: String) -> String? { user == "postgres" ? options.password : nil }

  /// Percent-encodes all but RFC 3986's unreserved characters.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return result
  }
}
