internal import FoundationEssentials

/// A record that a consumer found on a topic.
public struct ConsumedRecord: Sendable, Hashable {
  /// A header; its name may come more than once.
  public struct Header: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its bytes; nil is not the same as none.
    public let value: [UInt8]?
  }

  /// The topic's name.
  public let topic: String
  /// The partition's number.
  public let partition: Int
  /// Its place in the partition; markers of transactions take places, too.
  public let offset: Int
  /// Milliseconds since 1970; -1 without one.
  public let timestamp: Int
  /// The key's bytes; nil without one.
  public let key: [UInt8]?
  /// The value's bytes; nil for a tombstone.
  public let value: [UInt8]?
  /// In the order they were sent.
  public let headers: [Header]

  /// The key as text; nil without one.
  public var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
  /// The value as text; nil for a tombstone.
  public var valueText: String? { value.map { String(decoding: $0, as: UTF8.self) } }

  /// The bytes of the last header of that name; nil when there is none or it is null.
  public func header(_ name: String) -> [UInt8]? { headers.last { $0.name == name }?.value }
  /// The last header of that name as text.
  public func headerText(_ name: String) -> String? { header(name).map { String(decoding: $0, as: UTF8.self) } }
}

extension ConsumedRecord {
  /// Lines of `testkit/consume`.
  static func all(in lines: String) throws -> [ConsumedRecord] {
    let decoder = JSONDecoder()
    return try lines.utf8.split(separator: UInt8(ascii: "\n")).map { line in
      ConsumedRecord(try decoder.decode(Line.self, from: Data(line)))
    }
  }

  private struct Line: Decodable {
    let topic: String
    let partition: Int
    let offset: Int
    let timestamp: Int
    let key: Data?
    let value: Data?
    let headers: [NamedData]
  }

  private struct NamedData: Decodable {
    let name: String
    let value: Data?

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      name = try pair.decode(String.self)
      value = try pair.decodeIfPresent(Data.self)
    }
  }

  private init(_ line: Line) {
    topic = line.topic
    partition = line.partition
    offset = line.offset
    timestamp = line.timestamp
    key = line.key.map(Array.init)
    value = line.value.map(Array.init)
    headers = line.headers.map { Header(name: $0.name, value: $0.value.map(Array.init)) }
  }
}
