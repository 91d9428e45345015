extension Settings.Events {
  /// `offset.storage`, as far as it is honoured.
  public enum OffsetStorage: Sendable, Hashable {
    /// A file.
    case file
    /// Nowhere: a start knows nothing of the one before.
    case memory
    /// A topic.
    case kafka

    init?(className: String) {
      switch className {
      case "org.apache.kafka.connect.storage.FileOffsetBackingStore": self = .file
      case "org.apache.kafka.connect.storage.MemoryOffsetBackingStore": self = .memory
      case "org.apache.kafka.connect.storage.KafkaOffsetBackingStore": self = .kafka
      default: return nil
      }
    }
  }

  /// `lsn.flush.mode`.
  public enum FlushMode: String, Sendable, CaseIterable {
    /// When positions are stored.
    case connector
    /// Never: somebody else advances the slot.
    case manual
    /// When positions are stored, and on keepalives.
    case connectorAndDriver = "connector_and_driver"
  }

  /// `offset.mismatch.strategy`.
  public enum OffsetMismatch: String, Sendable, CaseIterable {
    /// The stored position holds, whatever the slot's is.
    case noValidation = "no_validation"
    /// The stored position holds: a slot that is behind is advanced to it, one that is ahead stops the start.
    case trustOffset = "trust_offset"
    /// The slot's position holds where it is ahead.
    case trustSlot = "trust_slot"
    /// The greater of them holds.
    case trustGreater = "trust_greater_lsn"
  }

  /// Positions: where they are kept and who hears of them.
  public struct Offsets: Sendable, Hashable {
    /// The file that keeps the position; nil where none does, as with Kafka on.
    public let file: String?
    /// How often the position is stored; zero for at once.
    public let flushInterval: Duration
    /// Who confirms positions to the slot.
    public let flushMode: FlushMode
    /// What holds when the stored position and the slot's differ.
    public let mismatch: OffsetMismatch

    init(_ values: Values) {
      let storage = OffsetStorage(className: Values.trimmed(values.text("offset.storage"))) ?? .file
      let isInFile = storage == .file && !values.isKafkaOn
      file = isInFile ? values.optionalText("offset.storage.file.filename").map { Values.trimmed($0) } : nil
      let isAlways = Settings.Events.isAlways(policy: Values.trimmed(values.text("offset.commit.policy"))) ?? false
      flushInterval = isAlways ? .zero : values.milliseconds("offset.flush.interval.ms")
      let older: FlushMode = values.boolean("flush.lsn.source") ? .connector : .manual
      flushMode = values.isSet("lsn.flush.mode") ? values.choice("lsn.flush.mode", .connector) : older
      let isSeeking = values.boolean("internal.slot.seek.to.known.offset.on.start")
      let strategy: OffsetMismatch = values.choice("offset.mismatch.strategy", .noValidation)
      mismatch = strategy == .noValidation && isSeeking ? .trustOffset : strategy
    }
  }

  /// Whether `offset.commit.policy` stores each position at once; nil for a class that is not known.
  static func isAlways(policy: String) -> Bool? {
    let package = "io.debezium.engine.spi.OffsetCommitPolicy"
    guard policy.hasPrefix(package) else { return nil }
    switch policy.dropFirst(package.count).dropFirst() {
    case "PeriodicCommitOffsetPolicy": return false
    case "AlwaysCommitOffsetPolicy": return true
    default: return nil
    }
  }
}
