internal import Decoder
internal import PGReplication

/// Arrays, and types of extensions, which Debezium knows by name.
extension PlanChooser {
  func `extension`(_ type: ColumnType) -> ColumnPlan? {
    switch type.name {
    case "citext", "isbn": string(ConnectSchema(.string))
    case "ltree": string(.ltree)
    case "hstore": hstore()
    case "geometry": shape("Geometry", optional: true)
    case "geography": shape("Geography", optional: false)
    case "vector": ColumnPlan(.vector(.double, "io.debezium.data.DoubleVector"), .vector(isSingle: false), zero: "[]")
    case "halfvec": ColumnPlan(.vector(.float, "io.debezium.data.FloatVector"), .vector(isSingle: true), zero: "[]")
    case "sparsevec": ColumnPlan(.sparseVector, .sparseVector, zero: "null")
    default: nil
    }
  }

  private func hstore() -> ColumnPlan {
    var object = json { $0.append(UInt8(ascii: "{")) }
    object += placeholder + [UInt8(ascii: ":")] + placeholder + [UInt8(ascii: "}")]
    if settings.hstore == .json {
      return ColumnPlan(.json, .hstoreText, zero: #""{}""#, unavailable: json { $0.appendText(object) })
    }
    let map = ConnectSchema(.map, keys: ConnectSchema(.string), values: ConnectSchema(.string, optional: true))
    return ColumnPlan(map, .hstoreMap, zero: "{}", unavailable: object)
  }

  private func shape(_ name: String, optional: Bool) -> ColumnPlan {
    let fields = [
      ConnectSchema.Field("wkb", ConnectSchema(.bytes)),
      ConnectSchema.Field("srid", ConnectSchema(.int32, optional: true)),
    ]
    // Debezium's Geometry is optional whatever the column says.
    let schema = ConnectSchema(
      .structure, optional: optional, name: "io.debezium.data.geometry.\(name)", version: 1, doc: name, fields: fields)
    return ColumnPlan(schema, .geometry, zero: #"{"wkb":"AQcAAAAAAAAA","srid":null}"#)
  }

  func array(_ type: ColumnType, of element: ColumnType, delimiter: UInt8) -> ColumnPlan? {
    switch type.oid {
    // xml[], money[], name[], point[], interval[], varbit[], refcursor[].
    case 143, 791, 1003, 1017, 1187, 1563, 2201: return nil
    case 1561: return bitArray(delimiter)
    case 22, 30:
      let items = ConnectSchema(type.oid == 22 ? .int16 : .int64)
      return ColumnPlan(ConnectSchema(.array, values: items), .numbers(quirks: settings.quirks), zero: "[]")
    default: break
    }
    guard let plan = driverTemporal(element.oid) ?? elementPlan(element) else { return nil }
    let isListed = PlanChooser.listedArrays.contains(type.oid) || isListedExtension(type)
    let allowsNull = isListed || !settings.quirks
    let items = allowsNull ? plan.schema.with(optional: true) : plan.schema
    let conversion = ArrayConversion(
      of: plan.conversion, delimiter: delimiter, allowsNull: allowsNull && !isLtree(type),
      refusesSpecialNumbers: settings.quirks && element.oid == TypeOID.numeric)
    return ColumnPlan(
      ConnectSchema(.array, values: items), .array(conversion), zero: "[]", unavailable: unavailableArray(type))
  }

  /// An element's plan. Those of domains are not known to Debezium.
  private func elementPlan(_ element: ColumnType) -> ColumnPlan? {
    guard case .domain = element.family else { return plan(element) }
    return settings.includesUnknownTypes ? bytes(.textBytes(bytesForm)) : nil
  }

  /// Debezium takes `bit(3)[]` for one bit string, which none of its values are.
  private func bitArray(_ delimiter: UInt8) -> ColumnPlan {
    let isOne = size.length <= 1
    let schema = isOne ? ConnectSchema(.boolean) : .bits(size.length)
    if settings.quirks { return ColumnPlan(schema, .never, zero: "null") }
    let conversion = ArrayConversion(of: isOne ? .bit : .bits, delimiter: delimiter, allowsNull: true)
    return ColumnPlan(ConnectSchema(.array, values: schema.with(optional: true)), .array(conversion), zero: "[]")
  }

  private func isLtree(_ type: ColumnType) -> Bool {
    settings.quirks && type.name == "_ltree" && BuiltInTypes.entry(type.oid) == nil
  }

  private func isListedExtension(_ type: ColumnType) -> Bool {
    BuiltInTypes.entry(type.oid) == nil
      && ["_geometry", "_geography", "_citext", "_hstore", "_ltree"].contains(type.name)
  }

  /// Those that Debezium has a line for: their elements may be null.
  private static let listedArrays: Set<UInt32> = [
    199, 651, 775, 1000, 1001, 1002, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1040, 1041, 1115, 1182, 1183,
    1185, 1231, 1270, 2951, 3807, 3905, 3907, 3909, 3911, 3913, 3927,
  ]

  /// What stands for an array that was not sent; nil where it does not fit the schema.
  private func unavailableArray(_ type: ColumnType) -> [UInt8]? {
    let bytes = settings.unavailable
    switch type.oid {
    case 199, 1009, 1014, 1015, 3807: return list([placeholder])
    case 1001: return settings.binary == .bytes ? list([json { $0.appendBase64(bytes) }]) : nil
    case 1182 where settings.times == .isostring || settings.times == .connect: return nil
    case 1007, 1016, 1182: return list(bytes.map { Array(String(Int8(bitPattern: $0)).utf8) })
    case 2951: return list([json { $0.appendText(PlanChooser.uuid(named: bytes)) }])
    default: return nil
    }
  }

  private func list(_ items: [[UInt8]]) -> [UInt8] {
    json { $0.append([UInt8(ascii: "[")] + items.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]) }
  }

  /// A UUID of version 3, as Java's `UUID.nameUUIDFromBytes` makes it.
  private static func uuid(named name: [UInt8]) -> [UInt8] {
    var digest = Digest.md5.bytes(of: name)
    digest[6] = digest[6] & 0x0F | 0x30
    digest[8] = digest[8] & 0x3F | 0x80
    var text: [UInt8] = []
    for (index, byte) in digest.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
      text += [OutputBuffer.hexDigit(byte >> 4), OutputBuffer.hexDigit(byte & 15)]
    }
    return text
  }
}
