internal import Decoder
internal import Executors
internal import Glibc
internal import PGReplication
internal import Synchronization
internal import WAL

/// Keeps what is streamed of transactions in progress until they commit, a file each, on a thread of its own.
///
/// Nothing of it outlives the session: whatever ends that, the server streams the transactions again from their
/// beginning.
actor Spool {
  private nonisolated let executor = ThreadExecutor(name: "spool")
  private let settings: SpoolSettings
  private let metrics: PipelineMetrics
  private var files: [UInt32: SpoolFile] = [:]
  private var size = 0
  private var reading: Reading?

  /// A transaction on its way out.
  private struct Reading {
    let transaction: SpooledTransaction
    let file: SpoolFile
    var hasBegun = false
    var hasEnded = false
  }

  /// The thread of its own.
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// An empty spool; fails where no file can be made.
  init(_ settings: SpoolSettings, _ metrics: PipelineMetrics) throws(SpoolRefusal) {
    _ = try SpoolFile(in: settings.directory)
    self.settings = settings
    self.metrics = metrics
  }

  deinit {
    metrics.spoolBytes.store(0, ordering: .relaxed)
    metrics.spoolTransactions.store(0, ordering: .relaxed)
    executor.stop()
  }

  /// Adds records of a transaction; the emptied buffer comes back.
  func append(_ records: consuming sending OutputBuffer, of transaction: UInt32) throws -> sending OutputBuffer {
    let file = try files[transaction] ?? SpoolFile(in: settings.directory)
    guard size + records.count <= settings.maxBytes else {
      throw SpoolRefusal("transactions in progress exceed spool.max.bytes=\(settings.maxBytes)")
    }
    try file.append(records)
    files[transaction] = file
    size += records.count
    tell()
    records.clear()
    return records
  }

  /// Forgets a transaction that rolled back.
  func drop(_ transaction: UInt32) {
    if let file = files.removeValue(forKey: transaction) { size -= file.size }
    tell()
  }

  /// Begins to hand out a transaction that committed; `next` gives its frames.
  func open(_ transaction: SpooledTransaction) throws(SpoolRefusal) {
    let number = transaction.transaction.rawValue
    let file: SpoolFile
    if let spooled = files.removeValue(forKey: number) {
      file = spooled
    } else {
      file = try SpoolFile(in: settings.directory)
    }
    reading = Reading(transaction: transaction, file: file)
  }

  /// The next frames of the transaction that is handed out: as the stream would have sent it after its commit, without
  /// what was rolled back. None when it is over and its file is gone.
  func next(into batch: consuming sending FrameBatch) throws -> sending FrameBatch {
    var filled = batch
    filled.removeAll()
    guard var reading else { return filled }
    if !reading.hasBegun {
      reading.hasBegun = true
      var frame = OutputBuffer(capacity: 64)
      SpoolRecord.begin(reading.transaction, to: &frame)
      try frame.withUnsafeBytes { try filled.append($0) }
    }
    while !reading.hasEnded, filled.byteCount < FrameBatch.targetBytes {
      if let record = try reading.file.next() {
        if !reading.transaction.parts.rolledBack.contains(record.part) { try filled.append(record.frame) }
      } else {
        reading.hasEnded = true
        var frame = OutputBuffer(capacity: 64)
        SpoolRecord.commit(reading.transaction, to: &frame)
        try frame.withUnsafeBytes { try filled.append($0) }
      }
    }
    if filled.isEmpty {
      size -= reading.file.size
      self.reading = nil
      tell()
    } else {
      self.reading = reading
    }
    return filled
  }

  private func tell() {
    metrics.spoolBytes.store(UInt64(max(0, size)), ordering: .relaxed)
    metrics.spoolTransactions.store(UInt64(files.count), ordering: .relaxed)
  }
}

/// Where transactions in progress are kept, and how much of them.
public struct SpoolSettings: Hashable, Sendable {
  /// The directory, on a disk rather than in memory; nothing is ever seen in it.
  public var directory: String
  /// Bytes for all of them together; beyond it the server is asked to keep them itself.
  public var maxBytes: Int

  /// A spool by its settings.
  public init(directory: String, maxBytes: Int = 10 << 30) {
    self.directory = directory
    self.maxBytes = maxBytes
  }
}

/// The spool cannot take more: the next session has the server keep large transactions until they commit.
struct SpoolRefusal: Error {
  /// What failed and why.
  let reason: String
  /// The operator's next step.
  let advice: String

  init(_ what: String, advice: String = "raise spool.max.bytes, or give spool.directory room") {
    reason = what
    self.advice = advice
  }

  /// A failure of the file system, by its error number.
  init(_ what: String, _ code: Int32) { self.init("\(what): \(String(cString: strerror(code)))") }
}
