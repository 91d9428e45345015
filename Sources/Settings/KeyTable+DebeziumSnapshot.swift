private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let number = Key.Kind.integer(-1...9_223_372_036_854_775_807)
private let configurationBased = Key.Support.noMeaning(
  "part of snapshot.mode=configuration_based, which the trail does not support")
private let java = "a Java class cannot be loaded"
private let copy = "tables are read by one COPY each"
private let oneConnection = "a snapshot reads over one connection, in Debezium's order for one thread"
private let overrides = Key.Support.refused(
  "the trail holds whole tables; leave rows out by a publication's row filter, columns by column.exclude.list")

extension KeyTable {
  /// Snapshots of the tables.
  static let debeziumSnapshot: [Key] = [
    forEvents(
      .snapshot, "snapshot.mode.configuration.based.snapshot.data", .boolean, "false",
      "With configuration_based: read the rows.", trail: configurationBased),
    forEvents(
      .snapshot, "snapshot.mode.configuration.based.snapshot.schema", .boolean, "false",
      "… the shapes of tables; here they are always read.", trail: configurationBased),
    forEvents(
      .snapshot, "snapshot.mode.configuration.based.start.stream", .boolean, "false", "… stream afterwards.",
      trail: configurationBased),
    noMeaning(
      "snapshot.mode.configuration.based.snapshot.on.schema.error", .boolean, "false",
      "Debezium's PostgreSQL connector keeps no schema history"),
    forEvents(
      .snapshot, "snapshot.mode.configuration.based.snapshot.on.data.error", .boolean, "false",
      "… snapshot when the stored position is gone.", trail: configurationBased),
    refused("snapshot.mode.custom.name", .text, "", java),
    forEvents(
      .snapshot, "snapshot.isolation.mode", .enumeration(Settings.Events.Isolation.allCases.map(\.rawValue)),
      "serializable", "Isolation of the snapshot's transaction.",
      trail: .noMeaning("rows are always read as of the slot's exported snapshot")),
    forEvents(
      .snapshot, "snapshot.locking.mode", .enumeration(["none", "shared", "custom"]), "none",
      "shared: lock the tables (ACCESS SHARE) before their shapes are read.",
      trail: .noMeaning("each COPY takes its table's ACCESS SHARE lock, as shared does")),
    refused("snapshot.locking.mode.custom.name", .text, "", java),
    noMeaning("snapshot.query.mode", .enumeration(["select_all", "custom"]), "select_all", copy),
    refused("snapshot.query.mode.custom.name", .text, "", java),
    forEvents(
      .snapshot, "snapshot.select.statement.overrides", .list, "",
      "Tables, as `schema.table`, that the snapshot reads by a query of their own.", trail: overrides),
    forEvents(
      .snapshot, "snapshot.select.statement.overrides.<schema.table>", .text, "", "The query.", trail: overrides),
    noMeaning(
      "snapshot.tables.order.by.row.count", .enumeration(["disabled", "ascending", "descending"]), "disabled",
      "tables are read in the order of table.include.list",
      events: .noMeaning("Debezium counts no rows of PostgreSQL's tables, so that it orders nothing")),
    noMeaning("snapshot.fetch.size", number, "10240", copy),
    forEvents(
      .snapshot, "snapshot.delay.ms", milliseconds, "0", "Pause before the snapshot.",
      trail: .noMeaning("a snapshot begins at once")),
    forEvents(
      .snapshot, "streaming.delay.ms", milliseconds, "0", "Pause between snapshot and stream.",
      trail: .noMeaning("the stream follows the snapshot at once")),
    noMeaning("snapshot.max.threads", number, "1", oneConnection),
    noMeaning("snapshot.max.threads.multiplier", number, "1", oneConnection),
    noMeaning("legacy.snapshot.max.threads", .boolean, "false", oneConnection),
    noMeaning("internal.legacy.snapshot.max.threads", .boolean, "false", oneConnection),
    noMeaning(
      "internal.snapshot.scan.all.columns.force", .boolean, "false", "shapes are read for captured tables only"),
  ]
}
