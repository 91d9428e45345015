/// A YAML or JSON document before it is flattened: text, nothing resolved to a type.
struct DocumentNode {
  indirect enum Content {
    case scalar(String)
    case null
    case list([DocumentNode])
    case mapping([(key: String, value: DocumentNode)])
  }

  /// The line it starts in, from 1.
  let line: Int
  let content: Content
}

/// Why a document is refused: the place and the rule, never the text, which may hold a secret.
struct DocumentError: Error, Hashable {
  let line: Int?
  let text: String
  var code: SettingsError.Problem.Code = .malformed
}
