/// What `to_jsonb` needs to know of a type. Domains and elements refer to other types by OID.
///
/// The kinds follow `json_categorize_type` of PostgreSQL's `jsonfuncs.c`.
public struct CatalogType: Sendable, Hashable {
  /// An attribute of a composite type that has not been dropped.
  public struct Attribute: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its type.
    public let typeOID: UInt32
    /// The type's modifier, -1 without one.
    public let typeModifier: Int32
  }

  /// How a value is rendered.
  public enum Kind: Sendable, Hashable {
    /// By its OID, if built in and known, else as its text.
    case scalar
    /// As its base type.
    case domain(base: UInt32, modifier: Int32)
    /// As a JSON array; the text form has braces and this delimiter.
    case array(element: UInt32, delimiter: UInt8)
    /// As a JSON array; the text form is blank-separated (`int2vector`, `oidvector`).
    case vector(element: UInt32)
    /// As a JSON object.
    case composite([Attribute])
    /// As its text; the labels in order.
    case enumeration([String])
    /// As its text.
    case range(subtype: UInt32)
    /// As its text.
    case multirange(range: UInt32)
    /// By a function that casts to json; `hstore` of the extension of that name has `hstore_to_json`.
    case hasJSONCast(function: String, fromExtension: String?)
  }

  /// The type's OID.
  public let oid: UInt32
  /// Its schema.
  public let schema: String
  /// Its name as in `pg_type`, such as `_int4`.
  public let name: String
  /// How a value is rendered.
  public let kind: Kind
  /// The extension that it belongs to.
  public let fromExtension: String?

  /// Whether it is the extension hstore's type.
  public var isHstore: Bool { name == "hstore" && fromExtension == "hstore" }
}
