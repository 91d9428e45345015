private let values = "the trail holds every value as to_jsonb gives it"
private let names = "the trail holds the names of schemas, tables and columns as they are"
private let docs = "it describes columns in the schema of Debezium's events"
private let changesValues = "it changes values, and ignoring it would record what is to be hidden"
private let changed = changesValues + "; leave the column out by column.exclude.list until then"
private let java = "a Java class cannot be loaded"

extension KeyTable {
  /// How values look: the audit trail has one form, that of `to_jsonb`.
  static let debeziumValues: [Key] = [
    noMeaning("decimal.handling.mode", .enumeration(["precise", "double", "string"]), "precise", values),
    noMeaning("money.fraction.digits", .integer(-1...1000), "2", values),
    noMeaning(
      "time.precision.mode",
      .enumeration([
        "adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds",
      ]), "adaptive", values),
    noMeaning("interval.handling.mode", .enumeration(["numeric", "string"]), "numeric", values),
    noMeaning("hstore.handling.mode", .enumeration(["json", "map"]), "json", values),
    noMeaning(
      "binary.handling.mode", .enumeration(["bytes", "base64", "base64-url-safe", "hex"]), "bytes", values),
    noMeaning(
      "unavailable.value.placeholder", .text, "__debezium_unavailable_value",
      "unchanged large values are left out of new_data and named in source_metadata"),
    noMeaning("schema.name.adjustment.mode", .enumeration(["none", "avro", "avro_unicode"]), "none", names),
    noMeaning("field.name.adjustment.mode", .enumeration(["none", "avro", "avro_unicode"]), "none", names),
    noMeaning(
      "schema.refresh.mode", .enumeration(["columns_diff", "columns_diff_exclude_unchanged_toast"]), "columns_diff",
      "a table's shape is read again whenever the stream announces it"),
    noMeaning("include.schema.comments", .boolean, "false", docs),
    noMeaning("include.schema.changes", .boolean, "true", "Debezium for PostgreSQL emits none either"),
    noMeaning("column.propagate.source.type", .patterns, "", docs),
    noMeaning("datatype.propagate.source.type", .patterns, "", docs),
    later("column.mask.hash.v2.<algorithm>.with.salt.<salt>", .patterns, "", changed),
    later("column.mask.hash.<algorithm>.with.salt.<salt>", .patterns, "", changed),
    later("column.mask.with.<n>.chars", .patterns, "", changed),
    later("column.truncate.to.<n>.chars", .patterns, "", changed),
    refused("converters", .list, "", java + ", and a converter may change values"),
    later("post.processors", .list, "", "the reselector comes with the sinks for Debezium's events"),
    noMeaning(
      "reselect.error.handling.mode", .enumeration(["warn", "fail"]), "warn",
      "it is part of a post processor, and there is none"
    ),
    noMeaning(
      "event.converting.failure.handling.mode", .enumeration(["warn", "skip", "fail"]), "warn",
      "a change that cannot be stored is set aside; see errors.tolerance"),
    noMeaning(
      "event.processing.failure.handling.mode", .enumeration(["fail", "warn", "skip", "ignore"]), "fail",
      "a change that cannot be stored is set aside; see errors.tolerance"),
    noMeaning(
      "sourceinfo.struct.maker", .text, "io.debezium.connector.postgresql.PostgresSourceInfoStructMaker",
      "it shapes Debezium's events, and the audit trail has none"),
    noMeaning("extended.headers.enabled", .boolean, "true", "the audit trail has no headers"),
  ]
}
