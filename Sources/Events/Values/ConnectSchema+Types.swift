/// Schemas of Debezium's own types.
///
/// Source: Debezium documentation, PostgreSQL connector, "Data type mappings".
extension ConnectSchema {
  /// JSON text.
  static let json = ConnectSchema(.string, name: "io.debezium.data.Json", version: 1)
  /// A label tree's path.
  static let ltree = ConnectSchema(.string, name: "io.debezium.data.Ltree", version: 1)
  /// A decimal that carries its scale.
  static let variableDecimal = ConnectSchema(
    .structure, name: "io.debezium.data.VariableScaleDecimal", version: 1, doc: "Variable scaled decimal",
    fields: [Field("scale", ConnectSchema(.int32)), Field("value", ConnectSchema(.bytes))])
  /// A point of the plane.
  static let point = ConnectSchema(
    .structure, name: "io.debezium.data.geometry.Point", version: 1, doc: "Geometry (POINT)",
    fields: [
      Field("x", ConnectSchema(.double)), Field("y", ConnectSchema(.double)),
      Field("wkb", ConnectSchema(.bytes, optional: true)), Field("srid", ConnectSchema(.int32, optional: true)),
    ])
  /// pgvector's sparsevec.
  static let sparseVector = ConnectSchema(
    .structure, name: "io.debezium.data.SparseDoubleVector", version: 1, doc: "Sparse double vector",
    fields: [
      Field("dimensions", ConnectSchema(.int16)),
      Field("vector", ConnectSchema(.map, keys: ConnectSchema(.int16), values: ConnectSchema(.double))),
    ])

  /// A bit string of up to so many bits.
  static func bits(_ length: Int) -> ConnectSchema {
    ConnectSchema(.bytes, name: "io.debezium.data.Bits", version: 1, parameters: [Parameter("length", String(length))])
  }

  /// An array of numbers with a name.
  static func vector(_ kind: Kind, _ name: String) -> ConnectSchema {
    ConnectSchema(.array, name: name, version: 1, values: ConnectSchema(kind))
  }
}
