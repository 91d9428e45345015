internal import FoundationEssentials

/// JSON for programs, with names as the audit tables have them.
enum JSONText {
  /// A value on one line, keys sorted and in snake case.
  static func line(_ value: some Encodable) throws -> String { try text(value, []) }

  /// A value over several lines, keys sorted and in snake case.
  static func pretty(_ value: some Encodable) throws -> String { try text(value, .prettyPrinted) }

  private static func text(_ value: some Encodable, _ more: JSONEncoder.OutputFormatting) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = more
    encoder.outputFormatting.formUnion([.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
