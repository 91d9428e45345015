internal import FoundationEssentials

extension AvroType {
  /// Reads a schema that the registry holds.
  /// - Throws: `AvroError` when it is none, or refers to itself, which no event's does.
  convenience init(parsing text: String) throws(AvroError) {
    let json: AvroJSON
    do { json = try JSONDecoder().decode(AvroJSON.self, from: Data(text.utf8)) } catch {
      throw AvroError(.schema, "the registered schema is no JSON")
    }
    var parser = AvroSchemaParser()
    let type = try parser.type(json, in: nil)
    self.init(type.shape, doc: type.doc, properties: type.properties)
  }
}

/// Makes types of a schema's JSON.
///
/// Source: Apache Avro specification, "Schema Declaration".
private struct AvroSchemaParser {
  private var named: [AvroName: AvroType] = [:]
  private var depth = 0
  private static let reserved: Set = [
    "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases", "default",
  ]

  mutating func type(_ json: AvroJSON, in space: String?) throws(AvroError) -> AvroType {
    depth += 1
    defer { depth -= 1 }
    guard depth < 4 * AvroSchemaBuilder.deepest else { throw unusable("too deep") }
    switch json {
    case .text(let name): return try reference(name, in: space)
    case .list(let branches):
      var types: [AvroType] = []
      for branch in branches { types.append(try type(branch, in: space)) }
      return AvroType(.union(types))
    case .object(let members):
      guard let kind = json.member("type") else { throw unusable("without a type") }
      guard case .text(let word) = kind else { return try type(kind, in: space) }
      let properties = members.filter { !AvroSchemaParser.reserved.contains($0.name) }
      if AvroName.words.contains(word) { return AvroType(try reference(word, in: nil).shape, properties: properties) }
      switch word {
      case "array": return AvroType(.array(try part("items", json, in: space)), properties: properties)
      case "map": return AvroType(.map(try part("values", json, in: space)), properties: properties)
      case "record", "error", "enum", "fixed": return try named(word, json, in: space, properties)
      default: return try reference(word, in: space)
      }
    default: throw unusable("with a type that is none")
    }
  }

  private func reference(_ word: String, in space: String?) throws(AvroError) -> AvroType {
    switch word {
    case "null": return AvroType(.null)
    case "boolean": return AvroType(.boolean)
    case "int": return AvroType(.int)
    case "long": return AvroType(.long)
    case "float": return AvroType(.float)
    case "double": return AvroType(.double)
    case "bytes": return AvroType(.bytes)
    case "string": return AvroType(.string)
    default:
      guard let type = named[AvroName(word, in: space)] ?? named[AvroName(word, in: nil)] else {
        throw unusable("that refers to \(word), which is not there before it")
      }
      return type
    }
  }

  private mutating func part(_ name: String, _ json: AvroJSON, in space: String?) throws(AvroError) -> AvroType {
    guard let part = json.member(name) else { throw unusable("without \(name)") }
    return try type(part, in: space)
  }

  private mutating func named(
    _ word: String, _ json: AvroJSON, in space: String?, _ properties: [(name: String, value: AvroJSON)]
  ) throws(AvroError) -> AvroType {
    guard let text = json.member("name")?.string else { throw unusable("without a name") }
    let name = AvroName(text, in: json.member("namespace").map { $0.string ?? "" } ?? space)
    let shape: AvroType.Shape
    switch word {
    case "enum":
      guard case .list(let symbols) = json.member("symbols") else { throw unusable("without symbols") }
      shape = .enumeration(name, symbols: symbols.compactMap(\.string), hasDefault: json.member("default") != nil)
    case "fixed":
      guard case .integer(let size) = json.member("size") else { throw unusable("without a size") }
      shape = .fixed(name, size: Int(size))
    default:
      guard case .list(let members) = json.member("fields") else { throw unusable("without fields") }
      var fields: [AvroType.Field] = []
      for member in members {
        guard let fieldName = member.member("name")?.string else { throw unusable("without a field's name") }
        fields.append(
          AvroType.Field(
            name: fieldName, type: try part("type", member, in: name.space), doc: member.member("doc")?.string,
            defaultValue: member.member("default")))
      }
      shape = .record(name, fields)
    }
    let type = AvroType(shape, doc: json.member("doc")?.string, properties: properties)
    named[name] = type
    return type
  }

  private func unusable(_ why: String) -> AvroError {
    AvroError(.schema, "the registered schema has a part \(why)", advice: "set use.latest.version to false")
  }
}
