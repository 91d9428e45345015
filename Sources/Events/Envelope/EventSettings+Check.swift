extension EventSettings {
  /// Makes sure, before anything is read, that names and transforms can be honoured.
  ///
  /// Throws `NameError` or `TransformError`.
  public func check() throws {
    _ = try EventNames(prefix: topicPrefix, settings: names)
    _ = try TransformChain(properties: transformProperties)
  }
}
