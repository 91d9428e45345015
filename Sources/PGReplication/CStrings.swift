internal import Glibc

/// Lends Swift strings to C for the time of one call.
enum CStrings {
  /// Calls `body` with an array of C strings that ends with a null pointer; a nil string is a null pointer too.
  static func with<R>(
    _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    var pointers = strings.map { text in UnsafePointer<CChar>(text.flatMap { strdup($0) }) }
    pointers.append(nil)
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    return withExtendedLifetime(pointers) {
      pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the array holds at least the final null") }
        return body(base)
      }
    }
  }
}
