extension Resolution {
  /// Tells what is taken for something else, or does nothing.
  mutating func tellAliases(_ values: Values) {
    if Values.trimmed(values.text("snapshot.mode")).lowercased() == "never", let entry = accepted["snapshot.mode"] {
      tell("snapshot.mode=never (\(entry.origin)) means no_data")
    }
    if values.isSet("executor.shutdown.timeout.ms") {
      let isUsed = !values.isSet("shutdown.timeout.ms")
      tell("executor.shutdown.timeout.ms is \(isUsed ? "taken as" : "ignored beside") shutdown.timeout.ms")
    }
    if values.isSet("heartbeat.action.query"), Settings.Events.heartbeatInterval(values) == nil {
      tell("heartbeat.action.query never runs while heartbeat.interval.ms is 0")
    }
    let bytes = values.bytes("max.queue.size.in.bytes")
    if bytes > 0, bytes < Settings.Stream.minimumMemoryBudget {
      tell("max.queue.size.in.bytes is raised to 1 MiB, the least there is")
    }
  }

  /// What belongs together in the settings of events.
  mutating func checkEvents(_ values: Values) {
    checkNotifications(values)
    checkOverrides(values)
    if values.list("signal.enabled.channels").contains(where: { $0.lowercased() == "jmx" }) {
      tell("signal.enabled.channels: jmx has no meaning here: it is Java's; use source or file")
    }
    if Settings.Events.Offsets(values).file == nil, !values.isKafkaOn {
      tell(
        "positions are kept in memory alone: set offset.storage.file.filename for a start to go on where the last ended"
      )
    }
    if Settings.Events.Offsets(values).flushMode == .manual {
      tell("lsn.flush.mode=manual: nothing is confirmed to the slot, and WAL piles up until somebody else advances it")
    }
  }

  private mutating func checkNotifications(_ values: Values) {
    let channels = values.list("notification.enabled.channels").map { $0.lowercased() }
    if channels.contains("jmx") {
      tell("notification.enabled.channels: jmx has no meaning here: it is Java's; use sink or log")
    }
    if channels.contains("sink"), !isSet("notification.sink.topic.name"),
      let entry = accepted["notification.enabled.channels"]
    {
      report(.contradiction, entry, "sink needs notification.sink.topic.name", hint: "Name the notifications' topic.")
    }
  }

  /// Keys and headers hold decimals as values do.
  private mutating func checkOverrides(_ values: Values) {
    let name = "snapshot.select.statement.overrides"
    let tables = values.list(name)
    for table in tables where !isSet("\(name).\(table)") {
      tell("\(name) names \(table), whose query \(name).\(table) is not set: the whole table is read")
    }
    for key in accepted.keys.sorted() where key.hasPrefix(name + ".") {
      let table = key.dropFirst(name.count + 1)
      if !tables.contains(String(table)) { tell("\(key) is not used: \(name) does not name \(table)") }
    }
  }
}
