extension Settings.Events {
  /// Where signals come from.
  public enum SignalChannel: String, Sendable, CaseIterable {
    /// The signal table.
    case source
    /// A file.
    case file
    /// Java's; nothing listens to it here.
    case jmx
  }

  /// Where notifications go.
  public enum NotificationChannel: String, Sendable, CaseIterable {
    /// Events of a topic of their own.
    case sink
    /// The log.
    case log
    /// Java's; nobody is told here.
    case jmx
  }

  /// `incremental.snapshot.watermarking.strategy`.
  public enum Watermarking: String, Sendable, CaseIterable {
    /// A row opens a window, another closes it.
    case insertInsert = "insert_insert"
    /// A row opens a window, its deletion closes it.
    case insertDelete = "insert_delete"
  }

  /// Signals, incremental snapshots and notifications.
  public struct Signals: Sendable, Hashable {
    /// The signal table, as `schema.table`; nil for none.
    public let table: String?
    /// Where signals come from.
    public let channels: Set<SignalChannel>
    /// The file of the file channel.
    public let file: String
    /// How often it is looked at.
    public let pollInterval: Duration
    /// Whether the source is never written to.
    public let readOnly: Bool
    /// Rows of a chunk of incremental snapshots.
    public let chunkSize: Int
    /// How their windows are marked.
    public let watermarking: Watermarking
    /// Where notifications go.
    public let notificationChannels: Set<NotificationChannel>
    /// Topic of the sink channel; nil where it is not enabled.
    public let notificationTopic: String?

    init(_ values: Values) {
      table = values.optionalText("signal.data.collection").map { Values.trimmed($0) }
      channels = Set(values.list("signal.enabled.channels").compactMap { SignalChannel(rawValue: $0.lowercased()) })
      file = Values.trimmed(values.text("signal.file"))
      pollInterval = values.milliseconds("signal.poll.interval.ms")
      readOnly = values.boolean("read.only")
      chunkSize = values.integer("incremental.snapshot.chunk.size")
      watermarking = values.choice("incremental.snapshot.watermarking.strategy", .insertInsert)
      let told = values.list("notification.enabled.channels")
      notificationChannels = Set(told.compactMap { NotificationChannel(rawValue: $0.lowercased()) })
      notificationTopic =
        notificationChannels.contains(.sink) ? values.optionalText("notification.sink.topic.name") : nil
    }
  }
}
