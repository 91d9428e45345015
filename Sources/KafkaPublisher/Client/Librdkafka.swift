internal import CLibrdkafka

/// The loaded library: its functions under their own names.
///
/// It is loaded when something is published, and only then; a loaded library stays until the program ends.
final class Librdkafka: Sendable {
  /// The functions.
  let call: cdc_rdkafka

  /// Loads the library.
  /// - Parameter name: its file name, which the system looks for, or its path.
  init(_ name: String) throws(KafkaError) {
    var call = cdc_rdkafka()
    if let reason = cdc_rdkafka_load(name, &call) {
      throw KafkaError(
        .library, "librdkafka cannot be loaded: \(Librdkafka.text(reason))", at: "kafka.library=\(name)")
    }
    self.call = call
  }

  /// What a C string says; nothing for none.
  static func text(_ string: UnsafePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }

  /// What a buffer was filled with, up to its zero byte.
  static func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// For example `2.0.2`.
  var version: String { Librdkafka.text(call.rd_kafka_version_str()) }
}
