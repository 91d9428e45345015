/// Why a measurement could not be taken.
struct BenchError: Error, CustomStringConvertible {
  /// What failed, where, and what to do.
  let description: String
  init(_ description: String) { self.description = description }
}
