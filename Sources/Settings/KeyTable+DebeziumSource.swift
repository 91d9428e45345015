private let milliseconds = Key.Kind.milliseconds(0...9_223_372_036_854_775_807)
private let number = Key.Kind.integer(-1...9_223_372_036_854_775_807)
private let jdbc = "a setting of Java's database driver; libpq has its own (database.url takes its parameters)"
private let removed = "Debezium removed this property in version 2"

extension KeyTable {
  /// Connection, replication and capture properties that have no effect on an audit trail, or cannot be supported.
  static let debeziumSource: [Key] = [
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
    noMeaning("internal.create.slot.command.timeout", number, "90", "slot.create.timeout.ms bounds it"),
    noMeaning("database.include.list", .list, "", "PostgreSQL's connector reads one database; Debezium ignores it too"),
    noMeaning("database.exclude.list", .list, "", "PostgreSQL's connector reads one database; Debezium ignores it too"),
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
