internal import PGReplication
public import Pipeline

extension Trail {
  /// Changes that were set aside, oldest first.
  /// - Parameter status: `open`, `retried`, `resolved`; nil for all.
  public borrowing func errors(status: String? = "open", limit: Int = 100) throws -> [StoredError] {
    let rows = try run(
      """
      SELECT * FROM \(names.schema).processing_error WHERE $1::text IS NULL OR status = $1
      ORDER BY id LIMIT \(max(0, limit))
      """, [status])
    return rows.rows.indices.map { StoredError(rows, $0) }
  }

  /// One set-aside change by its number, whatever its status; nil when there is none.
  public borrowing func error(id: Int64) throws -> StoredError? {
    let rows = try run("SELECT * FROM \(names.schema).processing_error WHERE id = $1", [String(id)])
    return rows.count == 0 ? nil : StoredError(rows, 0)
  }

  /// Tries to store a set-aside change; it stays open, with the new reason, when it is refused again.
  ///
  /// - Parameter replacingNUL: whether `\u0000`, which jsonb cannot hold, becomes U+FFFD. The row's metadata says so.
  /// - Returns: whether it is stored now; nil when there is no such open error.
  public borrowing func retry(error id: Int64, replacingNUL: Bool = false) throws -> Bool? {
    let rows = try run("SELECT \(names.schema).retry_error($1, $2)", [String(id), replacingNUL ? "true" : "false"])
    return rows.scalar.map { $0 == "retried" }
  }

  /// Tries to store every set-aside change, each for itself.
  public borrowing func retryAllErrors(replacingNUL: Bool = false) throws -> (stored: Int, refused: Int) {
    var stored = 0
    var refused = 0
    for id in try openErrors(of: .audit) {
      guard let isStored = try retry(error: id, replacingNUL: replacingNUL) else { continue }
      if isStored { stored += 1 } else { refused += 1 }
    }
    return (stored, refused)
  }

  /// The numbers of what a sink set aside and nobody resolved, oldest first.
  public borrowing func openErrors(of sink: QuarantinedChange.Sink) throws -> [Int64] {
    let rows = try run(
      "SELECT id FROM \(names.schema).processing_error WHERE status = 'open' AND sink = $1 ORDER BY id",
      [sink.rawValue])
    return rows.rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int64($0) } }
  }

  /// Notes that a record was sent again, or why it could not be.
  /// - Parameter failure: why; nil where it was sent.
  /// - Returns: false when there is no such open record.
  @discardableResult
  public borrowing func noteReplay(of id: Int64, failure: String?) throws -> Bool {
    try run("SELECT \(names.schema).note_replay($1, $2)", [String(id), failure]).scalar == "t"
  }

  /// Closes a set-aside change with a note, without storing it in the trail.
  /// - Returns: false when there is no such open error.
  public borrowing func resolve(error id: Int64, note: String) throws -> Bool {
    try run("SELECT \(names.schema).resolve_error($1, $2)", [String(id), note]).scalar == "t"
  }
}
