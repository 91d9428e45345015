internal import Decoder
internal import PGReplication

/// What becomes of a type's values: their schema and conversion, before anything that a single column adds.
struct ColumnPlan {
  /// The schema of a required value without default.
  var schema: ConnectSchema
  /// How a value becomes JSON.
  var conversion: Conversion
  /// What Debezium puts in the place of a value that it was not sent, in a column that must have one.
  var zero: [UInt8]
  /// What it puts in the place of an unchanged TOAST value; nil: null, with a warning.
  var unavailable: [UInt8]?

  /// A plan by its parts, the texts as JSON.
  init(_ schema: ConnectSchema, _ conversion: Conversion, zero: String, unavailable: [UInt8]? = nil) {
    self.schema = schema
    self.conversion = conversion
    self.zero = Array(zero.utf8)
    self.unavailable = unavailable
  }
}

/// Chooses plans: Debezium's `PostgresValueConverter` as a table.
struct PlanChooser {
  let settings: ValueSettings
  let size: ColumnSize
  /// Zero's text.
  private static let zeroDigit: [UInt8] = [UInt8(ascii: "0")]

  /// The TOAST placeholder as a JSON string.
  let placeholder: [UInt8]

  init(_ settings: ValueSettings, _ size: ColumnSize) {
    self.settings = settings
    self.size = size
    placeholder = json { $0.appendText(settings.unavailableText) }
  }

  /// The plan of a type that is no domain; nil when Debezium leaves such columns out.
  func plan(_ type: ColumnType) -> ColumnPlan? {
    if let plan = number(type.oid) ?? temporal(type.oid) ?? text(type.oid) ?? binary(type.oid) { return plan }
    if BuiltInTypes.entry(type.oid) == nil, let plan = `extension`(type) { return plan }
    switch type.family {
    case .enumeration(let labels):
      let allowed = ConnectSchema.Parameter("allowed", labels.joined(separator: ","))
      return string(ConnectSchema(.string, name: "io.debezium.data.Enum", version: 1, parameters: [allowed]))
    case .array(let element, let delimiter): return array(type, of: element, delimiter: delimiter)
    case .domain(let base, _): return plan(base)
    case .plain, .composite: return unknown(type)
    }
  }

  private func number(_ oid: UInt32) -> ColumnPlan? {
    switch oid {
    case TypeOID.bool: ColumnPlan(ConnectSchema(.boolean), .boolean, zero: "false")
    case TypeOID.int2: ColumnPlan(ConnectSchema(.int16), .verbatim, zero: "0")
    case TypeOID.int4: ColumnPlan(ConnectSchema(.int32), .verbatim, zero: "0")
    case TypeOID.int8, TypeOID.oid: ColumnPlan(ConnectSchema(.int64), .verbatim, zero: "0")
    case TypeOID.float4: ColumnPlan(ConnectSchema(.float), .float, zero: "0.0")
    case TypeOID.float8: ColumnPlan(ConnectSchema(.double), .double, zero: "0.0")
    case TypeOID.numeric: numeric()
    case TypeOID.money: money()
    default: nil
    }
  }

