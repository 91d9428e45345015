internal import CLibpq

/// Asks the server to cancel what another thread's connection is running.
public final class CancelHandle: @unchecked Sendable {
  // Unchecked because libpq's PGcancel is an immutable copy of address and key, documented as safe from any thread.
  private let raw: OpaquePointer

  init(_ raw: OpaquePointer) { self.raw = raw }

  deinit { PQfreeCancel(raw) }

  /// Sends the request over a connection of its own and waits for its delivery; true when it was delivered.
  @discardableResult
  public func cancel() -> Bool {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      PQcancel(raw, buffer.baseAddress, Int32(buffer.count)) == 1
    }
  }
}
