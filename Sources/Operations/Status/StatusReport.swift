internal import FoundationEssentials
internal import Pipeline
public import WAL

/// Where an instance stands: the answer of `/status`, and of `cdc-direct status --json`. What is not known is left out.
public struct StatusReport: Sendable, Hashable, Codable {
  /// The program.
  public struct Program: Sendable, Hashable, Codable {
    /// The version.
    public var version: String
    /// Seconds since the start.
    public var uptimeSeconds: Double

    /// A program by its parts.
    public init(version: String, uptimeSeconds: Double) {
      self.version = version
      self.uptimeSeconds = uptimeSeconds
    }
  }

  /// The source that positions are valid for.
  public struct Source: Sendable, Hashable, Codable {
    /// The cluster's identifier, as text because JSON's numbers are too short for it.
    public var systemIdentifier: String
    /// The timeline.
    public var timeline: UInt32
    /// The database.
    public var database: String
    /// The slot.
    public var slot: String

    /// A source by its identity.
    public init(_ identity: SourceIdentity) {
      systemIdentifier = "\(identity.system)"
      timeline = identity.timeline
      database = identity.database
      slot = identity.slot
    }
  }

  /// Positions in PostgreSQL's text form.
  public struct Positions: Sendable, Hashable, Codable {
    /// The end of the source's flushed log.
    public var sourceEnd: String?
    /// The end of what has arrived.
    public var received: String?
    /// Everything before it is in the audit database.
    public var durable: String?
    /// What the source was told, or the slot's own position when there is no stream.
    public var confirmed: String?

    /// Positions by their values.
    public init(sourceEnd: LSN? = nil, received: LSN? = nil, durable: LSN? = nil, confirmed: LSN? = nil) {
      self.sourceEnd = sourceEnd?.description
      self.received = received?.description
      self.durable = durable?.description
      self.confirmed = confirmed?.description
    }
  }

  /// How far the trail is behind.
  public struct Lag: Sendable, Hashable, Codable {
    /// Bytes of log.
    public var bytes: UInt64?
    /// Seconds at most; 0 when caught up.
    public var seconds: Double?
    /// Whether nothing is left to do.
    public var isCaughtUp: Bool?

    /// A lag by its values.
    public init(bytes: UInt64? = nil, seconds: Double? = nil, isCaughtUp: Bool? = nil) {
      self.bytes = bytes
      self.seconds = seconds
      self.isCaughtUp = isCaughtUp
    }
  }

  /// Whether the program is well; nil where no running instance was asked.
  public var health: HealthCheck.Status?
  /// Whether changes arrive soon enough; nil where no running instance was asked.
  public var isReady: Bool?
  /// What the pipeline is doing; nil where no running instance was asked.
  public var phase: String?
  /// The program; nil where no running instance was asked.
  public var program: Program?
  /// The source; nil before it is known.
  public var source: Source?
  /// Positions.
  public var positions: Positions
  /// How far the trail is behind.
  public var lag: Lag
  /// The slot.
  public var slot: SlotStatus?
  /// What has been done since the start; nil where no running instance was asked.
  public var work: WorkStatus?
  /// The snapshot, while and after one was read.
  public var snapshot: SnapshotStatus?
  /// Publishing to Kafka; nil where it is off, or no running instance was asked.
  public var kafka: KafkaStatusReport?
  /// The last failure that was tried again.
  public var lastFailure: FailureStatus?

  /// A report of what is known without a running instance.
  public init(positions: Positions, lag: Lag, source: Source? = nil, slot: SlotStatus? = nil) {
    self.positions = positions
    self.lag = lag
    self.source = source
    self.slot = slot
  }

  /// The report of a snapshot of a running instance.
  public init(_ now: OperationsSnapshot) {
    let confirmed = now.wire?.confirmed ?? now.source.slot?.confirmed
    self.init(
      positions: Positions(
        sourceEnd: now.sourceEnd, received: now.wire?.received, durable: now.pipeline.durable, confirmed: confirmed),
      lag: Lag(bytes: now.lagBytes, seconds: now.lagSeconds, isCaughtUp: now.isCaughtUp),
      source: now.identity.map { Source($0) }, slot: SlotStatus(now.source))
    health = HealthReport(now).status
    isReady = ReadinessReport(now).isReady
    phase = "\(now.pipeline.phase)"
    program = Program(version: now.build.version, uptimeSeconds: now.uptime)
    work = WorkStatus(now)
    snapshot = SnapshotStatus(now.pipeline)
    kafka = KafkaStatusReport(now)
    lastFailure = now.pipeline.lastFailure.map { FailureStatus($0) }
  }

  /// The report as JSON, keys sorted and in snake case. - Parameter isPretty: over several lines, for people.
  public func json(isPretty: Bool = false) throws -> String {
    String(decoding: try JSONBody.encode(self, isPretty: isPretty), as: UTF8.self)
  }

  /// Reads a report that another instance wrote, for instance from its `/status`. Throws a `DecodingError`.
  public init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(StatusReport.self, from: FoundationEssentials.Data(json.utf8))
  }
}
