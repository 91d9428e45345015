internal import Synchronization

/// What encoder and writer of a fork share: the second sink's batch while the first one's is on its way, and which of the
/// changes since the last commit the first sink was not given.
final class Handoff: Sendable {
  private let full = Mutex<EncodedBatch?>(nil)
  private let spare = Mutex<EncodedBatch?>(nil)
  private let encoded = Atomic<Int>(0)
  /// Runs of changes that the first sink was not given, by their number since the last commit.
  private let withheld = Mutex<[Range<Int>]>([])

  /// Leaves a full batch for the writer.
  func leave(_ batch: consuming EncodedBatch) {
    var moved: EncodedBatch? = consume batch
    full.withLock { $0 = moved.take() }
  }

  /// The full batch, if there is one.
  func collect() -> EncodedBatch? { full.withLock { $0.take() } }

  /// Gives an emptied batch back.
  func giveBack(_ batch: consuming EncodedBatch) {
    var moved: EncodedBatch? = consume batch
    spare.withLock { $0 = moved.take() }
  }

  /// An empty batch.
  func takeSpare() -> EncodedBatch { spare.withLock { $0.take() } ?? EncodedBatch() }

  /// Counts a change.
  /// - Parameter isForFirst: whether the first sink was given it.
  func count(isForFirst: Bool) {
    let number = encoded.wrappingAdd(1, ordering: .relaxed).oldValue
    guard !isForFirst else { return }
    withheld.withLock { runs in
      if let last = runs.last, last.upperBound == number {
        runs[runs.count - 1] = last.lowerBound..<(number + 1)
      } else {
        runs.append(number..<(number + 1))
      }
    }
  }

  /// The number among all changes of the n-th that the first sink was given.
  func number(ofFirst index: Int) -> Int {
    withheld.withLock { runs in
      var number = index
      for run in runs where run.lowerBound <= number { number += run.count }
      return number
    }
  }

  /// Everything so far is committed.
  func committed() {
    encoded.store(0, ordering: .relaxed)
    withheld.withLock { $0.removeAll() }
  }
}
