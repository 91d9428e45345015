internal import PGReplication

extension Connection {
  /// Runs `body` in a transaction; an error rolls it back.
  borrowing func transaction<R>(_ body: (borrowing Connection) throws -> R) throws -> R {
    do {
      try execute("BEGIN")
      let result = try body(self)
      try execute("COMMIT")
      return result
    } catch {
      if isAlive && isInTransaction { _ = try? execute("ROLLBACK") }
      throw error
    }
  }
}
