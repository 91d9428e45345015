internal import Logging
internal import Operations
internal import Pipeline
internal import ServiceLifecycle
internal import Settings

extension Run {
  /// Health, metrics and status over HTTP, where they are wanted.
  func operations(
    _ settings: Settings, _ pipeline: Pipeline, _ watch: SourceWatch, _ kafka: KafkaSink?
  ) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
    guard settings.http.isEnabled else { return [] }
    let sources = OperationsSources(
      build: BuildDescription(version: Version.text), metrics: pipeline.metrics, bounds: settings.healthBounds,
      identity: { pipeline.identity }, wire: { pipeline.wire.map(WireReading.init) }, source: { watch.reading },
      kafka: { [byTopic = settings.kafka?.metricsByTopic ?? false] in kafka?.reading(byTopic: byTopic) })
    let logger = Logger(label: "http")
    if let exposure = settings.http.exposure {
      logger.warning("\(exposure.what): \(exposure.remedy)", metadata: ["host": "\(settings.http.host)"])
    }
    let server = OperationsServer(
      host: settings.http.host, port: settings.http.port, sources: sources, access: try settings.http.access(),
      logger: logger)
    return [.init(service: server)]
  }
}

extension Settings {
  fileprivate var healthBounds: HealthBounds {
    var bounds = HealthBounds(wireSilence: stream.staleAfter)
    bounds.lagBytes = http.maximumLagBytes
    bounds.lagSeconds = http.maximumLag.map {
      Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18
    }
    return bounds
  }
}
