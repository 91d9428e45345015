extension ValueShape {
  /// The shape of a type whose OID PostgreSQL has fixed, in every version; nil when only the catalogue can tell.
  ///
  /// Source: PostgreSQL's `src/include/catalog/pg_type.dat`.
  public static func builtIn(_ type: UInt32) -> ValueShape? {
    if let base = baseShape(type) { return base }
    switch type {
    case 1005, 1007, 1016, 1021, 1022, 1231: return .array(element: .number, delimiter: comma)
    case 1000: return .array(element: .boolean, delimiter: comma)
    case 1115: return .array(element: .timestamp, delimiter: comma)
    case 1185: return .array(element: .timestampWithTimeZone, delimiter: comma)
    case 199, 3807: return .array(element: .json, delimiter: comma)
    case 1006: return .array(element: .vector(element: .number), delimiter: comma)
    case 1013: return .array(element: .vector(element: .text), delimiter: comma)
    case 1020: return .array(element: .text, delimiter: UInt8(ascii: ";"))
    default: return textArrays.contains(type) ? .array(element: .text, delimiter: comma) : nil
    }
  }

  private static var comma: UInt8 { UInt8(ascii: ",") }

  /// The base, range and multirange types.
  private static func baseShape(_ type: UInt32) -> ValueShape? {
    switch type {
    case 20, 21, 23, 700, 701, 1700: .number
    case 16: .boolean
    case 1114: .timestamp
    case 1184: .timestampWithTimeZone
    case 114, 3802: .json
    case 22: .vector(element: .number)
    case 30: .vector(element: .text)
    default: texts.contains(type) ? .text : nil
    }
  }

  /// bytea, "char", name, text, oid and its kin, xml, the geometric, network, bit, date and time, text search and range
  /// types, money, uuid, pg_lsn, jsonpath, snapshots, aclitem, refcursor.
  private static let texts: Set<UInt32> = [
    17, 18, 19, 24, 25, 26, 27, 28, 29, 142, 600, 601, 602, 603, 604, 628, 650, 718, 774, 790, 829, 869, 1033,
    1042, 1043, 1082, 1083, 1186, 1266, 1560, 1562, 1790, 2202, 2203, 2204, 2205, 2206, 2950, 2970, 3220, 3614,
    3615, 3642, 3734, 3769, 3904, 3906, 3908, 3910, 3912, 3926, 4072, 4089, 4096, 4191, 4451, 4532, 4533, 4534,
    4535, 4536, 5038, 5069,
  ]

  /// The arrays of `texts`, box excepted.
  private static let textArrays: Set<UInt32> = [
    143, 271, 629, 651, 719, 775, 791, 1001, 1002, 1003, 1008, 1009, 1010, 1011, 1012, 1014, 1015, 1017, 1018,
    1019, 1027, 1028, 1034, 1040, 1041, 1182, 1183, 1187, 1270, 1561, 1563, 2201, 2207, 2208, 2209, 2210, 2211,
    2949, 2951, 3221, 3643, 3644, 3645, 3735, 3770, 3905, 3907, 3909, 3911, 3913, 3927, 4073, 4090, 4097, 4192,
    5039, 6150, 6151, 6152, 6153, 6155, 6157,
  ]
}
