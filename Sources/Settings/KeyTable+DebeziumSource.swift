private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let number = Key.Kind.integer(-1...9_223_372_036_854_775_807)
private let jdbc = "a setting of Java's database driver; libpq has its own (database.url takes its parameters)"
private let events = "it shapes Debezium's events, and the audit trail has none"
private let removed = "Debezium removed this property in version 2"

extension KeyTable {
  /// Connection, replication and capture properties that have no effect on an audit trail, or cannot be supported.
  static let debeziumSource: [Key] = [
    noMeaning("topic.prefix", .text, "", "no topics: the trail names source, slot and database in replication_offset"),
    noMeaning("database.sslfactory", .text, "", "a Java class; database.sslmode decides"),
    noMeaning(
      "connection.validation.timeout.ms", milliseconds, "60000", "database.connect.timeout.ms bounds every connection"),
    noMeaning("database.ApplicationName", .text, "", "each connection names its own role as application_name"),
    noMeaning("database.loginTimeout", number, "0", jdbc),
    noMeaning("database.connectTimeout", number, "10", jdbc),
    noMeaning("database.socketTimeout", number, "0", jdbc),
    noMeaning("database.cancelSignalTimeout", number, "10", jdbc),
    noMeaning("database.ssl", .boolean, "", "a setting of Java's database driver; database.sslmode decides"),
    noMeaning("database.sslResponseTimeout", number, "5000", jdbc),
    noMeaning("database.sslpasswordcallback", .text, "", jdbc),
    noMeaning("database.sslhostnameverifier", .text, "", "a Java class; database.sslmode=verify-full checks the name"),
    noMeaning("database.socketFactory", .text, "", jdbc),
    noMeaning("database.socketFactoryArg", .text, "", jdbc),
    noMeaning("database.binaryTransfer", .boolean, "true", jdbc),
    noMeaning("database.prepareThreshold", number, "5", jdbc),
    noMeaning("database.preferQueryMode", .text, "extended", jdbc),
    noMeaning("database.loggerLevel", .text, "", jdbc),
    refused("database.options", .text, "", "our sessions pin their own options; give others in database.url"),
    refused("database.gssEncMode", .text, "allow", "give gssencmode in database.url"),
    refused("database.targetServerType", .text, "any", "give target_session_attrs in database.url"),
    refused(
      "database.currentSchema", .text, "", "names are always qualified; set search_path by database.initial.statements"),
    noMeaning("read.only", .boolean, "false", "the source is never written to, but for heartbeat.action.query"),
    noMeaning("xmin.fetch.interval.ms", milliseconds, "0", "catalog_xmin is a field of Debezium's events only"),
    noMeaning(
      "lsn.flush.mode", .enumeration(["connector", "connector_and_driver"]), "connector",
      "positions are always confirmed as soon as the trail holds them, and on keepalives"),
    noMeaning(
      "flush.lsn.source", .enumeration(["true"]), "true",
      "positions are always confirmed as soon as the trail holds them"),
    noMeaning("lsn.flush.timeout.ms", milliseconds, "30000", "confirming a position never waits"),
    noMeaning(
      "lsn.flush.timeout.action", .enumeration(["fail", "warn", "ignore"]), "fail", "confirming a position never waits"),
    noMeaning(
      "offset.mismatch.strategy", .enumeration(["no_validation", "trust_offset"]), "no_validation",
      "the audit database's offset is always the truth, and a gap stops the start"),
    noMeaning(
      "internal.slot.seek.to.known.offset.on.start", .boolean, "false",
      "the audit database's offset is always the truth, and a gap stops the start"),
    noMeaning("internal.create.slot.command.timeout", number, "90", "slot.create.timeout.ms bounds it"),
    noMeaning(
      "internal.log.position.check.enable", .enumeration(["true"]), "true", "the slot's position is always checked"),
    noMeaning("database.include.list", .list, "", "PostgreSQL's connector reads one database; Debezium ignores it too"),
    noMeaning("database.exclude.list", .list, "", "PostgreSQL's connector reads one database; Debezium ignores it too"),
    noMeaning(
      "message.key.columns", .text, "",
      "row_key holds the columns of the table's own key, whatever a topic's key would be"),
    noMeaning("skip.messages.without.change", .boolean, "false", "the trail records every update"),
    noMeaning(
      "message.prefix.include.list", .patterns, "", "of logical messages the trail uses only those of cdc.context"),
    noMeaning(
      "message.prefix.exclude.list", .patterns, "", "of logical messages the trail uses only those of cdc.context"),
    noMeaning("tombstones.on.delete", .boolean, "true", events),
    noMeaning("include.unknown.datatypes", .boolean, "false", "columns of every type are recorded"),
    noMeaning("guardrail.collections.max", number, "0", "memory does not grow with the number of tables"),
    noMeaning(
      "guardrail.collections.limit.action", .enumeration(["warn", "fail"]), "warn",
      "memory does not grow with the number of tables"),
    refused("database.server.name", .text, "", removed + "; remove it, or use topic.prefix"),
    refused("schema.whitelist", .text, "", removed + "; use schema.include.list"),
    refused("schema.blacklist", .text, "", removed + "; use schema.exclude.list"),
    refused("table.whitelist", .text, "", removed + "; use table.include.list"),
    refused("table.blacklist", .text, "", removed + "; use table.exclude.list"),
    refused("column.whitelist", .text, "", removed + "; use column.include.list"),
    refused("column.blacklist", .text, "", removed + "; use column.exclude.list"),
  ]
}
