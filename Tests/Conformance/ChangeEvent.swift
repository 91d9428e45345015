/// One line of events: topic, partition, key, value and headers.
struct ChangeEvent: Sendable {
  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }

  /// The whole line; `partition`, `key`, `value` and `headers` are there always.
  var content: JSONValue
  let topic: String
  /// Its number in the file, from 1.
  let line: Int

  init(_ bytes: some Collection<UInt8>, line: Int) throws {
    let read = try JSONReader.value(of: bytes)
    guard let topic = read["topic"]?.text else { throw Unusable(description: "line \(line) is not an event") }
    self.topic = topic
    self.line = line
    var members = [JSONMember(name: "topic", value: .text(topic))]
    for name in ["partition", "key", "value", "headers"] {
      var value = read[name] ?? .null
      if name == "headers", value.isNull { value = .object([]) }
      members.append(JSONMember(name: name, value: value))
    }
    content = .object(members)
  }

  /// The events of a file, one a line; lines end with a line feed only.
  static func all(_ bytes: some Collection<UInt8>) throws -> [ChangeEvent] {
    var events: [ChangeEvent] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty {
      do { events.append(try ChangeEvent(line, line: index + 1)) } catch {
        throw Unusable(description: "line \(index + 1): \(error)")
      }
    }
    return events
  }

  /// The way to the body of `key` or `value`: through the converter's envelope when there is one.
  func bodyPath(_ part: String) -> [String] {
    guard case .object(let members)? = content[part], members.count == 2, members[0].isNamed("schema"),
      members[1].isNamed("payload")
    else { return [part] }
    return [part, "payload"]
  }

  func body(_ part: String) -> JSONValue { content[path: bodyPath(part)] ?? .null }

  /// Where the event comes from, when it says so.
  var source: JSONValue? {
    guard let source = body("value")["source"], source.isObject else { return nil }
    return source
  }

  /// Whether it shows a row that a query read, rather than a change from the log.
  var isReadRow: Bool {
    switch source?["snapshot"] {
    case nil, .null, .boolean(false): false
    case .text("false"): false
    default: source != nil
    }
  }

  /// Whether its value is a CloudEvent.
  var isCloudEvent: Bool { content["value"]?["specversion"] != nil }

  /// Whether it tells of a transaction's begin or end.
  var tellsOfTransaction: Bool {
    let value = body("value")
    return value["status"] != nil && value["data_collections"] != nil
  }

  var isHeartbeat: Bool { topic == "__debezium-heartbeat" || topic.hasPrefix("__debezium-heartbeat.") }

  /// What it is called in a message.
  var label: String {
    var text = "line \(line)"
    if let operation = body("value")["op"]?.text {
      text += " op=\(operation)"
    } else if content["value"]?.isNull ?? true {
      text += " tombstone"
    }
    let key = body("key")
    return key.isNull ? text : text + " key=" + key.rendered.prefix(120)
  }
}
