/// Why the demo cannot go on.
struct DemoError: Error, CustomStringConvertible {
  /// What happened.
  let what: String
  /// What to look at.
  let detail: String

  var description: String { detail.isEmpty ? what : "\(what)\n\(detail)" }
}
