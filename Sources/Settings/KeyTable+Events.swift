private let milliseconds = Key.Kind.milliseconds(0...2_147_483_647)
private let ofEvents = Key.Support.noMeaning("it is of `stream`, and the audit trail has no events")
private let inDatabase = Key.Support.noMeaning("the offset is in the audit database, in the transaction of its rows")
private let always = Key.Support.noMeaning("positions are always confirmed as soon as the trail holds them")
private let truth = Key.Support.noMeaning("the audit database's offset is always the truth, and a gap stops the start")

extension KeyTable {
  /// Output, positions and what else only events have.
  static let events: [Key] = [
    ours(
      .events, "events.output", .text, "-",
      "File that events are written to, a JSON line each; `-`: standard output. Not with Kafka. Ours.", trail: ofEvents,
      events: .honouredWith(.file)),
    ours(
      .events, "compat.debezium.quirks", .boolean, "true",
      "Imitate Debezium's oddities; false: the right value in their place. Ours.", trail: ofEvents),
    noMeaning(
      "name", .text, "", "a trail is named by its source and slot",
      events: .noMeaning("no event tells of it, and a file of positions holds those of one connector")),
    forEvents(
      .events, "offset.storage", .text, "org.apache.kafka.connect.storage.FileOffsetBackingStore",
      "Java class that keeps the position: org.apache.kafka.connect.storage.FileOffsetBackingStore or"
        + " MemoryOffsetBackingStore; with Kafka KafkaOffsetBackingStore, always.",
      trail: inDatabase, events: .honouredWith(.file)),
    forEvents(
      .events, "offset.storage.file.filename", .path, "", "File of the position; unset: it is kept in memory alone.",
      trail: inDatabase, events: .honouredWith(.file)),
    forEvents(
      .events, "offset.flush.interval.ms", milliseconds, "60000",
      "The longest time until a position is stored; it is with every batch of events, sooner than that.",
      trail: inDatabase),
    forEvents(
      .events, "offset.commit.policy", .text, "io.debezium.engine.spi.OffsetCommitPolicy$PeriodicCommitOffsetPolicy",
      "Java class: io.debezium.engine.spi.OffsetCommitPolicy$PeriodicCommitOffsetPolicy (by offset.flush.interval.ms) or"
        + " $AlwaysCommitOffsetPolicy (at once).", trail: inDatabase),
    forEvents(
      .events, "lsn.flush.mode", .enumeration(Settings.Events.FlushMode.allCases.map(\.rawValue)), "connector",
      "Who confirms positions to the slot: connector (when they are stored), manual (nobody), connector_and_driver (on"
        + " keepalives too).", trail: always),
    forEvents(
      .events, "flush.lsn.source", .boolean, "true",
      "Older form of lsn.flush.mode, used when that is unset: false is manual.",
      trail: always),
    noMeaning("lsn.flush.timeout.ms", milliseconds, "30000", "confirming a position never waits"),
    noMeaning(
      "lsn.flush.timeout.action", .enumeration(["fail", "warn", "ignore"]), "fail", "confirming a position never waits"),
    forEvents(
      .events, "offset.mismatch.strategy", .enumeration(Settings.Events.OffsetMismatch.allCases.map(\.rawValue)),
      "no_validation", "The stored position against the slot's: which of them holds when they differ.", trail: truth),
    forEvents(
      .events, "internal.slot.seek.to.known.offset.on.start", .boolean, "false",
      "Older form of offset.mismatch.strategy: true is trust_offset.", trail: truth),
    noMeaning(
      "internal.log.position.check.enable", .boolean, "true", "the slot's position is always checked"),
    forEvents(
      .events, "xmin.fetch.interval.ms", milliseconds, "0",
      "How often the slot's catalog_xmin is read for `source.xmin`; 0: never.",
      trail: .noMeaning("catalog_xmin is a field of Debezium's events only")),
  ]
}
