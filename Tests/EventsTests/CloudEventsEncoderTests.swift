import Decoder
import Testing
import WAL

@testable import Events

/// CloudEvents on their way through an encoder.
@Suite struct CloudEventsEncoderTests {
  private typealias Sample = EnvelopeSample

  private func settings(_ properties: String) throws -> EventSettings {
    var (form, settings) = try CloudEventsTests.settings(properties)
    settings.valueForm = .cloudEvents(form)
    return settings
  }

  @Test func `headers cannot be read without their schemas`() throws {
    var settings = try settings("metadata.source=header")
    try settings.check()
    settings.headerSchemas = false
    #expect(throws: CloudEventsError.self) { try settings.check() }
    #expect(throws: CloudEventsError.self) { _ = try EventEncoder(settings, run: RunIdentity(), state: EncoderState()) }
  }

  /// Events of an encoder, some of which are no change events.
  private func output(_ change: (inout EventSettings) throws -> Void = { _ in }) throws -> Sample.Output {
    var settings = try settings("json.schemas.enable=false")
    (settings.keySchemas, settings.headerSchemas, settings.transactionMetadata) = (false, false, true)
    try change(&settings)
    return try Sample.transaction(settings) { encoder, plan in
      encoder.change(.insert, plan, new: Sample.row(1, "Ad\"a"))
      encoder.change(.delete, plan, at: 760, old: Sample.key(1), .identity)
      encoder.message(
        LogicalMessage(isTransactional: true, lsn: LSN(770), prefix: "p", content: []), at: LSN(770))
      encoder.heartbeat()
    }
  }

  @Test func `an encoder writes changes as CloudEvents and no value for anything else`() throws {
    let lines = try output().lines
    #expect(
      lines.map(\.topic) == [
        "srv.transaction", "srv.public.people", "srv.public.people", "srv.public.people", "srv.message",
        "__debezium-heartbeat.srv", "srv.transaction",
      ])
    #expect(lines.map { $0.value == .null } == [true, false, false, true, true, true, true])
    let insert = lines[1].value
    #expect(insert.id == #"name:srv;lsn:750;txId:731;sequence:[null,"750"]"#)
    #expect(insert.time == "2025-12-25T17:46:40.123Z" && insert.iodebeziumop == "c" && insert.iodebeziumlsn == "750")
    #expect(insert.iodebeziumtxid == "731:750" && insert.iodebeziumtxtotalorder == "1")
    #expect(insert.iodebeziumsnapshot == "false" && insert.data.before == .null && insert.data.after.name == "Ad\"a")
    #expect(lines[2].value.data.before.id == 1 && lines[1].key == .object(["id": 1]))
  }

  @Test func `transforms come before the converter`() throws {
    let lines = try output { settings in
      settings.transformProperties = [
        "transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.r.regex": "srv\\.public\\.(.*)", "transforms.r.replacement": "$1",
      ]
    }.lines
    #expect(lines[1].topic == "people" && lines[1].value.data.after.id == 1)
  }

  @Test func `an event that cannot be a CloudEvent is set aside, and the batch stays whole`() throws {
    let output = try output { settings in
      settings.transformProperties = [
        "transforms": "s", "transforms.s.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
        "transforms.s.exclude": "after",
      ]
    }
    #expect(output.refused.count == 2 && output.refused.allSatisfy { $0.contains("'after'") }, "\(output.refused)")
    #expect(
      output.lines.map(\.topic) == [
        "srv.transaction", "srv.public.people", "srv.message", "__debezium-heartbeat.srv", "srv.transaction",
      ])
  }
}
