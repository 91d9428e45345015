internal import CLibpq
internal import Executors
internal import Glibc
internal import WAL

/// A running COPY BOTH session: reads frames, answers the server, watches the silence. Used by the stream's thread alone.
struct ReplicationWire: ~Copyable {
  private let connection: Connection
  private let status: WireStatus
  private let wake: WakePipe
  private var clock: FeedbackClock
  private var received: LSN
  private var confirmed: LSN
  private var serverEnd = LSN.zero
  /// Part of a status update is still in libpq because the socket was full.
  private var unsent = false
  /// Set when the stream has ended but frames before the end were still to be handed over.
  private var ending: (any Error)?
  /// Data came without waiting at the last visit: worth letting some more gather.
  private(set) var isHot = false
  private var lastDrainAt: UInt64 = 0
  /// The last visit left nothing behind in libpq.
  private var isDry = false
  /// What was read before anyone asked for it.
  private var ahead: FrameBatch? = FrameBatch()

  /// libpq is visited at most once in so many nanoseconds while data pours in: the walsender flushes each message, and
  /// a visit a message would double the system time.
  private static let gatherTime: UInt64 = 200_000
  /// A visit that brought so much probably left some behind.
  private static let fullRead = 8 << 10
  /// Visits of one stretch of reading ahead; who calls the stream meanwhile waits for no longer than that.
  private static let visitsAhead = 4

  init(
    _ connection: consuming Connection, from position: LSN, confirmed: LSN, status: WireStatus, wake: WakePipe,
    clock: FeedbackClock
  ) {
    self.connection = connection
    self.status = status
    self.wake = wake
    self.clock = clock
    received = position
    self.confirmed = confirmed
    status.heard(at: clock.lastByteAt)
    status.confirmed(confirmed)
    status.connected(true)
  }

  deinit { status.connected(false) }

  // MARK: Reading

  /// Waits for frames and takes all that have arrived, up to the batch's target; none when `limit` has passed.
  /// `interrupted` is asked when the wake pipe was rung: what it throws is thrown.
  mutating func fill(_ batch: inout FrameBatch, limit: Duration?, interrupted: () throws -> Void) throws {
    batch.removeAll()
    if let read = ahead.take() {
      if read.isEmpty {
        ahead = consume read
      } else {
        ahead = consume batch
        batch = consume read
        return try account(batch)
      }
    }
    let patience = limit.map { MonotonicClock.nanoseconds() &+ $0.nanoseconds }
    if let ending { throw ending }
    gather()
    while true {
      if ending == nil { try drain(&batch) }
      if !batch.isEmpty {
        try account(batch)
        return
      }
      if let ending { throw ending }
      let now = MonotonicClock.nanoseconds()
      if let patience, now >= patience { return }
      try waitForBytes(&batch, upTo: patience.map { $0 - now }, interrupted)
    }
  }

  /// Reads on for a moment while the last batch is still being worked on, so that the walsender need not wait: its
  /// socket holds little. One batch at most is held ahead.
  /// - Returns: whether it is worth reading on.
  mutating func readAhead() -> Bool {
    var batch = ahead.take() ?? FrameBatch()
    for _ in 0..<ReplicationWire.visitsAhead {
      guard isHot, ending == nil, batch.byteCount < FrameBatch.targetBytes else { break }
      gather()
      let before = batch.count
      do {
        // What libpq still holds comes first: it would move that whole with each read.
        if isDry, PQconsumeInput(connection.raw) != 1 { try lost(&batch) } else { try drain(&batch) }
      } catch {
        ending = error
      }
      isHot = batch.count > before
      if isHot { heard(at: lastDrainAt) }
    }
    let goesOn = isHot && ending == nil && batch.byteCount < FrameBatch.targetBytes
    ahead = consume batch
    return goesOn
  }

  /// Naps while data pours in, so that one visit brings more; never when idle.
  private func gather() {
    guard isHot && isDry else { return }
    let elapsed = MonotonicClock.nanoseconds() &- lastDrainAt
    if elapsed < ReplicationWire.gatherTime { usleep(UInt32((ReplicationWire.gatherTime - elapsed) / 1000)) }
  }

  private mutating func drain(_ batch: inout FrameBatch) throws {
    while batch.byteCount < FrameBatch.targetBytes {
      let before = batch.byteCount
      try takeBuffered(&batch)
      guard ending == nil, batch.byteCount - before >= ReplicationWire.fullRead else { break }
      if PQconsumeInput(connection.raw) != 1 { try lost(&batch) }
    }
    isDry = batch.byteCount < FrameBatch.targetBytes
    lastDrainAt = MonotonicClock.nanoseconds()
  }

  /// Takes every whole frame that libpq holds.
  private mutating func takeBuffered(_ batch: inout FrameBatch) throws {
    while batch.byteCount < FrameBatch.targetBytes {
      var buffer: UnsafeMutablePointer<CChar>?
      let size = PQgetCopyData(connection.raw, &buffer, 1)
      guard size > 0 else {
        if size == -1 { ending = endOfCopy() }
        if size == -2, ending == nil { ending = connection.libpqError("START_REPLICATION") }
        return
      }
      defer { PQfreemem(buffer) }
      try batch.append(UnsafeRawBufferPointer(start: buffer, count: Int(size)))
    }
  }