  private func numeric() -> ColumnPlan {
    // Scales go from -1000 to 1000; one above is a negative one whose sign was not seen.
    let scale = settings.quirks || (size.scale ?? 0) <= 1000 ? size.scale ?? 0 : 0
    let isVariable = (size.length == 0 || size.length == ColumnSize.variableNumeric) && scale == 0
    switch settings.decimals {
    case .string:
      let text = Conversion.decimalText(scale: isVariable ? nil : scale)
      return ColumnPlan(
        ConnectSchema(.string), text,
        zero: json { _ = text.append(PlanChooser.zeroDigit.span.bytes, from: .stream, to: &$0) }.text,
        unavailable: placeholder)
    case .double:
      return ColumnPlan(ConnectSchema(.double), .decimalDouble(scale: isVariable ? nil : scale), zero: "0.0")
    case .precise where isVariable:
      return ColumnPlan(.variableDecimal, .variableDecimal, zero: #"{"scale":0,"value":"AA=="}"#)
    case .precise:
      let precision = ConnectSchema.Parameter("connect.decimal.precision", String(size.length))
      return decimal(
        scale, [precision], settings.decimalsAsNumbers ? .decimalNumber(scale: scale) : .decimal(scale: scale))
    }
  }

  private func decimal(_ scale: Int, _ more: [ConnectSchema.Parameter], _ conversion: Conversion) -> ColumnPlan {
    let schema = ConnectSchema(
      .bytes, name: "org.apache.kafka.connect.data.Decimal", version: 1,
      parameters: [ConnectSchema.Parameter("scale", String(scale))] + more)
    let zero =
      settings.decimalsAsNumbers
      ? json { _ = Conversion.appendDecimalNumber(PlanChooser.zeroDigit.span.bytes, scale: scale, to: &$0) }.text
      : #""AA==""#
    return ColumnPlan(schema, conversion, zero: zero)
  }

  private func money() -> ColumnPlan {
    let digits = max(0, settings.moneyFractionDigits)
    let conversion = Conversion.money(settings.decimals, digits: digits, asNumber: settings.decimalsAsNumbers)
    switch settings.decimals {
    case .precise: return decimal(digits, [], conversion)
    case .double: return ColumnPlan(ConnectSchema(.double), conversion, zero: "0.0")
    case .string:
      let zero = digits > 0 ? "0." + String(repeating: "0", count: digits) : "0"
      return ColumnPlan(ConnectSchema(.string), conversion, zero: "\"\(zero)\"")
    }
  }

  private func text(_ oid: UInt32) -> ColumnPlan? {
    switch oid {
    case TypeOID.text, TypeOID.varchar, TypeOID.bpchar, TypeOID.char: string(ConnectSchema(.string))
    case TypeOID.name: ColumnPlan(ConnectSchema(.string), .name, zero: "\"\"", unavailable: placeholder)
    // cidr, macaddr8, macaddr, inet and the ranges: as the server prints them.
    case 650, 774, 829, 869, 3904, 3906, 3908, 3910, 3912, 3926: string(ConnectSchema(.string))
    case TypeOID.json, TypeOID.jsonb: string(.json)
    case TypeOID.xml: string(ConnectSchema(.string, name: "io.debezium.data.Xml", version: 1))
    case TypeOID.uuid: string(ConnectSchema(.string, name: "io.debezium.data.Uuid", version: 1))
    case 3614: string(ConnectSchema(.string, name: "io.debezium.data.Tsvector", version: 1))
    default: nil
    }
  }

  func string(_ schema: ConnectSchema) -> ColumnPlan {
    ColumnPlan(schema, .text, zero: "\"\"", unavailable: placeholder)
  }

  private func binary(_ oid: UInt32) -> ColumnPlan? {
    switch oid {
    case TypeOID.bytea: bytes(.bytes(bytesForm))
    case TypeOID.bit, TypeOID.varbit: bits()
    case 600: ColumnPlan(.point, .point, zero: json { $0.appendPoint(x: 0, y: 0) }.text)
    default: nil
    }
  }

  var bytesForm: Conversion.Bytes {
    switch settings.binary {
    case .bytes, .base64: .base64
    case .base64URLSafe: .base64URLSafe
    case .hex: .hex
    }
  }

  /// bytea, and the texts of types that are not known.
  func bytes(_ conversion: Conversion) -> ColumnPlan {
    let unavailable: [UInt8]? =
      switch settings.binary {
      case .bytes: json { $0.appendBase64(settings.unavailable) }
      case .hex: placeholder
      case .base64, .base64URLSafe:
        settings.quirks ? nil : json { Conversion.appendBytes(settings.unavailable, bytesForm, to: &$0) }
      }
    return ColumnPlan(
      ConnectSchema(settings.binary == .bytes ? .bytes : .string), conversion, zero: "\"\"", unavailable: unavailable)
  }

  private func bits() -> ColumnPlan {
    guard size.length > 1 else { return ColumnPlan(ConnectSchema(.boolean), .bit, zero: "false") }
    return ColumnPlan(.bits(size.length), .bits, zero: "\"\"")
  }

  private func unknown(_ type: ColumnType) -> ColumnPlan? {
    guard settings.includesUnknownTypes else { return nil }
    // lseg, path, box, polygon, line, circle, which the JDBC driver has classes for.
    let isShape = [601, 602, 603, 604, 628, 718].contains(type.oid)
    return bytes(isShape ? .shapeBytes(bytesForm) : .textBytes(bytesForm))
  }
}

/// The JSON that `body` writes.
func json(_ body: (inout OutputBuffer) -> Void) -> [UInt8] {
  var buffer = OutputBuffer(capacity: 64)
  body(&buffer)
  return buffer.array
}

extension [UInt8] {
  /// As a `String`, for what is put together from constants.
  var text: String { String(decoding: self, as: UTF8.self) }
}
