internal import Synchronization

/// Where the second sink's batch waits while the first one's is on its way: encoder and writer of a fork share it.
final class Handoff: Sendable {
  private let full = Mutex<EncodedBatch?>(nil)
  private let spare = Mutex<EncodedBatch?>(nil)
  /// Changes that only the second sink took since the last commit: the first has them already.
  let skippedByFirst = Atomic<Int>(0)

  /// Leaves a full batch and takes an empty one.
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
}
