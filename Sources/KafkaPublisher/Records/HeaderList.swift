internal import Events

/// A record's headers as librdkafka wants them: names that end with a zero byte.
struct HeaderList {
  private var names: [ContiguousArray<CChar>] = []
  private var values: [[UInt8]?] = []

  init() {}

  init(_ headers: [EventHeaders.Header]) {
    for header in headers {
      names.append(ContiguousArray(header.name.utf8CString))
      values.append(header.value)
    }
  }

  var count: Int { names.count }

  /// Lends one of them; the bytes stay where they are as long as the list does.
  func withHeader(_ index: Int, _ body: (UnsafePointer<CChar>?, UnsafeRawBufferPointer?) -> Void) {
    names[index].withUnsafeBufferPointer { name in
      guard let value = values[index] else { return body(name.baseAddress, nil) }
      value.withUnsafeBytes { body(name.baseAddress, $0) }
    }
  }
}
