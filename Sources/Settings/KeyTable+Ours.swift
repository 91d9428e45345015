private let port = Key.Kind.integer(1...65535)
private let milliseconds = Key.Kind.milliseconds(0...2_147_483_647)
private let sslmodes = Key.Kind.enumeration(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
private let trailOnly = Key.Support.noMeaning("`stream` writes events and no audit trail")
private let noServer = Key.Support.noMeaning("`stream` serves no HTTP; `run` does")
private let failures = Key.Support.noMeaning(
  "event.converting.failure.handling.mode and event.processing.failure.handling.mode decide")
private let levels = Key.Kind.enumeration(Settings.LogLevel.allCases.map(\.rawValue))

extension KeyTable {
  static let audit: [Key] = [
    ours(
      .audit, "audit.url", .secretURI, "",
      "Connection URI (postgresql://…) of the audit database, in place of hostname, port, user, dbname.",
      events: trailOnly),
    ours(
      .audit, "audit.hostname", .text, "", "Host, or the directory of a Unix socket. Required, or a URL.",
      events: trailOnly),
    ours(.audit, "audit.port", port, "5432", "Port of the server.", events: trailOnly),
    ours(
      .audit, "audit.user", .text, "", "Login role; needs only what the writer role is granted. Required.",
      events: trailOnly),
    ours(.audit, "audit.password", .secret, "", "Its password; wins over one in the URL.", events: trailOnly),
    ours(.audit, "audit.passfile", .path, "", "Password file in libpq's .pgpass form.", events: trailOnly),
    ours(.audit, "audit.dbname", .text, "", "Database of the trail. Required, or a URL.", events: trailOnly),
    ours(.audit, "audit.sslmode", sslmodes, "prefer", "How TLS is used, in libpq's words.", events: trailOnly),
    ours(.audit, "audit.sslcert", .path, "", "Client certificate file.", events: trailOnly),
    ours(.audit, "audit.sslkey", .path, "", "Client key file.", events: trailOnly),
    ours(.audit, "audit.sslpassword", .secret, "", "Password of the client key.", events: trailOnly),
    ours(
      .audit, "audit.sslrootcert", .path, "", "Root certificates that the server's must come from.", events: trailOnly),
    ours(.audit, "audit.tcpKeepAlive", .boolean, "true", "TCP keepalives on connections.", events: trailOnly),
    ours(
      .audit, "audit.connect.timeout.ms", .milliseconds(0...3_600_000), "10000",
      "How long one attempt to connect may take, in whole seconds rounded up; 0: no limit.", events: trailOnly),
    ours(.audit, "audit.schema", .identifier, "cdc", "Schema of the trail's tables.", events: trailOnly),
    ours(
      .audit, "audit.batch.max.changes", .integer(1...10_000_000), "50000",
      "A commit to the audit database follows at the latest after so many changes, once a source transaction ends.",
      events: trailOnly),
    ours(
      .audit, "audit.batch.max.bytes", .bytes(1024...1_073_741_824), "33554432",
      "… after so many bytes of rows, once a source transaction ends.", events: trailOnly),
    ours(
      .audit, "audit.batch.max.delay.ms", .milliseconds(0...600_000), "10",
      "… after so long since the last commit, once a source transaction ends; longer, up to 250 ms, while far behind.",
      events: trailOnly),
    ours(
      .audit, "audit.statement.timeout.ms", milliseconds, "300000",
      "Longest wait for one answer of the audit server; 0: none. A COPY that moves is not bounded by it.",
      events: trailOnly),
    ours(
      .audit, "audit.lock.timeout.ms", milliseconds, "30000", "lock_timeout of the writer's session; 0: none.",
      events: trailOnly),
    ours(
      .audit, "audit.partition.interval", .enumeration(Settings.PartitionInterval.allCases.map(\.rawValue)), "month",
      "Time that one partition of the trail holds.", events: trailOnly),
    ours(.audit, "audit.partition.ahead", .integer(0...120), "3", "Partitions made ahead of time.", events: trailOnly),
    ours(
      .audit, "audit.synchronous.commit", .enumeration(Settings.SynchronousCommit.allCases.map(\.rawValue)), "on",
      "synchronous_commit of the writer's session. Only what is flushed may be confirmed, so `off` is no choice.",
      events: trailOnly),
  ]

  static let pipeline: [Key] = [
    honoured(
      .pipeline, "max.queue.size.in.bytes", .bytes(0...68_719_476_736), "0",
      "Memory for changes between reading and writing; 0: 8 MiB (Debezium: no limit). Of less than 2 MiB the "
        + "buffers become smaller; more makes them no larger."),
    honoured(
      .pipeline, "errors.tolerance", .enumeration(Settings.ErrorTolerance.allCases.map(\.rawValue)), "",
      "A change that the audit database refuses, or an event that Kafka refuses for good, is set aside in"
        + " processing_error (all), or stops the run (none); unset: all. Of `stream` with Kafka: such an event is left"
        + " out (all), or stops it (none), unless dead letters take it; unset: none. Kafka Connect's default is none.",
      events: .honouredWith(.kafka)),
    ours(
      .pipeline, "errors.max", .integer(0...9_223_372_036_854_775_807), "0",
      "Stop after so many changes were set aside in one run; 0: no limit. Ours.", events: failures),
    honoured(
      .pipeline, "errors.max.retries", .integer(-1...2_147_483_647), "-1",
      "Restarts in a row after errors that can heal; -1: endless, 0: none."),
    ours(
      .pipeline, "reconnect.backoff.initial.ms", .milliseconds(1...3_600_000), "100",
      "First pause before a restart; it doubles, with jitter. Ours."),
    ours(
      .pipeline, "reconnect.backoff.max.ms", .milliseconds(1...3_600_000), "30000",
      "Longest pause before a restart. Ours."),
    honoured(
      .pipeline, "retriable.restart.connector.wait.ms", .milliseconds(1...3_600_000), "",
      "A fixed pause before each restart, in place of reconnect.backoff.*. Debezium's default is 10000; here unset."),
    ours(
      .pipeline, "shutdown.timeout.ms", .milliseconds(0...3_600_000), "10000",
      "How long an orderly stop may take before work is abandoned, which loses nothing. Ours."),
    honoured(
      .pipeline, "executor.shutdown.timeout.ms", .milliseconds(0...3_600_000), "",
      "Debezium's word for shutdown.timeout.ms, used when that is unset. Debezium's default is 4000."),
  ]

  static let http: [Key] = [
    ours(.http, "http.enabled", .boolean, "true", "Serve health, readiness and metrics.", events: noServer),
    ours(.http, "http.host", .text, "127.0.0.1", "Address to listen on; 0.0.0.0 for all.", events: noServer),
    ours(
      .http, "http.port", .integer(0...65535), "8085", "Port to listen on; 0: one that is free, told in the log.",
      events: noServer),
    ours(
      .http, "http.auth.token_file", .path, "",
      "File with a token of 16 or more characters: /status, /metrics and the details of /health and /ready need"
        + " `Authorization: Bearer` with it. Read again when it changes; others must not be able to read it.",
      events: noServer),
    ours(
      .http, "http.tls.certificate_file", .path, "",
      "PEM file with the server's certificate, and those between it and its root: HTTPS alone is served. Read again when"
        + " it changes.", events: noServer),
    ours(
      .http, "http.tls.key_file", .path, "",
      "PEM file with the certificate's key, without a password; others must not be able to read it.", events: noServer),
    ours(
      .http, "http.max.lag.bytes", .bytes(0...9_223_372_036_854_775_807), "0",
      "Not ready when the trail is further behind the source; 0: no bound.", events: noServer),
    ours(
      .http, "http.max.lag.seconds", .seconds(0...31_536_000), "0",
      "Not ready when the trail is further behind the source; 0: no bound.", events: noServer),
  ]

  static let log: [Key] =
    [
      ours(.log, "log.level", levels, "info", "Least severe messages that are written."),
      ours(
        .log, "log.format", .enumeration(Settings.LogFormat.allCases.map(\.rawValue)), "auto",
        "json: one object a line; text: for people; auto: text on a terminal, else json."),
    ]
    + Settings.LogComponent.allCases.map {
      ours(.log, "log.level.\($0.rawValue)", levels, "", "The same for the \($0.rawValue) alone; unset: log.level.")
    }
}
