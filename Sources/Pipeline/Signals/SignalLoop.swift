internal import PGReplication
internal import WAL

/// What the stream's loop keeps for signals: the session that understands them, and the snapshots that wait for the open
/// transaction's end.
struct SignalLoop {
  private let session: SignalSession?
  private let pollInterval: Duration
  private var lastPoll = ContinuousClock.now
  private var blocking: [SnapshotRequest] = []

  init(_ source: SourceSettings, state: [UInt8]) {
    session = source.signals.map { SignalSession(source, $0, state: state) }
    pollInterval = source.signals?.pollInterval ?? .seconds(3600)
  }

  /// Goes on with what was under way.
  func start() async throws -> SignalSession.Turn? { try await session?.start() }

  /// What a pause of the decoder means to signals.
  func turn(_ pause: StreamDecoder.Pause, at position: LSN) async throws -> SignalSession.Turn? {
    guard let session else { return nil }
    return switch pause {
    case .signal(let signal): try await session.received(signal, offset: position.description)
    case .signalGone(let id): try await session.deleted(id: id)
    case .change(let transaction): try await session.change(of: transaction)
    case .ended(let transaction): try await session.reached(transaction)
    case .bufferFull, .commitDue, .relation, .spoolDue, .rolledBack, .spooled: nil
    }
  }

  /// Looks at the signal file, and at what needs no change to go on, when it is time.
  /// - Parameter isEager: whether it is time whenever nothing came.
  mutating func poll(
    _ last: TransactionID?, at position: LSN, isEager: Bool
  ) async throws -> SignalSession.Turn? {
    guard let session, isEager || ContinuousClock.now - lastPoll >= pollInterval else { return nil }
    lastPoll = .now
    return try await session.poll(after: last, offset: position.description)
  }

  /// A snapshot that the stream has to wait for.
  mutating func wait(for request: SnapshotRequest) { blocking.append(request) }

  /// The next snapshot that was asked for.
  mutating func takeBlocking() -> SnapshotRequest? { blocking.isEmpty ? nil : blocking.removeFirst() }
}
