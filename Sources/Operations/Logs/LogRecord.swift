internal import Logging

/// A log event with everything that belongs to it, in the order in which it is written.
struct LogRecord {
  let level: Logger.Level
  let label: String
  let message: String
  let fields: [(key: String, value: Logger.MetadataValue)]

  /// Later ones win: the handler's own metadata, the provider's, the event's.
  init(_ event: LogEvent, label: String, metadata: Logger.Metadata, provider: Logger.MetadataProvider?) {
    level = event.level
    self.label = label
    message = "\(event.message)"
    var all = metadata
    if let provider { all.merge(provider.get()) { _, new in new } }
    if let own = event.metadata { all.merge(own) { _, new in new } }
    if let error = event.error, all["error"] == nil { all["error"] = .string("\(error)") }
    fields = all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
