internal import HTTPTypes
internal import Hummingbird

/// Answers in JSON, never cached.
enum JSONResponse {
  static func make(_ status: HTTPResponse.Status, _ value: some Encodable) throws -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONBody.encode(value))))
  }

  static func error(_ status: HTTPResponse.Status, _ message: String) throws -> Response {
    try make(status, ErrorBody(status: Int(status.code), message: message))
  }
}
