/// A request to the running program, from the signal table or the signal file.
///
/// Source: Debezium documentation, "Sending signals to a Debezium connector".
public struct Signal: Sendable, Hashable {
  /// What the sender calls it; notifications carry it.
  public let id: String
  /// What is asked for.
  public let type: String
  /// The details, a JSON object; empty for none.
  public let data: String

  /// A signal by the three columns of the signal table.
  public init(id: String, type: String, data: String?) {
    self.id = id
    self.type = type
    self.data = data ?? ""
  }
}
