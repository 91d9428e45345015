internal import Executors
internal import PGReplication
internal import WAL
internal import _StringProcessing

/// Takes signals and reads incremental snapshots: asked by the loop, it tells what to do before going on.
///
/// An actor on a thread of its own, as libpq blocks. It connects when it first has to.
actor SignalSession {
  private let executor = ThreadExecutor(name: "signals")
  private let wake = WakePipe()
  private let source: SourceSettings
  private let settings: SignalSettings
  private let file: SignalFile?
  private var snapshot: IncrementalSnapshot
  private var reader: ChunkReader?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  deinit { executor.stop() }

  /// What the loop does next, and what it has to know until it asks again.
  struct Turn: Sendable {
    /// What to do, in order.
    var steps: [SnapshotStep]
    /// What to store with the offset once the steps are done; empty when no snapshot is under way.
    var state: [UInt8]
    /// Whether `change` has to be asked before each change, and `reached` after each transaction and while none comes.
    var watchesTransactions: Bool
  }

  /// A session that goes on from the stored state. State that cannot be read counts as none.
  init(_ source: SourceSettings, _ settings: SignalSettings, state: [UInt8]) {
    self.source = source
    self.settings = settings
    file = settings.file.map { SignalFile(path: $0) }
    snapshot = IncrementalSnapshot(
      settings.readOnly ? .transactions : .signalTable, state: IncrementalState(state) ?? IncrementalState(),
      stopsAtErrors: settings.quirks)
  }

  /// Begins with the stream: goes on with the snapshot that the stored state tells of.
  func start() throws(Failure) -> Turn {
    try turn { snapshot, reader throws(PostgresError) in try snapshot.restart(&reader) }
  }

  /// A row was inserted into the signal table; the row itself follows in the output.
  /// - Parameter offset: the offset as text, for signals that log it.
  func received(_ signal: Signal, offset: String) throws(Failure) -> Turn {
    guard settings.readsTable || signal.type.hasPrefix("snapshot-window-") else { return Turn(steps: [], snapshot) }
    return Turn(steps: try steps(of: signal, offset: offset), snapshot)
  }

  /// A row of the signal table was deleted, which may be how a window is closed; the row's event follows.
  func deleted(id: String) throws(Failure) -> Turn {
    guard settings.watermarking == .insertDelete else { return Turn(steps: [], snapshot) }
    return Turn(steps: try steps(of: Signal(id: id, type: "snapshot-window-close", data: nil), offset: ""), snapshot)
  }

  /// Nothing came for a while: reads the signal file, and reads on where no watermark is waited for. Due every
  /// `pollInterval`, and whenever the stream is idle while transactions are watched.
  /// - Parameter transaction: the last one that came; nil before the first.
  func poll(after transaction: TransactionID?, offset: String) throws(Failure) -> Turn {
    var steps: [SnapshotStep] = []
    if let (signals, warnings) = file?.read() {
      steps += warnings.map(SnapshotStep.warn)
      for signal in signals { steps += try self.steps(of: signal, offset: offset) }
    }
    steps += try reached(transaction).steps
    return Turn(steps: steps, snapshot)
  }

  /// A change of a transaction comes next.
  func change(of transaction: TransactionID) throws(Failure) -> Turn {
    guard watchesTransactions else { return Turn(steps: [], snapshot) }
    return try turn { snapshot, reader throws(PostgresError) in try snapshot.change(of: transaction, &reader) }
  }

  /// A transaction is whole, or nothing came for a moment since it was.
  /// - Parameter transaction: nil before the first.
  func reached(_ transaction: TransactionID?) throws(Failure) -> Turn {
    guard watchesTransactions else { return Turn(steps: [], snapshot) }
    return try turn { snapshot, reader throws(PostgresError) in try snapshot.reached(transaction, &reader) }
  }

  private var watchesTransactions: Bool { snapshot.watermarks == .transactions && snapshot.isRunning }

  private func steps(of signal: Signal, offset: String) throws(Failure) -> [SnapshotStep] {
    switch SignalAction(signal) {
    case .ignored(let why): return [.warn(why)]
    case .log(let message): return [.log(SignalSession.filled(message, offset))]
    case .blocking(let request): return [.blocking(request)]
    case .pause: return snapshot.pause()
    case .stop(let tables):
      snapshot.stop(tables)
      return []
    case .windowOpen(let id): return snapshot.opened(id)
    case .windowClose(let id):
      return try turn { snapshot, reader throws(PostgresError) in try snapshot.closed(id, &reader) }.steps
    case .resume: return try turn { snapshot, reader throws(PostgresError) in try snapshot.resume(&reader) }.steps
    case .incremental(let request):
      guard settings.readOnly || settings.table != nil else {
        return [.warn("signal \"\(signal.id)\": there is no signal table for an incremental snapshot's watermarks")]
      }
      return try turn { snapshot, reader throws(PostgresError) in try snapshot.execute(request, &reader) }.steps
    }
  }

  /// A message with the offset in the place of the first braces.
  private static func filled(_ message: String, _ offset: String) -> String {
    guard let place = message.firstRange(of: "{}") else { return message }
    return message[..<place.lowerBound] + offset + message[place.upperBound...]
  }

  /// Lends the snapshot a session, which is opened when there is none; after an error the next turn opens another.
  private func turn(
    _ body: (inout IncrementalSnapshot, inout ChunkReader) throws(PostgresError) -> [SnapshotStep]
  ) throws(Failure) -> Turn {
    do throws(PostgresError) {
      var lent: ChunkReader
      if let kept = reader.take() {
        lent = kept
      } else {
        lent = try ChunkReader(source, settings, interrupt: wake)
      }
      let steps = try body(&snapshot, &lent)
      reader = consume lent
      return Turn(steps: steps, snapshot)
    } catch {
      throw .source(error)
    }
  }

  /// Ends the session.
  nonisolated func close() async {
    wake.ring()
    await end()
  }

  private func end() { reader = nil }
}

extension SignalSession.Turn {
  fileprivate init(steps: [SnapshotStep], _ snapshot: IncrementalSnapshot) {
    self.init(
      steps: steps, state: snapshot.state.bytes,
      watchesTransactions: snapshot.watermarks == .transactions && snapshot.isRunning)
  }
}
