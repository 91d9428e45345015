import Events
import FoundationEssentials
import Testing

@testable import KafkaPublisher

@Suite struct RefusedRecordTests {
  private func back(_ record: RefusedRecord) throws -> RefusedRecord {
    try JSONDecoder().decode(RefusedRecord.self, from: Data(record.json.utf8))
  }

  @Test func `a record is read back as it was`() throws {
    let all = Array(UInt8.min...UInt8.max)
    let record = try back(
      RefusedRecord(
        topic: "t\"o\\p\u{1F600}", partition: 7, key: all, value: all.reversed(),
        [.init("h", all), .init("h", []), .init("none", nil), .init("", Array("x".utf8))], isUnconverted: true))
    #expect(record.topic == "t\"o\\p\u{1F600}" && record.partition == 7 && record.isUnconverted)
    #expect(record.key == Data(all) && record.value == Data(all.reversed()))
    #expect(record.headers.map(\.name) == ["h", "h", "none", ""])
    #expect(record.headers.map(\.value) == [Data(all), Data(), nil, Data("x".utf8)])
  }

  @Test func `nothing is not the same as empty`() throws {
    let none = try back(
      RefusedRecord(topic: "t", partition: nil, key: nil, value: nil, [], isUnconverted: false))
    #expect(none.partition == nil && none.key == nil && none.value == nil && !none.isUnconverted)
    let empty = try back(RefusedRecord(topic: "t", partition: 0, key: [], value: [], [], isUnconverted: false))
    #expect(empty.partition == 0 && empty.key == Data() && empty.value == Data())
  }
}
