internal import Decoder
internal import Events
@testable internal import PGReplication
@testable internal import Pipeline

extension Target {
  private static let row = ValueShape.composite([
    ValueShape.Field(name: "a", shape: .number), ValueShape.Field(name: "b", shape: .text),
    ValueShape.Field(name: "c", shape: .array(element: .timestamp, delimiter: UInt8(ascii: ","))),
    ValueShape.Field(name: "d", shape: .composite([ValueShape.Field(name: "e", shape: .hstore)])),
  ])
  private static func array(_ element: ValueShape) -> ValueShape {
    .array(element: element, delimiter: UInt8(ascii: ","))
  }
  private static let shapes: [ValueShape] = [
    .number, .boolean, .timestamp, .timestampWithTimeZone, .text, .hstore, array(.number), array(.text),
    array(.boolean),
    array(.timestampWithTimeZone), array(.hstore), .vector(element: .number), row, array(row),
    .array(element: .text, delimiter: UInt8(ascii: ";")), .json, array(.json),
  ]
  /// How many of the shapes make JSON of any text; the last two embed what the server says is JSON.
  private static let checked = shapes.count - 2

  private static let types: [UInt32] = [
    16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 30, 114, 142, 600, 601, 602, 603, 604, 628, 650, 700, 701, 718, 774, 790,
    829,
    869, 1000, 1001, 1005, 1007, 1009, 1016, 1022, 1042, 1043, 1082, 1083, 1114, 1115, 1182, 1183, 1184, 1185, 1186,
    1231,
    1266, 1270, 1560, 1561, 1562, 1700, 2950, 2951, 3220, 3614, 3802, 3807, 3904, 3906, 3908, 3910, 3912, 3926, 4451,
    20_000, 20_001, 20_002, 20_003, 20_004, 20_005, 20_006, 20_007, 20_009, 20_010,
  ]
  private static let catalogue: [UInt32: CatalogType] = {
    func type(_ oid: UInt32, _ name: String, _ kind: CatalogType.Kind, _ from: String? = nil) -> CatalogType {
      CatalogType(oid: oid, schema: "public", name: name, kind: kind, fromExtension: from)
    }
    return Dictionary(
      uniqueKeysWithValues: [
        type(20_000, "mood", .enumeration(["sad", "a,b"])),
        type(20_001, "_mood", .array(element: 20_000, delimiter: 44)),
        type(20_002, "hstore", .hasJSONCast(function: "hstore_to_json", fromExtension: "hstore"), "hstore"),
        type(20_003, "amount", .domain(base: 1700, modifier: 524_294)), type(20_004, "citext", .scalar, "citext"),
        type(20_005, "geometry", .scalar, "postgis"), type(20_006, "vector", .scalar, "vector"),
        type(20_007, "sparsevec", .scalar, "vector"), type(20_009, "tags", .domain(base: 1009, modifier: -1)),
        type(20_010, "ltree", .scalar, "ltree"),
      ].map { ($0.oid, $0) })
  }()

  private static let modes: [ValueSettings] = {
    var plain = ValueSettings()
    plain.quirks = false
    plain.includesUnknownTypes = true
    plain.decimals = .string
    plain.times = .isostring
    plain.intervals = .string
    plain.binary = .hex
    var connect = ValueSettings()
    connect.decimals = .double
    connect.times = .connect
    connect.hstore = .map
    connect.binary = .base64
    var nanoseconds = ValueSettings()
    nanoseconds.times = .nanoseconds
    nanoseconds.decimalsAsNumbers = true
    nanoseconds.quirks = false
    return [ValueSettings(), plain, connect, nanoseconds]
  }()
  private static let modifiers: [Int32] = [-1, 4, 524_294, 6, Int32.max, Int32.min]

  /// A column's converter, and whether what it writes is JSON whatever it is fed with.
  private static let converters: [[ColumnConverter?]] = modes.map { settings in
    types.flatMap { type in
      modifiers.map { modifier in
        ColumnConverter(
          ColumnDescription(name: "c", type: type, modifier: modifier), in: ("public", "t"), types: catalogue,
          settings: settings, fieldName: "c")
      }
    }
  }

  /// One byte that says what for, then a value's text: a shape of the trail, or a type, its modifier and settings of events.
  static func values(_ input: UnsafeRawBufferPointer) {
    guard input.count >= 2 else { return }
    let text = [UInt8](input[2...])
    if input[0] & 1 == 0 {
      let number = Int(input[1]) % shapes.count
      var buffer = OutputBuffer(capacity: 16)
      do { try buffer.appendJSON(text.span.bytes, as: shapes[number]) } catch { return }
      if number < checked { mustBeJSON(buffer, text, "shape \(number)") }
      return
    }
    let rest = Int(input[0] >> 1)
    let ofSettings = converters[rest % converters.count]
    let number = Int(input[1]) % types.count * modifiers.count + rest / converters.count % modifiers.count
    guard let converter = ofSettings[number] else { return }
    var buffer = OutputBuffer(capacity: 16)
    if converter.append(text.span.bytes, from: .stream, to: &buffer) {
      mustBeJSON(buffer, text, "type \(types[number / modifiers.count])")
    } else if buffer.count != 0 {
      fatalError("what could not be converted left \(buffer.count) bytes")
    }
  }

  /// JSON of a text has to be JSON: a document that nobody can read would stop a consumer.
  private static func mustBeJSON(_ buffer: borrowing OutputBuffer, _ text: [UInt8], _ what: String) {
    // The parser's own bound on nesting; and the server sends UTF-8 only.
    guard text.count(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "(") }) < 32,
      String(validating: text, as: UTF8.self) != nil
    else { return }
    let json = buffer.withUnsafeBytes { Array($0) }
    do { _ = try SignalDocument(parsing: json) } catch {
      fatalError("\(what): no JSON: \(String(decoding: json, as: UTF8.self))")
    }
  }
}
