public import AvroConverter
public import Pipeline

extension RegistryError {
  /// Whether the schema is refused, and not who asks.
  var isRefusal: Bool {
    switch kind {
    case .incompatible, .invalid: true
    case .unreachable, .unauthorized, .notFound, .unexpected: false
    }
  }

  /// What it means for the program.
  public var failure: Failure {
    let place = subject.map { "schema registry, subject \($0)" } ?? "schema registry"
    switch kind {
    case .unreachable: return Failure(.registryUnreachable, message, at: place)
    case .unauthorized, .incompatible, .invalid, .notFound, .unexpected:
      return Failure(.registryRefused, message, at: place, advice: advice)
    }
  }
}
