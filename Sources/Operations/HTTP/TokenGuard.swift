internal import HTTPTypes
internal import Hummingbird

/// Where a token is set, lets nobody in without it, except for what a probe has to know.
///
/// Without a token `/livez` answers as ever, and `/health` and `/ready` with their status alone. Every other path, whether
/// it exists or not, is 401.
///
/// Source: RFC 6750, section 3 "The WWW-Authenticate Response Header Field".
struct TokenGuard<Context: RequestContext>: RouterMiddleware {
  private static var open: Set<String> { ["/livez"] }
  private static var statusAlone: Set<String> { ["/health", "/ready"] }

  let access: HTTPAccess

  func handle(
    _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    let authorization = request.headers[.authorization]
    if access.admits(authorization) { return try await next(request, context) }
    // Who shows a wrong one shall know it, on every path.
    if authorization == nil, request.method == .get || request.method == .head {
      if Self.open.contains(request.uri.path) { return try await next(request, context) }
      if Self.statusAlone.contains(request.uri.path) {
        let answer = try await next(request, context)
        let bare = try JSONResponse.make(answer.status, ProbeBody(isWell: answer.status == .ok))
        return request.method == .head ? bare.createHeadResponse() : bare
      }
    }
    var refusal = try JSONResponse.error(.unauthorized, "a token is needed: Authorization: Bearer …")
    refusal.headers[.wwwAuthenticate] =
      "Bearer realm=\"cdc-direct\"" + (authorization == nil ? "" : ", error=\"invalid_token\"")
    return refusal
  }
}

/// What a probe without a token is told.
struct ProbeBody: Encodable {
  let isWell: Bool
}
