/// Why the HTTP server cannot serve: for the caller to turn into a `Failure` of kind `httpUnavailable`.
public struct OperationsServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What failed.
  public let what: String
  /// `host:port`, or the path of a file.
  public let place: String
  /// The next step.
  public let advice: String

  /// For example `the HTTP server cannot listen: … (127.0.0.1:8080). Next: …`.
  public var description: String { "\(what) (\(place)). Next: \(advice)" }

  static func cannotListen(_ why: String, at place: String) -> OperationsServerError {
    OperationsServerError(
      what: "the HTTP server cannot listen: \(why)", place: place,
      advice: "choose another http.port or http.host, or stop the program that holds the port")
  }

  /// A file of `HTTPAccess` that cannot be used.
  static func unfit(_ file: String, _ why: String, at path: String) -> OperationsServerError {
    let key = file == "token" ? "http.auth.token_file" : "http.tls.\(file)_file"
    return OperationsServerError(
      what: "the file of the HTTP server's \(file) \(why)", place: path, advice: "mend the file that \(key) names")
  }
}
