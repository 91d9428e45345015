import Decoder
import Events
import Pipeline
import Testing

@testable import KafkaPublisher

@Suite struct RefusalsTests {
  private let error = KafkaError(.recordRefused, name: "MSG_SIZE_TOO_LARGE", "no", at: "brokers")

  private func identity(_ record: EncodedRecord, _ key: String? = #"{"id":1}"#) -> RecordIdentity {
    guard let key else { return RecordIdentity(record, "t", nil) }
    return Array(key.utf8).withUnsafeBytes { RecordIdentity(record, "t", $0) }
  }

  @Test func `a record that was refused among others is not the one for sure`() throws {
    let refusals = Refusals()
    let record = identity(RecordSample.record())
    refusals.note(record, error, asDeadLetter: false, alone: false)
    #expect(try #require(refusals.refusal(of: record)).isFinal(after: .zero) == false)
    refusals.note(record, error, asDeadLetter: false, alone: true)
    #expect(try #require(refusals.refusal(of: record)).isFinal(after: .zero))
    #expect(refusals.refusal(of: identity(RecordSample.record(part: 3))) == nil)
  }

  @Test func `it is tried again for as long as that is asked for`() throws {
    let refusals = Refusals()
    let record = identity(RecordSample.record())
    refusals.note(record, error, asDeadLetter: false, alone: true)
    let refusal = try #require(refusals.refusal(of: record))
    #expect(!refusal.isFinal(after: .seconds(3600)) && !refusal.isFinal(after: nil))
    #expect(refusals.isWaiting(.seconds(3600)) && refusals.isWaiting(nil) && !refusals.isWaiting(.zero))
  }

  @Test func `a commit forgets them, and a refused dead letter is known as one`() throws {
    let refusals = Refusals()
    let record = identity(RecordSample.record())
    refusals.note(record, error, asDeadLetter: true, alone: true)
    refusals.note(record, error, asDeadLetter: false, alone: false)
    let refusal = try #require(refusals.refusal(of: record))
    #expect(refusal.isDeadLetterRefused && refusal.isAlone)
    refusals.committed()
    #expect(refusals.isEmpty && refusals.refusal(of: record) == nil)
  }

  @Test func `a row of a snapshot is known by its key, also when the snapshot is taken anew`() {
    let (one, other) = (RecordSample.record(.snapshot, commit: 1), RecordSample.record(.snapshot, commit: 2, part: 9))
    #expect(identity(one) == identity(other))
    #expect(identity(one) != identity(other, #"{"id":2}"#))
    #expect(identity(one, nil) == identity(other, nil))
    #expect(identity(one, nil) != identity(RecordSample.record(.snapshot, ordinal: 8), nil))
    #expect(identity(RecordSample.record(commit: 1)) != identity(RecordSample.record(commit: 2)))
  }
}
