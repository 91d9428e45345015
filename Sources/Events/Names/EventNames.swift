/// What topics, schemas and fields of events are called.
///
/// Source: Debezium documentation, PostgreSQL connector, "Topic names", "Transaction metadata", and the properties
/// `topic.*`, `schema.name.adjustment.mode`, `field.name.adjustment.mode`.
public struct EventNames: Sendable {
  private let prefix: String
  private let settings: NameSettings
  private let route: (pattern: JavaPattern, replacement: JavaReplacement)?
  private let identify: (pattern: JavaPattern, replacement: JavaReplacement)?

  /// Names as the settings say.
  ///
  /// - Parameter prefix: `topic.prefix`.
  /// - Throws: ``NameError`` for an expression or a replacement that cannot be read.
  public init(prefix: String, settings: NameSettings) throws(NameError) {
    self.prefix = prefix
    self.settings = settings
    guard settings.strategy.isRegex else {
      (route, identify) = (nil, nil)
      return
    }
    guard !settings.regex.isEmpty else { throw NameError(property: "topic.regex", reason: "is needed by the strategy") }
    route = try Self.rule(settings.regex, "topic.regex", settings.replacement, "topic.replacement")
    identify =
      settings.keyFieldRegex.allSatisfy(\.isWhitespace)
      ? nil
      : try Self.rule(
        settings.keyFieldRegex, "topic.key.field.regex", settings.keyFieldReplacement, "topic.key.field.replacement")
  }

  private static func rule(
    _ regex: String, _ regexProperty: String, _ replacement: String, _ replacementProperty: String
  ) throws(NameError) -> (pattern: JavaPattern, replacement: JavaReplacement) {
    guard !replacement.allSatisfy(\.isWhitespace) else {
      throw NameError(property: replacementProperty, reason: "must not be empty if \(regexProperty) is set")
    }
    let pattern: JavaPattern
    do throws(JavaPattern.Invalid) { pattern = try JavaPattern(regex) } catch {
      throw NameError(property: regexProperty, reason: "is not a regular expression: '\(error.pattern)'")
    }
    do throws(JavaReplacement.Invalid) { return (pattern, try JavaReplacement(replacement, for: pattern)) } catch {
      throw NameError(property: replacementProperty, reason: error.reason)
    }
  }

  /// The topic of a table's events.
  public func topic(schema: String, table: String) -> String {
    let origin = sanitized(originalTopic(schema: schema, table: table))
    guard let route, route.pattern.matches(origin) else { return origin }
    let routed = route.pattern.replacingFirst(in: origin, with: route.replacement)
    return routed.isEmpty ? origin : routed
  }

  /// The name of the field that the regex strategies add to keys, so that equal keys of different tables differ; nil where
  /// none is added. A table without a key gets one of this field alone. Its schema is a required string.
  public var physicalTableField: String? {
    settings.strategy.isRegex && settings.keyUniqueness ? settings.keyField : nil
  }

  /// The value of ``physicalTableField``; nil where there is none.
  public func physicalTable(schema: String, table: String) -> String? {
    guard physicalTableField != nil else { return nil }
    let origin = originalTopic(schema: schema, table: table)
    guard let identify, identify.pattern.matches(origin) else { return origin }
    return identify.pattern.replacingFirst(in: origin, with: identify.replacement)
  }

  /// The topic of transactions' begins and ends.
  public var transactionTopic: String { prefix + settings.delimiter + settings.transactionTopic }

  /// The topic of heartbeats.
  public var heartbeatTopic: String {
    if let name = settings.heartbeatName, !name.isEmpty { return name }
    return settings.heartbeatPrefix + settings.delimiter + prefix
  }

  /// The topic of logical messages. The delimiter has no say in it.
  public var messageTopic: String { prefix + ".message" }

  /// The schema name of a key in a topic.
  public func keySchemaName(topic: String) -> String { schemaName(topic + ".Key") }

  /// The schema name of rows in a topic.
  public func valueSchemaName(topic: String) -> String { schemaName(topic + ".Value") }

  /// The schema name of a topic's events.
  public func envelopeSchemaName(topic: String) -> String { schemaName(topic + ".Envelope") }

  /// A schema's name after `schema.name.adjustment.mode`.
  public func schemaName(_ name: String) -> String { settings.schemaAdjustment.schemaName(name) }

  /// A column's name after `field.name.adjustment.mode`.
  public func field(_ column: String) -> String { settings.fieldAdjustment.fieldName(column) }

  private func originalTopic(schema: String, table: String) -> String {
    // PostgreSQL's tables have no catalogue in Debezium: the strategies that name topics by it leave the schema out.
    let parts = settings.strategy.usesSchema ? [prefix, schema, table] : [prefix, table]
    return parts.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: settings.delimiter)
  }

  /// Longest name of a topic in Kafka.
  private static let longest = 249

  private func sanitized(_ name: String) -> String {
    var result = ""
    result.reserveCapacity(name.utf8.count)
    for unit in name.utf16 {
      let isValid = unit.isASCIILetter || unit.isASCIIDigit || unit == 46 || unit == 45
      if isValid || (unit == 95 && !settings.strategy.isUnicode), let scalar = Unicode.Scalar(unit) {
        result.unicodeScalars.append(scalar)
      } else {
        result += settings.strategy.isUnicode ? unit.escapedForAvro : "_"
      }
    }
    if result.utf8.count > Self.longest { return String(result.prefix(Self.longest)) }
    if result == "." || result == ".." {
      return result.replacing(".", with: settings.strategy.isUnicode ? UInt16(46).escapedForAvro : "_")
    }
    return result
  }
}

extension NameSettings.Strategy {
  /// Whether topics are rewritten by an expression.
  var isRegex: Bool {
    switch self {
    case .schemaRegex, .databaseRegex: true
    case .schema, .database, .schemaUnicode, .databaseUnicode: false
    }
  }

  /// Whether other characters become escapes rather than underscores.
  var isUnicode: Bool {
    switch self {
    case .schemaUnicode, .databaseUnicode: true
    case .schema, .database, .schemaRegex, .databaseRegex: false
    }
  }

  /// Whether the schema's name is part of the topic's.
  var usesSchema: Bool {
    switch self {
    case .schema, .schemaRegex, .schemaUnicode: true
    case .database, .databaseRegex, .databaseUnicode: false
    }
  }
}
