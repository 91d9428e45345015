/// How the text of a value becomes the JSON that `to_jsonb` makes of it.
///
/// The catalogue builds it once a column: domains are resolved to their base type, dropped attributes are left out.
/// Source: PostgreSQL documentation, 9.16 "JSON Functions and Operators", `to_jsonb`.
public indirect enum ValueShape: Hashable, Sendable {
  /// int2, int4, int8, float4, float8, numeric.
  case number
  /// bool.
  case boolean
  /// timestamp.
  case timestamp
  /// timestamptz.
  case timestampWithTimeZone
  /// json, jsonb.
  case json
  /// Every other type.
  case text
  /// The extension type hstore: an object of strings and nulls.
  case hstore
  /// An array, with the delimiter of its element type (`;` for box, `,` for all others).
  case array(element: ValueShape, delimiter: UInt8)
  /// int2vector and oidvector: values with a space between.
  case vector(element: ValueShape)
  /// A row type.
  case composite([Field])

  /// One attribute of a row type.
  public struct Field: Hashable, Sendable {
    /// The attribute's name.
    public let name: String
    /// The shape of its values.
    public let shape: ValueShape
    /// `"name":`, rendered once.
    let key: [UInt8]
    /// The scalar kind of `shape`, asked for once.
    let scalar: ScalarKind?

    /// An attribute by its parts.
    public init(name: String, shape: ValueShape) {
      self.name = name
      self.shape = shape
      scalar = shape.scalar
      var rendered = OutputBuffer(capacity: name.utf8.count + 16)
      rendered.appendJSONString(name)
      rendered.append(UInt8(ascii: ":"))
      key = unsafe rendered.withUnsafeBytes { bytes in unsafe Array(bytes) }
    }
  }

  /// Containers inside each other that are followed; deeper ones are refused, so that the stack is bounded.
  public static let maximumDepth = 64

  /// The scalar kind where this shape is one, else nil.
  public var scalar: ScalarKind? {
    switch self {
    case .number: .number
    case .boolean: .boolean
    case .timestamp: .timestamp
    case .timestampWithTimeZone: .timestampWithTimeZone
    case .json: .json
    case .text: .text
    case .hstore, .array, .vector, .composite: nil
    }
  }
}
