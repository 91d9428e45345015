internal import Decoder
internal import PGReplication

/// What the catalogue's types become: how their values are rendered, and the labels of enums.
struct TypeShapes {
  private(set) var shapes: [UInt32: ValueShape] = [:]
  private(set) var labels: [UInt32: [String]] = [:]

  /// Resolves domains to their base, arrays and composites to their parts.
  /// - Parameter wanted: the types that columns have; `types` may hold many more.
  init(_ wanted: Set<UInt32>, among types: [UInt32: CatalogType]) {
    for oid in wanted {
      guard let type = types[oid] else { continue }
      shapes[oid] = TypeShapes.shape(oid, types, depth: 0)
      labels[oid] = TypeShapes.labels(type, types)
    }
  }

  private static func shape(_ oid: UInt32, _ types: [UInt32: CatalogType], depth: Int) -> ValueShape {
    if let builtIn = ValueShape.builtIn(oid) { return builtIn }
    guard let type = types[oid], depth < ValueShape.maximumDepth else { return .text }
    switch type.kind {
    case .scalar, .enumeration, .range, .multirange: return .text
    case .hasJSONCast: return type.isHstore ? .hstore : .text
    case .domain(let base, _): return shape(base, types, depth: depth + 1)
    case .array(let element, let delimiter):
      return .array(element: shape(element, types, depth: depth + 1), delimiter: delimiter)
    case .vector(let element): return .vector(element: shape(element, types, depth: depth + 1))
    case .composite(let attributes):
      return .composite(
        attributes.map { ValueShape.Field(name: $0.name, shape: shape($0.typeOID, types, depth: depth + 1)) })
    }
  }

  private static func labels(_ type: CatalogType, _ types: [UInt32: CatalogType]) -> [String]? {
    switch type.kind {
    case .enumeration(let labels): labels
    case .domain(let base, _): types[base].flatMap { labels($0, types) }
    default: nil
    }
  }
}
