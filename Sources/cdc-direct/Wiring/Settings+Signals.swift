internal import PGReplication
internal import Pipeline
internal import Settings

extension Settings {
  /// What a snapshot reads whose rows become events.
  var eventSnapshotSettings: EventSnapshotSettings {
    let given = events.snapshot
    var settings = EventSnapshotSettings()
    settings.order = capture.tableInclude.patterns.indices.map { place in
      { [list = capture.tableInclude] in list.firstMatch($0) == place }
    }
    settings.includes = { [snapshot] in snapshot.includes(schema: $0, table: $1) }
    let queries = given.queries.compactMap { entry in TableName(parsing: entry.key).map { ($0, entry.value) } }
    settings.queries = Dictionary(queries) { first, _ in first }
    settings.signalTable = events.signals.table.flatMap { TableName(parsing: $0) }
    settings.locksTables = given.locksTables
    settings.lockLimit = given.lockTimeout ?? .zero
    settings.isolation = EventSnapshotSettings.Isolation(rawValue: given.isolation.rawValue) ?? .serializable
    return settings
  }

  /// How signals arrive and how incremental snapshots are read; nil where no signal can.
  var signalSettings: SignalSettings? {
    let given = events.signals
    var settings = SignalSettings(table: given.table.flatMap { TableName(parsing: $0) })
    settings.file = given.channels.contains(.file) ? given.file : nil
    settings.readsTable = given.channels.contains(.source)
    settings.pollInterval = given.pollInterval
    settings.chunkSize = given.chunkSize
    settings.watermarking = SignalSettings.Watermarking(rawValue: given.watermarking.rawValue) ?? .insertInsert
    settings.readOnly = given.readOnly
    settings.keyColumns = { [keys = events.keyColumns] in keys.columns(of: $2, schema: $0, table: $1) }
    settings.quirks = events.quirks
    return settings.table != nil || settings.file != nil || settings.readOnly ? settings : nil
  }
}

extension TableName {
  /// Reads `schema.table`, of which each part may stand in double quotes, as Debezium's `TableId` does; nil for anything else.
  fileprivate init?(parsing text: String) {
    var parts = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "." where !isQuoted: parts.append("")
      default: parts[parts.count - 1].append(character)
      }
    }
    guard !isQuoted, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(schema: parts[0], name: parts[1])
  }
}
