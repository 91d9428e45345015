/// When a sink transaction is committed: whole source transactions share one until it is large or old enough.
public struct BatchPolicy: Hashable, Sendable {
  /// Changes from which a batch is committed at the next transaction's end.
  public var maxChanges: Int
  /// Bytes from which a batch is committed at the next transaction's end.
  public var maxBytes: Int
  /// Time since the last commit from which a batch is committed at the next transaction's end: what comes after a
  /// quiet time is committed at once, a steady stream in batches of this length.
  public var maxDelay: Duration
  /// Bytes that are rendered before they are handed to the sink; part of the memory budget.
  public var bufferBytes: Int
  /// How often the position of an idle stream is stored.
  public var idleInterval: Duration

  /// A policy by its bounds.
  public init(
    maxChanges: Int = 50_000, maxBytes: Int = 32 << 20, maxDelay: Duration = .milliseconds(10),
    bufferBytes: Int = 256 << 10, idleInterval: Duration = .seconds(10)
  ) {
    self.maxChanges = maxChanges
    self.maxBytes = maxBytes
    self.maxDelay = maxDelay
    self.bufferBytes = bufferBytes
    self.idleInterval = idleInterval
  }

  /// The delay while the sink is behind: a tenth of the lag, as larger batches then catch up sooner and nobody notices.
  /// Without a delay each transaction is still committed on its own.
  func delay(whenBehind lag: Duration) -> Duration {
    maxDelay == .zero ? .zero : max(maxDelay, min(.milliseconds(250), lag / 10))
  }
}
