internal import HTTPTypes
internal import Hummingbird

/// Refuses bodies that nobody needs, and answers errors in JSON: 404 for unknown paths, 405 for other methods.
struct RequestBounds<Context: RequestContext>: RouterMiddleware {
  /// Paths that exist.
  let paths: Set<String>
  /// The most bytes that a request's body may announce.
  let longestBody: Int

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    // A length that is told first is the only one that can be refused in time.
    if request.headers[.transferEncoding] != nil {
      return try JSONResponse.error(.lengthRequired, "a body needs a Content-Length")
    }
    if let text = request.headers[.contentLength], Int(text).map({ $0 > longestBody }) ?? true {
      return try JSONResponse.error(.contentTooLarge, "the body is longer than \(longestBody) bytes")
    }
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      guard paths.contains(request.uri.path) else {
        return try JSONResponse.error(
          .notFound, "there is nothing here; see /status, /health, /ready, /livez, /metrics")
      }
      var response = try JSONResponse.error(.methodNotAllowed, "only GET and HEAD are served here")
      response.headers[.allow] = "GET, HEAD"
      return response
    }
  }
}
