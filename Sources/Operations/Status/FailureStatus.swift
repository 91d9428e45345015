public import Pipeline

/// A failure, for a status report; without row data and secrets.
public struct FailureStatus: Sendable, Hashable, Codable {
  /// Its kind, as in the table of failures.
  public var kind: String
  /// What failed.
  public var what: String
  /// Where.
  public var place: String
  /// The next step.
  public var advice: String
  /// Whether time alone can heal it.
  public var isTransient: Bool

  /// The status of a failure.
  public init(_ failure: Failure) {
    kind = failure.kind.rawValue
    what = failure.what
    place = failure.place
    advice = failure.advice
    isTransient = failure.kind.isTransient
  }
}
