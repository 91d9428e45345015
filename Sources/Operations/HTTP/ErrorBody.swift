/// What an answer to a request that cannot be served holds.
struct ErrorBody: Encodable {
  struct Content: Encodable {
    let status: Int
    let message: String
  }

  let error: Content

  init(status: Int, message: String) { error = Content(status: status, message: message) }
}
