private let values = Key.Support.noMeaning("the trail holds every value as to_jsonb gives it")
private let docs = Key.Support.noMeaning("it describes columns in the schema of Debezium's events")
private let changes = Key.Support.refused(
  "it changes values, and the trail would record what is to be hidden; leave the column out by column.exclude.list")
private let setAside = Key.Support.noMeaning("a change that cannot be stored is set aside; see errors.tolerance")
private let java = "a Java class cannot be loaded"

private func choice<T: RawRepresentable<String> & CaseIterable>(_ type: T.Type) -> Key.Kind {
  .enumeration(type.allCases.map(\.rawValue))
}

extension KeyTable {
  /// How values look: the audit trail has one form, that of `to_jsonb`.
  static let debeziumValues: [Key] = [
    forEvents(
      .values, "decimal.handling.mode", choice(Settings.Events.DecimalHandling.self), "precise",
      "numeric and money: precise (Connect's Decimal), double, string.", trail: values),
    forEvents(
      .values, "money.fraction.digits", .integer(-1...1000), "2", "Scale of money with precise.", trail: values),
    forEvents(
      .values, "time.precision.mode", choice(Settings.Events.TimePrecision.self), "adaptive",
      "Dates and times: as precise as declared, or all in one unit or as text.", trail: values),
    forEvents(
      .values, "interval.handling.mode", choice(Settings.Events.IntervalHandling.self), "numeric",
      "interval: microseconds, or ISO 8601.", trail: values),
    forEvents(
      .values, "hstore.handling.mode", choice(Settings.Events.HstoreHandling.self), "json",
      "hstore: JSON text, or a map.",
      trail: values),
    forEvents(
      .values, "binary.handling.mode", choice(Settings.Events.BinaryHandling.self), "bytes",
      "bytea: bytes, or text in one of these forms.", trail: values),
    forEvents(
      .values, "include.unknown.datatypes", .boolean, "false",
      "Columns of types that Debezium does not know: their text as bytes, instead of leaving them out.",
      trail: .noMeaning("columns of every type are recorded")),
    forEvents(
      .values, "unavailable.value.placeholder", .text, "__debezium_unavailable_value",
      "Stands for large values that the log does not repeat; `hex:` before raw octets.",
      trail: .noMeaning("unchanged large values are left out of new_data and named in source_metadata")),
    noMeaning(
      "schema.refresh.mode", .enumeration(["columns_diff", "columns_diff_exclude_unchanged_toast"]), "columns_diff",
      "a table's shape is read again whenever the stream announces it"),
    forEvents(
      .values, "include.schema.comments", .boolean, "false", "Comments of tables and columns in the schemas.",
      trail: docs),
    noMeaning("include.schema.changes", .boolean, "true", "Debezium for PostgreSQL emits none either"),
    forEvents(
      .values, "column.propagate.source.type", .patterns, "",
      "Columns, as `schema.table.column`, whose schema names their type, length and scale.", trail: docs),
    forEvents(
      .values, "datatype.propagate.source.type", .patterns, "", "The same by type, as `schema.table.TYPE`.", trail: docs
    ),
    forEvents(
      .values, "column.mask.hash.v2.<algorithm>.with.salt.<salt>", .patterns, "",
      "Columns whose text becomes a digest of it.", trail: changes),
    forEvents(
      .values, "column.mask.hash.<algorithm>.with.salt.<salt>", .patterns, "",
      "Columns whose text becomes a digest of Java's serialized form of it.", trail: changes),
    forEvents(
      .values, "column.mask.with.<n>.chars", .patterns, "", "Columns that become so many asterisks.", trail: changes),
    forEvents(
      .values, "column.truncate.to.<n>.chars", .patterns, "", "Columns that are cut to so many characters.",
      trail: changes),
    forEvents(
      .values, "event.converting.failure.handling.mode", choice(Settings.Events.ConvertingFailure.self), "warn",
      "A value that cannot be converted: null with a warning (warn) or without (skip), or stop (fail).",
      trail: setAside),
    forEvents(
      .values, "event.processing.failure.handling.mode", choice(Settings.Events.ProcessingFailure.self), "fail",
      "A change that cannot be made an event: stop, or leave it out with a warning (warn) or without (skip, ignore).",
      trail: setAside),
    refused("converters", .list, "", java + ", and a converter may change values"),
    refused("post.processors", .list, "", java + "; use REPLICA IDENTITY FULL in place of the reselector"),
    noMeaning(
      "reselect.error.handling.mode", .enumeration(["warn", "fail"]), "warn",
      "it is part of a post processor, and there is none"),
    noMeaning(
      "sourceinfo.struct.maker", .text, "io.debezium.connector.postgresql.PostgresSourceInfoStructMaker",
      "it shapes Debezium's events, and the audit trail has none", events: .refused(java)),
  ]
}
