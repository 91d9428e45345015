internal import Operations
internal import Pipeline
internal import ServiceLifecycle
internal import Settings

extension Run {
  func operations(
    _ settings: Settings, _ pipeline: Pipeline, _ watch: SourceWatch
  ) throws -> [ServiceGroupConfiguration.ServiceConfiguration] { [] }
}
