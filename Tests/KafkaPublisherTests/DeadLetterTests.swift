import Events
import Testing

@testable import KafkaPublisher

@Suite struct DeadLetterTests {
  private func headers(_ words: Words, in partition: Int32? = nil) -> [String: String] {
    let list = DeadLetter.headers(
      RecordSample.record(partition: partition), RecordSample.shape, words, connector: "srv")
    return Dictionary(uniqueKeysWithValues: list.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) })
  }

  @Test func `headers tell what a record was, why it is here and where it stood`() {
    #expect(
      headers(Words(code: "MSG_SIZE_TOO_LARGE", what: "sending a record: too large"), in: 3) == [
        "__connect.errors.topic": "srv.public.t", "__connect.errors.partition": "3",
        "__connect.errors.connector.name": "srv", "__connect.errors.task.id": "0",
        "__connect.errors.stage": "KAFKA_PRODUCE", "__connect.errors.exception.class.name": "MSG_SIZE_TOO_LARGE",
        "__connect.errors.exception.message": "sending a record: too large", "__cdc_direct.commit_lsn": "10/20",
        "__cdc_direct.ordinal": "7", "__cdc_direct.lsn": "0/18", "__cdc_direct.part": "2",
      ])
  }

  @Test func `a key decides on the partition where no other is known`() {
    #expect(headers(Words(code: "c", what: "w"))["__connect.errors.partition"] == nil)
  }

  @Test func `what was never converted says so`() {
    let words = Words(code: "AVRO", what: "w", isUnconverted: true)
    #expect(headers(words)[DeadLetter.stage] == DeadLetter.unconverted)
  }

  @Test func `a replay takes all of them away again`() {
    let names = headers(Words(code: "c", what: "w"), in: 1).keys
    #expect(names.allSatisfy { name in DeadLetter.prefixes.contains { name.hasPrefix($0) } })
  }
}
