internal import HTTPTypes
internal import Hummingbird

/// The paths that are served, each a snapshot turned into text.
struct OperationsRoutes {
  static let paths: Set<String> = ["/health", "/ready", "/livez", "/metrics", "/status"]

  /// The most bytes that a request's body may have.
  static let longestBody = 64 << 10

  let sources: OperationsSources
  let access: HTTPAccess

  func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestBounds(paths: OperationsRoutes.paths, longestBody: OperationsRoutes.longestBody))
    if access.needsToken { router.add(middleware: TokenGuard(access: access)) }
    let sources = self.sources
    router.get("/health") { _, _ in
      let report = HealthReport(sources.snapshot())
      return try JSONResponse.make(report.isHealthy ? .ok : .serviceUnavailable, report)
    }
    router.get("/ready") { _, _ in
      let report = ReadinessReport(sources.snapshot())
      return try JSONResponse.make(report.isReady ? .ok : .serviceUnavailable, report)
    }
    router.get("/livez") { _, _ in
      let report = LivenessReport(sources.snapshot())
      return try JSONResponse.make(report.isAlive ? .ok : .serviceUnavailable, report)
    }
    router.get("/status") { _, _ in try JSONResponse.make(.ok, StatusReport(sources.snapshot())) }
    router.get("/metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: Exposition.contentType, .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: Exposition(sources.snapshot()).text)))
    }
    return router
  }
}
