internal import FoundationEssentials
public import Synchronization

/// What the publisher tells of itself: readable from anywhere, one for all sessions of a process.
public final class KafkaStatus: Sendable {
  /// librdkafka's own figures, as it told them last.
  ///
  /// Source: librdkafka, `STATISTICS.md`.
  public struct Client: Sendable, Decodable {
    /// Records that wait to be sent.
    public var msg_cnt = 0
    /// Their bytes.
    public var msg_size = 0
    /// Records that were sent.
    public var txmsgs = 0
    /// Their bytes, with what belongs to them.
    public var txmsg_bytes = 0
    /// By broker name.
    public var brokers: [String: Broker] = [:]
    /// By topic.
    public var topics: [String: Topic] = [:]

    /// One connection.
    public struct Broker: Sendable, Decodable {
      /// The broker's number; below 0 for one that is only an address yet.
      public var nodeid = -1
      /// For example `UP`.
      public var state = ""
      /// Requests that wait for their answer.
      public var waitresp_cnt = 0
      /// Records in those requests.
      public var waitresp_msg_cnt = 0
      /// Requests that failed.
      public var txerrs = 0
      /// Requests that were sent again.
      public var txretries = 0
      /// Requests without an answer in time.
      public var req_timeouts = 0
      /// From sending a request to its answer.
      public var rtt = Window()
      /// How long brokers asked us to wait.
      public var throttle = Window()
    }

    /// A topic.
    public struct Topic: Sendable, Decodable {
      /// How large batches are, in bytes.
      public var batchsize = Window()
      /// How many records they hold.
      public var batchcnt = Window()
      /// By partition.
      public var partitions: [String: Partition] = [:]
    }

    /// A partition.
    public struct Partition: Sendable, Decodable {
      /// Records that were sent to it.
      public var txmsgs = 0
      /// Their bytes.
      public var txbytes = 0
      /// Records that wait.
      public var msgq_cnt = 0
    }

    /// Values of the last seconds.
    public struct Window: Sendable, Decodable {
      /// The mean.
      public var avg = 0
      /// The highest of 99 in 100.
      public var p99 = 0
      /// The highest.
      public var max = 0
    }
  }

  /// Whether brokers answer, as far as is known.
  public enum Reach: String, Sendable {
    /// Nobody asked yet.
    case unknown
    /// They do.
    case there
    /// They do not; the trail goes on without them.
    case away
    /// Publishing was given up for the primary's sake, until they are back.
    case givenUp
  }

  private let client = Mutex(Client())
  private let current = Mutex((reach: Reach.unknown, reason: ""))
  /// Records that were delivered.
  public let delivered = Atomic<Int>(0)
  /// Records that brokers refused for good.
  public let refused = Atomic<Int>(0)
  /// Records that went to the dead letter topic.
  public let deadLetters = Atomic<Int>(0)
  /// Kafka transactions that were committed.
  public let transactions = Atomic<Int>(0)

  /// Nothing published yet.
  public init() {}

  /// librdkafka's figures as they are now.
  public var statistics: Client { client.withLock { $0 } }

  /// Whether brokers answer, and the last reason why they did not.
  public var reach: (reach: Reach, reason: String) { current.withLock { $0 } }

  /// Notes whether brokers answer.
  public func note(_ reach: Reach, reason: String = "") {
    let isOther = current.withLock { current in
      defer { current = (reach, reason) }
      return current.reach != reach
    }
    // The figures are those of a client that is gone.
    if isOther { client.withLock { $0 = Client() } }
  }

  /// Takes librdkafka's JSON; what cannot be read is left out.
  func take(_ json: String) {
    guard let figures = try? JSONDecoder().decode(Client.self, from: Data(json.utf8)) else { return }
    client.withLock { $0 = figures }
  }
}
