/// Why the program cannot go on as it is: what failed, where, and what to do next.
///
/// The plain description carries neither row data nor secrets, so that it goes to the log as it is.
public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind, which decides between trying again and stopping.
  public let kind: Kind
  /// What failed, in one sentence without its full stop.
  public let what: String
  /// Which server, slot, table or setting.
  public let place: String
  /// The next step for this very case; the kind's general advice otherwise.
  public let advice: String

  /// A failure by its parts.
  /// - Parameter advice: the next step, when it is more exact than the kind's.
  public init(_ kind: Kind, _ what: String, at place: String, advice: String? = nil) {
    self.kind = kind
    self.what = what
    self.place = place
    self.advice = advice ?? kind.advice
  }

  /// For example `slot_missing: replication slot "audit" does not exist (db1:5432/shop). Next: …`.
  public var description: String { "\(kind.rawValue): \(what) (\(place)). Next: \(advice)" }
}

extension Failure {
  /// Every kind of failure, with its exit code, its fate and its advice: the one table that the log, the exit code's
  /// documentation and the troubleshooting guide are made from.
  public enum Kind: String, Sendable, CaseIterable {
    case sourceUnreachable = "source_unreachable"
    case auditUnreachable = "audit_unreachable"
    case authentication = "authentication"
    case databaseMissing = "database_missing"
    case privilegeMissing = "privilege_missing"
    case walLevel = "wal_level"
    case slotMissing = "slot_missing"
    case slotInUse = "slot_in_use"
    case slotInvalidated = "slot_invalidated"
    case slotUnfit = "slot_unfit"
    case publicationMissing = "publication_missing"
    case publicationIncomplete = "publication_incomplete"
    case publicationFeedsItself = "publication_feeds_itself"
    case gap = "gap"
    case offsetAhead = "offset_ahead"
    case foreignOffset = "foreign_offset"
    case fenced = "fenced"
    case auditSchemaNewer = "audit_schema_newer"
    case auditSchemaMissing = "audit_schema_missing"
    case auditBusy = "audit_busy"
    case wireStale = "wire_stale"
    case malformedStream = "malformed_stream"
    case changeRefused = "change_refused"
    case serverError = "server_error"
    case httpUnavailable = "http_unavailable"
    case outputFailed = "output_failed"
    case kafkaUnreachable = "kafka_unreachable"
    case kafkaFailed = "kafka_failed"
    case eventRefused = "event_refused"
    case registryUnreachable = "registry_unreachable"
    case registryRefused = "registry_refused"
    case unexpected = "unexpected"
  }
}

extension Failure.Kind {
  /// Whether time alone can heal it.
  public var isTransient: Bool {
    switch self {
    case .sourceUnreachable, .auditUnreachable, .slotInUse, .auditBusy, .wireStale, .kafkaUnreachable,
      .registryUnreachable:
      true
    case .authentication, .databaseMissing, .privilegeMissing, .walLevel, .slotMissing, .slotInvalidated, .slotUnfit,
      .publicationMissing, .publicationIncomplete, .publicationFeedsItself, .gap, .offsetAhead, .foreignOffset, .fenced,
      .auditSchemaNewer, .auditSchemaMissing, .malformedStream, .changeRefused, .serverError, .httpUnavailable,
      .outputFailed, .kafkaFailed, .eventRefused, .registryRefused, .unexpected:
      false
    }
  }

  /// The exit code of a program that stops for this. 1 is for what nobody foresaw, 2 for wrong settings.
  public var exitCode: Int32 {
    switch self {
    case .unexpected: 1
    case .sourceUnreachable: 10
    case .auditUnreachable: 11
    case .authentication: 12
    case .databaseMissing: 13
    case .privilegeMissing: 14
    case .walLevel: 15
    case .slotMissing: 20
    case .slotInUse: 21
    case .slotInvalidated: 22
    case .slotUnfit: 23
    case .publicationMissing: 24
    case .publicationIncomplete: 25
    case .publicationFeedsItself: 26
    case .gap: 30
    case .offsetAhead: 31
    case .foreignOffset: 32
    case .fenced: 33
    case .auditSchemaNewer: 34
    case .auditSchemaMissing: 35
    case .auditBusy: 36
    case .wireStale: 37
    case .malformedStream: 40
    case .changeRefused: 41
    case .serverError: 42
    case .httpUnavailable: 43
    case .outputFailed: 44
    case .kafkaUnreachable: 50
    case .kafkaFailed: 51
    case .eventRefused: 52
    case .registryUnreachable: 53
    case .registryRefused: 54
    }
  }

