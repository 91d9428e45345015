public import Events

/// Asks beforehand whether schemas could be registered.
public struct RegistryCheck: Sendable {
  /// A schema that events would have.
  public struct Candidate: Sendable {
    /// The topic of the events.
    public let topic: String
    /// Whether it is the schema of keys.
    public let isKey: Bool
    /// The schema.
    public let schema: ConnectSchema

    /// A candidate by its parts.
    public init(topic: String, isKey: Bool, schema: ConnectSchema) {
      self.topic = topic
      self.isKey = isKey
      self.schema = schema
    }
  }

  /// What was found of a candidate.
  public struct Finding: Sendable {
    /// What the registry says, or why it cannot be asked.
    public enum Outcome: Sendable, Equatable {
      /// The subject has no schema yet.
      case new
      /// The schema is the latest one.
      case same
      /// The schema can follow the latest one.
      case compatible
      /// The schema cannot; why, in the registry's words.
      case incompatible([String])
      /// The schema cannot be one of Avro, or the registry cannot use it; why.
      case unusable(String)
    }

    /// The topic of the candidate.
    public let topic: String
    /// Whether it was the schema of keys.
    public let isKey: Bool
    /// The subject; nil when the schema gives none.
    public let subject: String?
    /// What was found.
    public let outcome: Outcome

    /// Whether events with the schema could be published.
    public var isUsable: Bool {
      switch outcome {
      case .new, .same, .compatible: true
      case .incompatible, .unusable: false
      }
    }
  }

  private let settings: AvroSettings
  private let registry: SchemaRegistry

  /// A check against `registry`, which stays the caller's to close.
  public init(_ settings: AvroSettings, registry: SchemaRegistry) {
    self.settings = settings
    self.registry = registry
  }

  /// What is found of each candidate, in their order. Nothing is registered.
  /// - Throws: `RegistryError` when no registry can be asked.
  public func findings(_ candidates: [Candidate]) async throws(RegistryError) -> [Finding] {
    var findings: [Finding] = []
    for candidate in candidates {
      let (subject, outcome) = try await outcome(candidate)
      findings.append(Finding(topic: candidate.topic, isKey: candidate.isKey, subject: subject, outcome: outcome))
    }
    return findings
  }

  private func outcome(_ candidate: Candidate) async throws(RegistryError) -> (String?, Finding.Outcome) {
    let schema: AvroSchema
    let subject: String
    do {
      schema = try AvroSchema(candidate.schema, settings)
      subject = try settings.subject(of: schema, topic: candidate.topic, isKey: candidate.isKey)
    } catch {
      return (nil, .unusable(error.description))
    }
    do {
      switch try await registry.compatibility(of: schema, subject: subject) {
      case .new: return (subject, .new)
      case .same: return (subject, .same)
      case .compatible: return (subject, .compatible)
      case .incompatible(let messages): return (subject, .incompatible(messages))
      }
    } catch {
      if error.kind == .invalid { return (subject, .unusable(error.message)) }
      throw error
    }
  }
}
