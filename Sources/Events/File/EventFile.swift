internal import Decoder
internal import Executors
public import Pipeline
public import WAL
internal import Logging
internal import PGReplication

/// Writes events as lines, and stores the offset beside them: exactly once from the last stored position.
///
/// What a session wrote after that position is cut off by the next one; standard output, which keeps what it got, is not
/// written the same lines again within one process.
public actor EventFile: SinkWriter {
  private nonisolated let thread = ThreadExecutor(name: "events")
  private let settings: EventSettings
  private let output: EventOutput
  private let store: OffsetStore
  private let run: RunIdentity
  private let progress: EventProgress
  private let limit: Int?
  private let uncommitted: UncommittedLines
  private var open: OpenOutput?
  private var source: SourceIdentity?
  private var state = EncoderState()
  /// Lines of this session that were written before it began.
  private var linesToSkip = 0
  private var lines = 0

  /// A sink that is not open.
  /// - Parameters:
  ///   - uncommitted: shared by all sinks of one output in a process.
  ///   - limit: after so many events it is finished; nil for no end.
  public init(
    _ settings: EventSettings, to output: EventOutput, store: OffsetStore, run: RunIdentity, progress: EventProgress,
    uncommitted: UncommittedLines, limit: Int? = nil
  ) {
    self.settings = settings
    self.output = output
    self.store = store
    self.run = run
    self.progress = progress
    self.uncommitted = uncommitted
    self.limit = limit
  }

  deinit { thread.stop() }

  /// The thread of its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Opens the output and reads the offset.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    open = nil
    let stored = try store.load()
    if let stored { try check(stored, source) }
    self.source = source
    state = stored?.state ?? EncoderState()
    var known: Int64?
    if case .file(let path) = output, let stored, stored.path == path { known = stored.length }
    open = try OpenOutput(output, known: known)
    linesToSkip = output == .standardOutput ? uncommitted.count : 0
    lines = 0
    return stored.map(\.stored)
  }

  private func check(_ stored: FileOffset, _ source: SourceIdentity) throws(Failure) {
    guard stored.source.system == source.system, stored.source.database == source.database,
      stored.source.slot == source.slot
    else {
      throw Failure(
        .foreignOffset,
        """
        the stored offset belongs to system \(stored.source.system), database \(stored.source.database), slot \
        \(stored.source.slot), and the source is system \(source.system), database \(source.database), slot \(source.slot)
        """, at: "offset.storage.file.filename", advice: "name another offset.storage.file.filename for this source")
    }
  }

  /// An encoder that goes on from the stored state.
  public func makeEncoder() async throws -> any ChangeEncoder & ~Copyable {
    try EventEncoder(settings, run: run, state: state)
  }

  /// The slot is the lease: who holds it may write.
  public func claim() async throws -> StoredOffset? {
    try store.load().map(\.stored)
  }

  /// Writes the lines.
  public func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch {
    if !batch.state.isEmpty { state = EncoderState(batch.state) }
    let isFull = try batch.bytes.withUnsafeBytes { bytes throws(Failure) in try write(bytes) }
    if isFull { throw SinkFinished() }
    batch.clear()
    return batch
  }

  /// Whether the limit was reached.
  private func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Bool {
    var rest = bytes
    while linesToSkip > 0, let newline = unsafe rest.firstIndex(of: UInt8(ascii: "\n")) {
      rest = unsafe UnsafeRawBufferPointer(rebasing: rest[(newline + 1)...])
      linesToSkip -= 1
      lines += 1
    }
    var count = unsafe rest.lazy.filter { $0 == UInt8(ascii: "\n") }.count
    var isFull = false
    if let limit, progress.events + count >= limit {
      isFull = true
      count = limit - progress.events
      var end = 0
      for _ in 0..<max(0, count) {
        end = unsafe rest[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.count
      }
      rest = unsafe UnsafeRawBufferPointer(rebasing: rest[..<end])
    }
    try open?.write(rest)
    lines += count
    uncommitted.count = max(uncommitted.count, lines)
    progress.count(count, at: MonotonicClock.nanoseconds())
    return isFull
  }

  /// Makes the lines durable and stores the offset with their length.
  public func commit(through end: LSN, batch: String) async throws {
    guard let source else { throw Failure(.unexpected, "a commit before the output was opened", at: output.name) }
    if store.isDurable { try open?.synchronize() }
    var path = ""
    if case .file(let name) = output { path = name }
    try store.store(
      FileOffset(source: source, position: end, state: state, path: path, length: open?.length ?? 0))
    lines = 0
    uncommitted.count = 0
  }

  /// A file has no place for a gap: the log has it.
  public func recordGap(from: LSN, to: LSN, reason: String) async throws {
    Logger(label: "events").warning(
      "a stretch of the log was never read",
      metadata: ["from": .string("\(from)"), "to": .string("\(to)"), "reason": .string(reason)])
  }

  /// Closes the output.
  public func close() async { open = nil }
}

extension FileOffset {
  /// What the pipeline wants to know of it.
  fileprivate var stored: StoredOffset {
    StoredOffset(position: position, timeline: source.timeline, epoch: 0, signals: state.signals)
  }
}