  private mutating func waitForBytes(
    _ batch: inout FrameBatch, upTo patience: UInt64?, _ interrupted: () throws -> Void
  ) throws {
    let began = MonotonicClock.nanoseconds()
    let delay = min(clock.delay(from: began), patience ?? .max)
    let deadline = ContinuousClock.now.advanced(by: .nanoseconds(Int64(clamping: delay)))
    let events = Int16(unsent ? POLLIN | POLLOUT : POLLIN)
    switch SocketWait.wait(PQsocket(connection.raw), events, interrupt: wake, deadline: deadline) {
    case .interrupted:
      wake.silence()
      try interrupted()
    case .timedOut:
      try feedback(socketIsEmpty: true)
    case .ready(let revents):
      let now = MonotonicClock.nanoseconds()
      isHot = now - began < ReplicationWire.gatherTime
      if revents & Int16(POLLOUT) != 0 { try flush() }
      guard revents & ~Int16(POLLOUT) != 0 else { return }
      // What the server said before it went away may still lie in libpq, so its own words come before libpq's.
      guard PQconsumeInput(connection.raw) == 1 else { return try lost(&batch) }
      heard(at: now)
      try feedback(socketIsEmpty: false)
    }
  }

  private mutating func lost(_ batch: inout FrameBatch) throws {
    let error = connection.libpqError("START_REPLICATION")
    try takeBuffered(&batch)
    if ending == nil { ending = error }
  }

  /// The server ended the copy: with an error, or in order.
  private func endOfCopy() -> any Error {
    let deadline = ContinuousClock.now.advanced(by: .seconds(2))
    do {
      while let result = try connection.nextResult("START_REPLICATION", deadline) {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: continue
        case PGRES_COPY_IN, PGRES_COPY_BOTH, PGRES_COPY_OUT: return StreamError.endedByServer
        default: return connection.serverError(result, "START_REPLICATION")
        }
      }
    } catch {
      return error
    }
    return StreamError.endedByServer
  }

  // MARK: Feedback

  private mutating func heard(at now: UInt64) {
    clock.heard(at: now)
    status.heard(at: now)
  }

  private mutating func account(_ batch: borrowing FrameBatch) throws {
    received = max(received, batch.received)
    serverEnd = max(serverEnd, batch.serverWALEnd)
    status.count(
      bytes: batch.byteCount, frames: batch.count - batch.keepalives, keepalives: batch.keepalives,
      received: received, serverEnd: serverEnd, sentAt: batch.lastSentAt)
    heard(at: lastDrainAt)
    if batch.replyRequested { try send(asking: false) } else { try feedback(socketIsEmpty: false) }
  }

  /// Moves the confirmed position; never backwards.
  mutating func confirm(_ position: LSN) {
    confirmed = max(confirmed, position)
    // A position may be confirmed that was never received as a frame: then at least so much has been received.
    received = max(received, confirmed)
    status.confirmed(confirmed)
  }

  /// Sends what is due while nobody reads; called by the timer.
  mutating func tick() throws {
    let now = MonotonicClock.nanoseconds()
    if case .ready = SocketWait.wait(PQsocket(connection.raw), Int16(POLLIN), interrupt: nil, deadline: .now) {
      heard(at: now)
    }
    if unsent { try flush() }
    try feedback(socketIsEmpty: false)
  }

  private mutating func feedback(socketIsEmpty: Bool) throws {
    switch clock.action(at: MonotonicClock.nanoseconds(), socketIsEmpty: socketIsEmpty) {
    case .none: return
    case .sendStatus: try send(asking: false)
    case .askForKeepalive: try send(asking: true)
    case .giveUp(let silence): throw StreamError.stale(silentFor: .nanoseconds(Int64(clamping: silence)))
    }
  }

  /// Sends a status update now; nothing once the end has been read, which the next reader is told.
  mutating func send(asking: Bool) throws {
    guard ending == nil else { return }
    let update = StandbyStatus(
      written: received, flushed: confirmed, applied: confirmed, sentAt: MonotonicClock.wall(), replyRequested: asking)
    let bytes = update.encoded()
    let accepted = bytes.withUnsafeBytes {
      PQputCopyData(connection.raw, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
    }
    guard accepted == 1 else { throw connection.libpqError("START_REPLICATION") }
    clock.sent(at: MonotonicClock.nanoseconds(), asking: asking)
    status.countStatus()
    try flush()
  }

  private mutating func flush() throws {
    let left = PQflush(connection.raw)
    guard left >= 0 else { throw connection.libpqError("START_REPLICATION") }
    unsent = left == 1
  }

  // MARK: The end

  /// Last status, CopyDone, and the server's answer, all within `limit`; what still comes is thrown away.
  mutating func finish(within limit: Duration) {
    let deadline = ContinuousClock.now.advanced(by: limit)
    guard ending == nil, (try? send(asking: false)) != nil, PQputCopyEnd(connection.raw, nil) == 1 else { return }
    while true {
      let left = PQflush(connection.raw)
      guard left >= 0 else { return }
      var buffer: UnsafeMutablePointer<CChar>?
      let size = PQgetCopyData(connection.raw, &buffer, 1)
      PQfreemem(buffer)
      if size < 0 { return }
      if size > 0, ContinuousClock.now < deadline { continue }
      let events = Int16(left == 1 ? POLLIN | POLLOUT : POLLIN)
      guard case .ready = SocketWait.wait(PQsocket(connection.raw), events, interrupt: nil, deadline: deadline),
        ContinuousClock.now < deadline, PQconsumeInput(connection.raw) == 1
      else { return }
    }
  }
}
