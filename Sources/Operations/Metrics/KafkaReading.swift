/// What is known of publishing to Kafka at one moment.
public struct KafkaReading: Sendable, Hashable {
  /// Whether brokers answer, as far as is known.
  public enum Reach: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nobody asked yet.
    case unknown
    /// They do.
    case there
    /// They do not.
    case away
    /// Publishing was given up for the source's sake, until they are back.
    case givenUp = "given_up"
  }

  /// One broker's connection, in figures of this session.
  public struct Broker: Sendable, Hashable {
    /// Its number in the cluster.
    public var id: Int
    /// Whether it is connected.
    public var isConnected = false
    /// Requests that wait for their answer.
    public var requestsInFlight: UInt64 = 0
    /// Records in those requests.
    public var recordsInFlight: UInt64 = 0
    /// Seconds from a request to its answer of late: the mean.
    public var roundTrip = 0.0
    /// The same, of the slowest hundredth.
    public var slowRoundTrip = 0.0
    /// Seconds for which the broker asked us to wait of late: the mean.
    public var throttle = 0.0
    /// Requests that were sent again.
    public var retries: UInt64 = 0
    /// Requests that failed.
    public var errors: UInt64 = 0
    /// Requests without an answer in time.
    public var timeouts: UInt64 = 0

    /// A broker of which nothing is known yet.
    public init(id: Int) { self.id = id }
  }

  /// One topic, in figures of this session.
  public struct Topic: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Records sent.
    public var records: UInt64 = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// Records of a batch of late: the mean.
    public var batchRecords: UInt64 = 0
    /// Bytes of a batch of late: the mean.
    public var batchBytes: UInt64 = 0

    /// A topic to which nothing was sent yet.
    public init(name: String) { self.name = name }
  }

  /// Whether brokers answer.
  public var reach = Reach.unknown
  /// Why they do not, without secrets; empty while they do.
  public var reason = ""
  /// Whether nothing else is written: no trail goes on while brokers are away.
  public var isOnlySink = false
  /// Records delivered.
  public var delivered: UInt64 = 0
  /// Records that brokers refused for good.
  public var refused: UInt64 = 0
  /// Records that went to the dead letter topic.
  public var deadLetters: UInt64 = 0
  /// Kafka transactions committed.
  public var transactions: UInt64 = 0
  /// Records that wait to be sent.
  public var queuedRecords: UInt64 = 0
  /// Their bytes.
  public var queuedBytes: UInt64 = 0
  /// Each broker by its number; empty before the client tells of any.
  public var brokers: [Broker] = []
  /// Each topic by its name; empty unless topics are to be told of.
  public var topics: [Topic] = []

  /// Nothing published yet.
  public init() {}

  /// Records on their way to brokers.
  public var recordsInFlight: UInt64 { brokers.reduce(0) { $0 &+ $1.recordsInFlight } }

  /// Whether records can be delivered now, as far as is known.
  ///
  /// An idle publisher learns from its connections alone that brokers went away.
  public var isReachable: Bool {
    switch reach {
    case .unknown, .there: brokers.isEmpty || brokers.contains(where: \.isConnected)
    case .away, .givenUp: false
    }
  }
}
