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

  /// Opens the output and reads the offset; nothing is cut off yet, as another process may be writing.
  public func open(_ source: SourceIdentity) async throws -> StoredOffset? {
    open = nil
    self.source = source
    let stored = try load()
    open = try OpenOutput(output)
    return stored.flatMap(\.stored)
  }

  /// The offset that was stored last, after making sure that it is this source's.
  private func load() throws(Failure) -> EventOffset? {
    let stored = try store.load()
    if let stored, let source, !stored.isBeginning {
      try stored.check(
        isOf: source, at: "offset.storage.file.filename",
        advice: "name another offset.storage.file.filename for this source")
    }
    return stored
  }

  /// The slot is the lease for the offset; the output is locked as well, since another slot's reader may write to it.
  public func claim() async throws -> StoredOffset? {
    try open?.lock()
    let stored = try load()
    // A sink that joins another one is given its place next, with the file as it is.
    if stored.map(\.isBeginning) ?? true { try open?.cut(to: nil) }
    return stored.flatMap(\.stored)
  }

  /// An encoder that goes on from the stored state, and an output that ends there.
  public func makeEncoder() async throws -> any ChangeEncoder & ~Copyable {
    let stored = try load()
    state = stored?.state ?? EncoderState()
    let path = path
    let known = stored.flatMap { $0.isOf(path) ? $0.length : nil }
    try open?.cut(to: known)
    if output == .standardOutput {
      // A snapshot that is taken anew need not have the same rows in the same order: better twice than not at all.
      linesToSkip = stored.map(\.isBeginning) ?? true ? 0 : uncommitted.count
    } else {
      progress.takeBack(uncommitted.count)
      uncommitted.count = 0
    }
    lines = 0
    // From now on there are lines that nobody would know of after a crash, were it not for the file's length.
    if stored == nil { try store(.zero) }
    return try EventEncoder(settings, run: run, state: state)
  }

  /// The output's path, whatever it was called; empty for standard output.
  private var path: String { open?.path ?? "" }

  private func store(_ position: LSN) throws(Failure) {
    guard let source else { throw Failure(.unexpected, "a commit before the output was opened", at: output.name) }
    try store.store(
      EventOffset(source: source, position: position, state: state, path: path, length: open?.length ?? 0))
  }

  /// Writes the lines. With the last one that is wanted it is finished; at the end of a batch with the commit only, so
  /// that a restart goes on behind it.
  public func write(_ batch: consuming sending EncodedBatch) async throws -> sending EncodedBatch {
    let isDone = isFull && batch.bytes.count > 0
    guard !isDone else { throw SinkFinished() }
    if !batch.state.isEmpty { state = EncoderState(batch.state) }
    let (changes, passing) = (batch.changes, batch.passing)
    let isWhole = try batch.bytes.withUnsafeBytes { bytes throws(Failure) in
      try write(bytes, lines: changes, passing: passing)
    }
    guard isWhole else { throw SinkFinished() }
    batch.clear()
    return batch
  }

  private var isFull: Bool { limit.map { progress.events >= $0 } ?? false }

  /// Writes lines, but those that were written before and those beyond the limit; false where there were such.
  /// - Parameters:
  ///   - count: how many lines there are: they are looked for only where some are left out.
  ///   - passing: how many of them would not come again.
  private func write(_ bytes: UnsafeRawBufferPointer, lines count: Int, passing: Int) throws(Failure) -> Bool {
    var (rest, count) = (bytes, count)
    while linesToSkip > 0, count > 0 {
      rest = unsafe EventFile.behindLines(1, of: rest)
      linesToSkip -= 1
      count -= 1
      lines += 1
    }
    let room = limit.map { max(0, $0 - progress.events) } ?? .max
    let isWhole = count <= room
    if !isWhole {
      count = room
      let end = unsafe rest.count - EventFile.behindLines(count, of: rest).count
      rest = unsafe UnsafeRawBufferPointer(rebasing: rest[..<end])
    }
    try open?.write(rest)
    lines += max(0, count - passing)
    uncommitted.count = max(uncommitted.count, lines)
    progress.count(count, at: MonotonicClock.nanoseconds())
    return isWhole
  }

  /// What follows the first lines.
  private static func behindLines(_ count: Int, of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var rest = unsafe bytes
    for _ in 0..<count {
      guard let end = unsafe rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
      rest = unsafe UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
    }
    return unsafe rest
  }

  /// Makes the lines durable and stores the offset with their length.
  @discardableResult
  public func commit(through end: LSN, batch: String) async throws -> LSN {
    if store.isDurable { try open?.synchronize() }
    try Failpoint.afterLines.pass()
    try store(end)
    lines = 0
    uncommitted.count = 0
    if isFull { throw SinkFinished() }
    return end
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

extension EventOffset {
  fileprivate func isOf(_ path: String) -> Bool { !path.isEmpty && self.path.utf8.elementsEqual(path.utf8) }
}