  /// What it means, in a sentence.
  public var meaning: String {
    switch self {
    case .sourceUnreachable: "The source database cannot be reached or closed the connection."
    case .auditUnreachable: "The audit database cannot be reached or closed the connection."
    case .authentication: "A server refused the user, the password or the certificate."
    case .databaseMissing: "The database named in the settings does not exist on that server."
    case .privilegeMissing: "The role lacks a right that the program needs."
    case .walLevel: "The source server does not write enough to its log for logical decoding."
    case .slotMissing: "The slot that the stored offset belongs to is gone; what was written since may be gone with it."
    case .slotInUse: "Another process reads the slot."
    case .slotInvalidated: "The server gave up the slot's log; changes since the offset can no longer be read from it."
    case .slotUnfit: "The slot exists and cannot serve: wrong plugin, wrong database, physical or temporary."
    case .publicationMissing: "The publication does not exist and may not be created."
    case .publicationIncomplete: "Tables that are to be captured are not in the publication."
    case .publicationFeedsItself: "The publication includes the audit tables: each audit row would make another."
    case .gap: "The slot stands ahead of the stored offset: changes in between were never recorded."
    case .offsetAhead: "The stored offset lies ahead of the source: it was restored from a backup, or failed over."
    case .foreignOffset: "The stored offset belongs to another server or database."
    case .fenced: "Another instance took over the slot; this one may write nothing more."
    case .auditSchemaNewer: "The audit schema was made by a newer version of the program."
    case .auditSchemaMissing: "The audit schema does not exist and may not be created by this role."
    case .auditBusy: "The audit database refuses work for now: full disk, lock, time limit, too many connections."
    case .wireStale: "The source's connection went quiet although an answer was asked for."
    case .malformedStream: "The source sent something that is not the replication protocol."
    case .changeRefused: "The audit database cannot store a change, and the settings say to stop then."
    case .serverError: "A server answered with an error that waiting does not heal."
    case .httpUnavailable: "The HTTP server cannot listen on its address."
    case .outputFailed: "Events or their offset cannot be written to their file, or a transform refuses one."
    case .kafkaUnreachable: "No Kafka broker answers, or not in time."
    case .kafkaFailed: "The Kafka client cannot work as it is set, or the brokers do not let it."
    case .eventRefused: "A Kafka broker will never take an event, and the settings say to stop then."
    case .registryUnreachable: "The schema registry does not answer."
    case .registryRefused: "The schema registry does not take a schema, or does not let us."
    case .unexpected: "Something nobody foresaw."
    }
  }

  /// The operator's next step.
  public var advice: String {
    switch self {
    case .sourceUnreachable: "check database.hostname, database.port and the network; it is tried again by itself"
    case .auditUnreachable: "check audit.url and the network; it is tried again by itself, and the slot keeps the log"
    case .authentication: "check user, password and certificate in the settings, and the server's pg_hba.conf"
    case .databaseMissing: "check the database's name in the settings, or create it"
    case .privilegeMissing: "run cdc-direct check: it prints the GRANT or ALTER ROLE that is missing"
    case .walLevel: "set wal_level = logical in the source's postgresql.conf and restart that server"
    case .slotMissing:
      "cdc-direct recover tells what is lost and goes on when told to; or take a new snapshot with "
        + "snapshot.mode=when_needed, which records the gap and starts anew"
    case .slotInUse: "stop the other process, or give this one a slot.name of its own; it is tried again by itself"
    case .slotInvalidated:
      "cdc-direct recover tells what is lost and goes on when told to; or take a new snapshot with "
        + "snapshot.mode=when_needed, which makes the slot anew; raise max_slot_wal_keep_size"
    case .slotUnfit: "choose another slot.name, or drop the slot with pg_drop_replication_slot"
    case .publicationMissing:
      "create it, or set publication.autocreate.mode to filtered or all_tables; a publication that is younger than a "
        + "change which the slot has still to send is missing for PostgreSQL: then drop the slot and begin anew with "
        + "snapshot.mode=when_needed"
    case .publicationIncomplete: "add the tables with ALTER PUBLICATION … ADD TABLE"
    case .publicationFeedsItself: "keep the audit schema in a database of its own, or publish chosen tables only"
    case .gap:
      "cdc-direct recover tells what is lost and goes on when told to; or take a new snapshot with "
        + "snapshot.mode=when_needed, which records the gap and starts anew"
    case .offsetAhead:
      "make sure this is the right server; then cdc-direct recover tells what is lost and goes on when told to; or "
        + "snapshot.mode=when_needed records the gap and starts anew"
    case .foreignOffset:
      "check database.*; if the source was really replaced, cdc-direct recover goes on when told to; or use another "
        + "slot.name or audit.schema for this source"
    case .fenced: "nothing, if the other instance is meant to run; otherwise stop it and start this one again"
    case .auditSchemaNewer: "run the newer version of cdc-direct, or use another audit.schema"
    case .auditSchemaMissing: "run cdc-direct init once as a role that may create the schema"
    case .auditBusy: "look at the audit server's log; it is tried again by itself, and the slot keeps the log"
    case .wireStale: "check the network between here and the source; it is reconnected by itself"
    case .malformedStream:
      "make sure nothing sits between here and the source; report it with the debug log if it stays"
    case .changeRefused: "see cdc-direct errors list; set errors.tolerance=all to set such changes aside and go on"
    case .serverError: "see the server's own words above and its log"
    case .httpUnavailable: "choose another http.port, or set http.enabled=false"
    case .outputFailed:
      "check the path, its rights and the disk's room; start again: it goes on from the last stored position"
    case .kafkaUnreachable:
      "check kafka.bootstrap.servers and the network; it is tried again by itself, and the slot keeps the log"
    case .kafkaFailed: "run cdc-direct check: it prints what the brokers say"
    case .eventRefused:
      "name a topic in errors.deadletterqueue.topic.name, or raise the limit that the broker names; "
        + "errors.tolerance=all goes on without such an event"
    case .registryUnreachable: "check the converters' schema.registry.url; it is tried again by itself"
    case .registryRefused: "run cdc-direct schema check; change the table, or the subject's compatibility"
    case .unexpected: "report it with the debug log"
    }
  }
}
