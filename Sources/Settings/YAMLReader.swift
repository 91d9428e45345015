internal import Yams

/// Reads YAML into a tree of texts: no scalar is resolved to a number, a date or a truth value.
enum YAMLReader {
  private static let maximumDepth = 64
  /// Aliases let a small document stand for an immense one.
  private static let maximumNodes = 100_000

  static func read(_ text: String) throws(DocumentError) -> DocumentNode {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.error(error)
    } catch {
      throw DocumentError(line: nil, text: "it is not YAML")
    }
    guard let root else { return DocumentNode(line: 1, content: .mapping([])) }
    var budget = maximumNodes
    return try node(root, depth: 0, budget: &budget)
  }

  private static func node(_ node: Node, depth: Int, budget: inout Int) throws(DocumentError) -> DocumentNode {
    let line = node.mark?.line ?? 1
    budget -= 1
    guard depth < maximumDepth, budget > 0 else {
      throw DocumentError(line: line, text: "the document is nested too deep or holds too many values")
    }
    switch node {
    case .scalar(let scalar):
      let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return DocumentNode(line: line, content: isNull ? .null : .scalar(scalar.string))
    case .sequence(let sequence):
      var elements: [DocumentNode] = []
      for element in sequence { elements.append(try Self.node(element, depth: depth + 1, budget: &budget)) }
      return DocumentNode(line: line, content: .list(elements))
    case .mapping(let mapping):
      var members: [(key: String, value: DocumentNode)] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw DocumentError(line: key.mark?.line ?? line, text: "a key must be a text")
        }
        let member = try Self.node(value, depth: depth + 1, budget: &budget)
        // A member is named by its key's line; its value may start on a later one.
        members.append((name.string, DocumentNode(line: key.mark?.line ?? line, content: member.content)))
      }
      return DocumentNode(line: line, content: .mapping(members))
    case .alias:
      throw DocumentError(line: line, text: "an alias names no anchor")
    }
  }

  /// Yams' own descriptions quote the line, which may hold a secret; only the place and the rule are kept.
  private static func error(_ error: YamlError) -> DocumentError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return DocumentError(line: mark.line, text: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\(Masking.shown(name: $0))'" }
      return DocumentError(
        line: context.mark.line, text: "\(names.sorted().joined(separator: ", ")) given twice", code: .duplicate)
    case .reader(let problem, _, _, _):
      return DocumentError(line: nil, text: problem)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return DocumentError(line: nil, text: "it is not YAML")
    }
  }
}
