/// How publishing to Kafka stands, for a status report.
public struct KafkaStatusReport: Sendable, Hashable, Codable {
  /// Whether brokers answer, as far as is known.
  public var reach: KafkaReading.Reach
  /// Whether records can be delivered now.
  public var isReachable: Bool
  /// Why brokers do not answer; nil while they do.
  public var reason: String?
  /// Seconds since they do not; nil while they do.
  public var awaySeconds: Double?
  /// Bytes of log that the source keeps for them; nil when unknown.
  public var heldBackBytes: UInt64?
  /// Records delivered.
  public var delivered: UInt64
  /// Records that brokers refused for good.
  public var refused: UInt64
  /// Records that went to the dead letter topic.
  public var deadLetters: UInt64
  /// Kafka transactions committed.
  public var transactions: UInt64
  /// Records that wait to be sent.
  public var queuedRecords: UInt64
  /// Their bytes.
  public var queuedBytes: UInt64

  /// The publisher of a snapshot; nil where nothing is published.
  public init?(_ now: OperationsSnapshot) {
    guard let kafka = now.kafka else { return nil }
    reach = kafka.reach
    isReachable = kafka.isReachable
    reason = kafka.reason.isEmpty ? nil : kafka.reason
    awaySeconds = now.brokersAwaySince.map { now.age($0) }
    heldBackBytes = now.heldBackBytes
    delivered = kafka.delivered
    refused = kafka.refused
    deadLetters = kafka.deadLetters
    transactions = kafka.transactions
    queuedRecords = kafka.queuedRecords
    queuedBytes = kafka.queuedBytes
  }
}
