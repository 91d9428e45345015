internal import Decoder

/// The fields of a row or a key, prepared for rendering: on the way of a change a few plain bytes each, no reference.
struct FieldLayout: Sendable {
  /// A field and its column.
  struct Field: BitwiseCopyable, Sendable {
    /// The column's place in the tuple; -1 when the rows do not hold it.
    let index: Int
    /// Whether an old row of the replica identity alone holds it.
    let isIdentity: Bool
    /// How the usual types become JSON; `none` for all others.
    let shortcut: Shortcut
    /// Where the field's name stands in `names`.
    let nameStart: Int
    /// Where it ends.
    let nameEnd: Int
  }

  /// A column that is to become a field.
  struct Column: Sendable {
    let index: Int?
    let isIdentity: Bool
    let name: String
    let converter: ColumnConverter
  }

  let fields: [Field]
  /// `"first":`, `,"second":` and so on.
  let names: [UInt8]
  /// The fields' converters, for all that has no shortcut.
  let converters: [ColumnConverter]
  /// The fields in a struct's schema.
  let schemas: [ConnectSchema.Field]

  init(_ columns: [Column]) {
    var fields: [Field] = []
    var names: [UInt8] = []
    for column in columns {
      let start = names.count
      if start > 0 { names.append(UInt8(ascii: ",")) }
      names += column.converter.key
      fields.append(
        Field(
          index: column.index ?? -1, isIdentity: column.isIdentity, shortcut: column.converter.shortcut,
          nameStart: start, nameEnd: names.count))
    }
    self.fields = fields
    self.names = names
    converters = columns.map(\.converter)
    schemas = columns.map { ConnectSchema.Field($0.name, $0.converter.schema) }
  }

  /// Whether there are no fields.
  var isEmpty: Bool { fields.isEmpty }
}
