/// Whether one schema can read what another one writes.
///
/// Source: Apache Avro specification, "Schema Resolution".
enum AvroResolution {
  /// Why `reader` cannot read what `writer` writes; empty when it can.
  static func obstacles(reader: AvroType, writer: AvroType, at place: String = "") -> [String] {
    if reader === writer { return [] }
    if case .union(let branches) = writer.shape {
      return branches.flatMap { obstacles(reader: reader, writer: $0, at: place) }
    }
    switch (reader.shape, writer.shape) {
    case (.union(let branches), _):
      let isReadable = branches.contains { obstacles(reader: $0, writer: writer, at: place).isEmpty }
      return isReadable ? [] : ["\(place.isEmpty ? "/" : place): no branch for \(writer.name)"]
    case (.array(let mine), .array(let theirs)), (.map(let mine), .map(let theirs)):
      return obstacles(reader: mine, writer: theirs, at: place + "[]")
    case (.record(let mine, let fields), .record(let theirs, let written)):
      var found = mine.name == theirs.name ? [] : ["\(place)/: the record is \(theirs.full), not \(mine.full)"]
      for field in fields {
        let place = "\(place)/\(field.name)"
        if let other = written.first(where: { $0.name == field.name }) {
          found += obstacles(reader: field.type, writer: other.type, at: place)
        } else if field.defaultValue == nil {
          found.append("\(place): not written, and without a default")
        }
      }
      return found
    case (.enumeration(let mine, let known, let hasDefault), .enumeration(let theirs, let symbols, _)):
      let isReadable = mine.name == theirs.name && (hasDefault || symbols.allSatisfy(known.contains))
      return isReadable ? [] : ["\(place): other symbols"]
    case (.fixed(let mine, let size), .fixed(let theirs, let other)):
      return mine.name == theirs.name && size == other ? [] : ["\(place): another size"]
    case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.long, .int), (.float, .float),
      (.float, .int), (.float, .long), (.double, .double), (.double, .int), (.double, .long), (.double, .float),
      (.bytes, .bytes), (.bytes, .string), (.string, .string), (.string, .bytes):
      return []
    default: return ["\(place.isEmpty ? "/" : place): \(reader.name) cannot read \(writer.name)"]
    }
  }
}
