/// A table by schema and name, unquoted, as the catalogue has them.
public struct TableName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The schema.
  public let schema: String
  /// The table.
  public let name: String

  /// A table by its parts.
  public init(schema: String, name: String) {
    self.schema = schema
    self.name = name
  }

  /// `schema.name`, unquoted: what include and exclude lists are matched against.
  public var description: String { "\(schema).\(name)" }

  /// Alphabetical by `schema.name`, by Unicode scalar: the order in which Debezium takes its snapshot.
  public static func < (a: TableName, b: TableName) -> Bool {
    a.description.unicodeScalars.lexicographicallyPrecedes(b.description.unicodeScalars)
  }

  /// `"schema"."name"`, for SQL.
  public func quoted() throws(PostgresError) -> String {
    try Identifier.quoteIdentifier(schema) + "." + Identifier.quoteIdentifier(name)
  }
}
