internal import Decoder
internal import Events
internal import PGReplication
internal import Pipeline
internal import Settings

extension Settings {
  /// What makes Debezium's events out of changes.
  ///
  /// Throws when the connection's URI cannot be read, or `CloudEventsError`.
  func eventSettings() throws -> EventSettings {
    let conninfo: Conninfo
    do { conninfo = try database.connection.conninfo } catch { throw Failure.source(error) }
    // As libpq does, the role's name stands for a database that is not named.
    let name = conninfo.dbname ?? conninfo.user ?? ""
    var settings = EventSettings(topicPrefix: events.topicPrefix, database: name)
    settings.names = events.names.eventNames
    settings.values = valueSettings
    settings.keyDecimalsAsNumbers = events.keyConverter.decimalsAsNumbers
    settings.headerReplacesNullWithDefault = events.headerConverter.replacesNullWithDefault
    settings.headerDecimalsAsNumbers = events.headerConverter.decimalsAsNumbers
    settings.keySchemas = events.keyConverter.schemas
    settings.valueSchemas = events.valueConverter.schemas
    settings.headerSchemas = events.headerConverter.schemas
    settings.keyReplacesNullWithDefault = events.keyConverter.replacesNullWithDefault
    // Avro is made of bare payloads with exact decimals; its schemas stand in the registry.
    if case .avro = events.keyConverter.form { (settings.keySchemas, settings.keyDecimalsAsNumbers) = (false, false) }
    if case .avro = events.valueConverter.form {
      (settings.valueSchemas, settings.values.decimalsAsNumbers) = (false, false)
    }
    settings.tombstones = events.tombstones
    settings.skippedOperations = Set(events.skippedOperations.map(\.change))
    settings.skipsUnchanged = events.skipsUnchanged
    settings.transactionMetadata = events.transactionMetadata
    settings.contextHeaders = events.contextHeaders
    settings.transformProperties = events.transforms
    settings.notificationTopic = events.signals.notificationTopic
    if case .cloudEvents(let form) = events.valueConverter.form {
      settings.valueForm = .cloudEvents(try CloudEventsSettings(properties: form.properties))
      settings.valueSchemas = form.dataSchemas
      settings.values.replacesNullWithDefault = form.dataReplacesNullWithDefault
      settings.values.decimalsAsNumbers = form.dataDecimalsAsNumbers
    }
    settings.includesMessage = { [events] in events.includesMessage(prefix: $0) }
    settings.includesTable = { [capture] in capture.includes(schema: $0, table: $1) }
    settings.includesColumn = { [capture] in capture.includes(schema: $0, table: $1, column: $2) }
    settings.keyColumns = { [keys = events.keyColumns] in keys.columns(of: $2, schema: $0, table: $1) }
    return settings
  }

  private var valueSettings: ValueSettings {
    let given = events.values
    var settings = ValueSettings()
    settings.decimals = ValueSettings.DecimalHandling(rawValue: given.decimals.rawValue) ?? .precise
    settings.moneyFractionDigits = given.moneyFractionDigits
    settings.times = ValueSettings.TimePrecision(rawValue: given.times.rawValue) ?? .adaptive
    settings.intervals = ValueSettings.IntervalHandling(rawValue: given.intervals.rawValue) ?? .numeric
    settings.hstore = ValueSettings.HstoreHandling(rawValue: given.hstore.rawValue) ?? .json
    settings.binary = ValueSettings.BinaryHandling(rawValue: given.binary.rawValue) ?? .bytes
    settings.includesUnknownTypes = given.includesUnknownTypes
    settings.unavailable = given.unavailable
    settings.includesComments = given.includesComments
    settings.onFailure = ValueSettings.FailureHandling(rawValue: given.failure.rawValue) ?? .warn
    settings.rules = given.rules.map { rule in ColumnRule(rule.action.eventAction) { rule.columns.matches($0) } }
    settings.propagatesType = { [types = given.describedTypes] in types.matches($0) }
    settings.replacesNullWithDefault = events.valueConverter.replacesNullWithDefault
    settings.decimalsAsNumbers = events.valueConverter.decimalsAsNumbers
    settings.quirks = events.quirks
    return settings
  }
}

extension Settings.Events.CloudEvents {
  /// The converter's own properties, as it is given them.
  fileprivate var properties: [String: String] {
    var properties = [
      "extension.attributes.enable": String(extensionAttributes),
      "opentelemetry.tracing.attributes.enable": String(tracingAttributes),
      "schema.data.name.source.header.enable": String(dataSchemaNameFromHeader),
      "schema.name.adjustment.mode": schemaNameAdjustment.rawValue,
    ]
    if !metadataSource.isEmpty { properties["metadata.source"] = metadataSource.joined(separator: ",") }
    properties["schema.cloudevents.name"] = schemaName
    return Dictionary(uniqueKeysWithValues: properties.map { ("value.converter.\($0.key)", $0.value) })
  }
}

extension Settings.Events.Names {
  fileprivate var eventNames: NameSettings {
    var settings = NameSettings()
    settings.strategy = NameSettings.Strategy(rawValue: strategy.rawValue) ?? .schema
    settings.delimiter = delimiter
    settings.transactionTopic = transactionTopic
    settings.heartbeatPrefix = heartbeatPrefix
    settings.heartbeatName = heartbeatName
    settings.regex = regex
    settings.replacement = replacement
    settings.keyUniqueness = keyUniqueness
    settings.keyField = keyField
    settings.keyFieldRegex = keyFieldRegex
    settings.keyFieldReplacement = keyFieldReplacement
    settings.schemaAdjustment = NameSettings.Adjustment(rawValue: schemaAdjustment.rawValue) ?? .none
    settings.fieldAdjustment = NameSettings.Adjustment(rawValue: fieldAdjustment.rawValue) ?? .none
    return settings
  }
}

extension Settings.Events.ColumnAction {
  fileprivate var eventAction: ColumnRule.Action {
    switch self {
    case .truncate(let length): .truncate(length)
    case .mask(let length): .mask(length)
    case .propagateSourceType: .propagateSourceType
    case .hash(let algorithm, let salt, let version): .hash(algorithm: algorithm, salt: salt, version: version)
    }
  }
}

extension Settings.Events.SkippedOperation {
  fileprivate var change: Change.Operation {
    switch self {
    case .create: .insert
    case .update: .update
    case .delete: .delete
    case .truncate: .truncate
    }
  }
}
