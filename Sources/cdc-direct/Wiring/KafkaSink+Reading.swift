internal import Operations

#if Kafka
  internal import KafkaPublisher
  internal import Synchronization

  extension KafkaSink {
    /// The publisher's numbers now. - Parameter byTopic: whether topics are told of, too.
    func reading(byTopic: Bool) -> KafkaReading {
      var reading = KafkaReading()
      let (reach, reason) = status.reach
      reading.reach = KafkaReading.Reach(reach)
      reading.reason = reason
      reading.delivered = UInt64(clamping: status.delivered.load(ordering: .relaxed))
      reading.refused = UInt64(clamping: status.refused.load(ordering: .relaxed))
      reading.deadLetters = UInt64(clamping: status.deadLetters.load(ordering: .relaxed))
      reading.transactions = UInt64(clamping: status.transactions.load(ordering: .relaxed))
      let client = status.statistics
      reading.queuedRecords = UInt64(clamping: client.msg_cnt)
      reading.queuedBytes = UInt64(clamping: client.msg_size)
      // Addresses that were given have no number, and the broker behind each is told of by its own.
      reading.brokers = Dictionary(grouping: client.brokers.values.filter { $0.nodeid >= 0 }, by: \.nodeid)
        .map { KafkaReading.Broker(id: $0, $1) }.sorted { $0.id < $1.id }
      if byTopic {
        reading.topics = client.topics.map { KafkaReading.Topic(name: $0, $1) }.sorted { $0.name < $1.name }
      }
      return reading
    }
  }

  extension KafkaReading.Reach {
    fileprivate init(_ reach: KafkaStatus.Reach) {
      switch reach {
      case .unknown: self = .unknown
      case .there: self = .there
      case .away: self = .away
      case .givenUp: self = .givenUp
      }
    }
  }

  extension KafkaReading.Broker {
    /// One broker, to which there may be several connections.
    fileprivate init(id: Int, _ connections: [KafkaStatus.Client.Broker]) {
      self.init(id: id)
      func sum(_ value: (KafkaStatus.Client.Broker) -> Int) -> UInt64 {
        connections.reduce(0) { $0 &+ UInt64(clamping: value($1)) }
      }
      func most(_ value: (KafkaStatus.Client.Broker) -> Int) -> Double { Double(connections.map(value).max() ?? 0) }
      isConnected = connections.contains { $0.state == "UP" }
      requestsInFlight = sum(\.waitresp_cnt)
      recordsInFlight = sum(\.waitresp_msg_cnt)
      // Round trips are in microseconds, pauses in milliseconds.
      roundTrip = most(\.rtt.avg) / 1e6
      slowRoundTrip = most(\.rtt.p99) / 1e6
      throttle = most(\.throttle.avg) / 1e3
      retries = sum(\.txretries)
      errors = sum(\.txerrs)
      timeouts = sum(\.req_timeouts)
    }
  }

  extension KafkaReading.Topic {
    fileprivate init(name: String, _ topic: KafkaStatus.Client.Topic) {
      self.init(name: name)
      records = topic.partitions.values.reduce(0) { $0 &+ UInt64(clamping: $1.txmsgs) }
      bytes = topic.partitions.values.reduce(0) { $0 &+ UInt64(clamping: $1.txbytes) }
      batchRecords = UInt64(clamping: topic.batchcnt.avg)
      batchBytes = UInt64(clamping: topic.batchsize.avg)
    }
  }
#else
  extension KafkaSink {
    /// Nothing is published.
    func reading(byTopic: Bool) -> KafkaReading? { nil }
  }
#endif
