extension EventSettings {
  /// Makes sure, before anything is read, that names, transforms and converters can be honoured.
  ///
  /// Throws `NameError`, `TransformError` or `CloudEventsError`.
  public func check() throws {
    _ = try EventNames(prefix: topicPrefix, settings: names)
    _ = try TransformChain(properties: transformProperties)
    _ = try cloudEvents()
  }

  /// What writes values as CloudEvents; nil where `JsonConverter` writes them.
  func cloudEvents() throws(CloudEventsError) -> CloudEvents? {
    switch valueForm {
    case .json: nil
    case .cloudEvents(let form): try CloudEvents(form, self)
    }
  }
}
