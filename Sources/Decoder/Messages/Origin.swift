public import WAL

/// Origin: the transaction was replicated here from elsewhere.
public struct Origin: Hashable, Sendable {
  /// The commit's LSN on the origin server.
  public let commitLSN: LSN
  /// The origin's name.
  public let name: String

  /// An Origin by its fields.
  public init(commitLSN: LSN, name: String) {
    self.commitLSN = commitLSN
    self.name = name
  }
}

extension MessageReader {
  mutating func origin() throws(DecodeError) -> Origin {
    Origin(commitLSN: try lsn("the origin's commit LSN"), name: try string("the origin's name"))
  }
}
