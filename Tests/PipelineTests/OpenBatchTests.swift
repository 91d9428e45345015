import Decoder
import Testing
import WAL

@testable import Pipeline

@Suite struct OpenBatchTests {
  private func begin(_ commit: UInt64) -> Begin {
    Begin(commitLSN: LSN(commit), commitTime: PostgresTime(microseconds: Int64(commit)), transaction: TransactionID(1))
  }

  private func batch(_ transactions: [(commit: UInt64, changes: Int)]) -> OpenBatch {
    var batch = OpenBatch()
    for (commit, changes) in transactions {
      batch.open(begin(commit))
      for _ in 0..<changes { batch.count(.insert) }
      batch.close(at: LSN(commit + 1))
    }
    return batch
  }

  @Test func `a change's place is that in its own transaction`() {
    let batch = batch([(10, 2), (20, 1), (30, 3)])
    let places = (0..<6).map { batch.place(of: $0) }
    #expect(places.map { $0?.commitLSN } == [10, 10, 20, 30, 30, 30].map { LSN($0) })
    #expect(places.map { $0?.index } == [0, 1, 0, 0, 1, 2])
  }

  @Test(arguments: [-1, 6, .max, .min])
  func `a place outside of the batch is none`(index: Int) {
    #expect(batch([(10, 2), (20, 1), (30, 3)]).place(of: index) == nil)
    #expect(OpenBatch().place(of: index) == nil)
  }

  @Test func `a transaction that is opened again is the same`() {
    var batch = batch([(10, 2)])
    batch.open(begin(10))
    batch.count(.delete)
    #expect(batch.transactions == 1)
    #expect(batch.place(of: 2)?.index == 2)
  }

  @Test func `a batch counts what it holds, and an emptied one nothing`() {
    var batch = batch([(10, 2), (20, 1)])
    batch.count(.truncate)
    batch.wrote(bytes: 100)
    batch.wrote(bytes: 11)
    #expect(batch.changes == 4 && batch.transactions == 2 && batch.writtenBytes == 111 && !batch.isEmpty)
    #expect(batch.counts.inserts == 3 && batch.counts.truncates == 1 && batch.counts.updates == 0)
    #expect(batch.boundary == LSN(21) && batch.began != nil)
    #expect(batch.commitTimes.map(\.microseconds) == [10, 20])
    batch.clear()
    #expect(batch.isEmpty && batch.transactions == 0 && batch.writtenBytes == 0)
    #expect(batch.boundary == nil && batch.began == nil && batch.counts == ChangeCounts() && batch.place(of: 0) == nil)
  }
}
