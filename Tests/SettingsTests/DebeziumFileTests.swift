import Settings
import Testing

@Suite struct DebeziumFileTests {
  @Test func `a connector's JSON as Kafka Connect takes it works unchanged`() throws {
    let settings = try Settings.load(
      texts: [("inventory-connector.json", Self.connector)],
      environment: ["AUDIT_URL": "postgresql://writer@trail/audit"])
    #expect(settings.database.connection["host"] == "postgres")
    #expect(settings.database.connection["port"] == "5432")
    #expect(settings.database.connection["password"] == "dbz")
    #expect(settings.database.connection["dbname"] == "inventory")
    #expect(settings.database.connection["keepalives"] == "1")
    #expect(settings.audit.connection["dbname"] == "postgresql://writer@trail/audit")
    #expect(settings.audit.connection["port"] == nil)
    #expect(settings.slot.name == "inventory_slot")
    #expect(settings.publication.autocreateMode == .filtered)
    #expect(settings.snapshot.mode == .initial)
    #expect(settings.capture.includes(schema: "inventory", table: "orders"))
    #expect(!settings.capture.includes(schema: "public", table: "orders"))
    #expect(settings.heartbeat.interval == .seconds(10))
    #expect(settings.retry.maximumAttempts == nil)
    for name in [
      "topic.prefix", "decimal.handling.mode", "key.converter", "value.converter.schemas.enable", "tasks.max",
      "connector.class", "transforms.unwrap.type", "name",
    ] {
      #expect(settings.notices.contains { $0.hasPrefix("\(name) (inventory-connector.json:") }, "\(name)")
    }
  }

  @Test func `defaults are Debezium's, or say that they are not`() throws {
    let settings = try Settings.load(environment: required)
    #expect(settings.slot.name == "debezium")
    #expect(settings.slot.maxRetries == nil)
    #expect(settings.slot.retryDelay == .seconds(10))
    #expect(settings.slot.createTimeout == .seconds(90))
    #expect(settings.publication.name == "dbz_publication")
    #expect(settings.publication.autocreateMode == .allTables)
    #expect(settings.stream.statusInterval == .seconds(10))
    #expect(settings.stream.memoryBudget == 8 << 20)
    #expect(settings.audit.batchMaxChanges == 50_000)
    #expect(settings.audit.batchMaxBytes == 32 << 20)
    #expect(settings.audit.batchMaxDelay == .milliseconds(10))
    #expect(settings.audit.schema == "cdc")
    #expect(settings.audit.partitionInterval == .month)
    #expect(settings.retry.tolerance == .all)
    #expect(settings.retry.initialDelay == .milliseconds(100))
    #expect(settings.retry.maximumDelay == .seconds(30))
    #expect(settings.shutdownTimeout == .seconds(10))
    #expect(settings.http.isEnabled)
    #expect(settings.http.host == "127.0.0.1")
    #expect(settings.http.port == 8085)
    #expect(settings.log.format == .auto)
    #expect(settings.capture.skippedOperations.isEmpty)
    #expect(settings.heartbeat.interval == nil)
    #expect(settings.notices.isEmpty)
  }

  @Test func `a password beside a URL goes after it, so that it wins`() throws {
    let settings = try Settings.load(environment: required.merging(["AUDIT_PASSWORD": "x"]) { first, _ in first })
    #expect(settings.audit.connection.keywords.map(\.keyword) == ["dbname", "password"])
  }

  @Test func `texts become types`() throws {
    let settings = try load(
      """
      slot.stream.params: add-tables=public.a;origin=none
      replica.identity.autoset.values: public.a:FULL, public\\.b.*:INDEX b_key, c.d:default
      database.initial.statements: SET a = 1; SELECT ';;' ;
      skipped.operations: u,t
      log.level.reader: TRACE
      audit.batch.max.bytes: 1MiB
      audit.synchronous.commit: remote_apply
      errors.max.retries: 0
      errors.max: 7
      retriable.restart.connector.wait.ms: 5000
      executor.shutdown.timeout.ms: 4000
      http.max.lag.seconds: 30
      max.queue.size.in.bytes: 1000
      audit.connect.timeout.ms: 1500
      snapshot.include.collection.list: public.a
      """, as: "a.yaml")
    #expect(settings.slot.streamParameters.map(\.keyword) == ["add-tables", "origin"])
    #expect(settings.publication.replicaIdentities.map(\.identity) == [.full, .index("b_key"), .default])
    #expect(settings.publication.replicaIdentities[1].tables.matches("public.bbb"))
    #expect(settings.database.initialStatements == ["SET a = 1", "SELECT ';'"])
    #expect(settings.capture.skippedOperations == [.update])
    #expect(settings.log.level(of: .reader) == .trace)
    #expect(settings.log.level(of: .audit) == .info)
    #expect(settings.audit.batchMaxBytes == 1 << 20)
    #expect(settings.audit.synchronousCommit == .remoteApply)
    #expect(settings.audit.connection["connect_timeout"] == "2")
    #expect(settings.retry.maximumAttempts == 0)
    #expect(settings.retry.maximumErrors == 7)
    #expect(settings.retry.initialDelay == .seconds(5))
    #expect(settings.retry.maximumDelay == .seconds(5))
    #expect(settings.shutdownTimeout == .seconds(4))
    #expect(settings.http.maximumLag == .seconds(30))
    #expect(settings.stream.memoryBudget == 1 << 20)
    #expect(settings.snapshot.includes(schema: "public", table: "a"))
    #expect(!settings.snapshot.includes(schema: "public", table: "b"))
  }

  private static let connector = """
    {
      "name": "inventory-connector",
      "config": {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "tasks.max": "1",
        "database.hostname": "postgres",
        "database.port": "5432",
        "database.user": "postgres",
        "database.password": "dbz",
        "database.dbname": "inventory",
        "topic.prefix": "dbserver1",
        "plugin.name": "pgoutput",
        "slot.name": "inventory_slot",
        "publication.name": "inventory_pub",
        "publication.autocreate.mode": "filtered",
        "schema.include.list": "inventory",
        "table.include.list": "inventory\\\\.(orders|customers),inventory.products",
        "snapshot.mode": "initial",
        "snapshot.fetch.size": 10240,
        "heartbeat.interval.ms": "10000",
        "decimal.handling.mode": "string",
        "time.precision.mode": "connect",
        "hstore.handling.mode": "json",
        "tombstones.on.delete": "false",
        "provide.transaction.metadata": "true",
        "max.batch.size": "2048",
        "max.queue.size": "8192",
        "errors.max.retries": "-1",
        "errors.log.enable": "true",
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "key.converter.schemas.enable": "false",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
        "transforms": "unwrap",
        "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
        "signal.enabled.channels": "source"
      }
    }
    """
}
