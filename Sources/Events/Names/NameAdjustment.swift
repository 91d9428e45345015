/// How names are made fit for Avro, character by character.
///
/// Source: Debezium documentation, PostgreSQL connector, `schema.name.adjustment.mode` and `field.name.adjustment.mode`.
/// Characters are UTF-16 code units, as in Java: one beyond the basic plane becomes two replacements.
extension NameSettings.Adjustment {
  /// A schema's name: dots separate its parts.
  func schemaName(_ name: String) -> String { adjusted(name, allowsDots: true) }

  /// A field's name.
  func fieldName(_ name: String) -> String { adjusted(name, allowsDots: false) }

  private func adjusted(_ name: String, allowsDots: Bool) -> String {
    guard self != .none else { return name }
    var result = ""
    result.reserveCapacity(name.utf8.count)
    for (place, unit) in name.utf16.enumerated() {
      let isValid =
        unit.isASCIILetter || (unit == 95 && self == .avro)
        || (place > 0 && (unit.isASCIIDigit || (unit == 46 && allowsDots)))
      if isValid, let scalar = Unicode.Scalar(unit) {
        result.unicodeScalars.append(scalar)
        continue
      }
      if self == .avro_unicode {
        result += unit.escapedForAvro
        continue
      }
      result += "_"
      // A leading digit is kept behind the underscore, so that names that differ by it alone stay apart.
      if place == 0, let scalar = Unicode.Scalar(unit), scalar.properties.generalCategory == .decimalNumber {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension UInt16 {
  /// A to Z, a to z.
  var isASCIILetter: Bool { (65...90).contains(self) || (97...122).contains(self) }
  /// 0 to 9.
  var isASCIIDigit: Bool { (48...57).contains(self) }

  /// `_u` and the code unit in hexadecimal. Debezium writes four digits for those of two, else as many as there are.
  var escapedForAvro: String {
    let digits = String(self, radix: 16)
    return "_u" + (digits.count <= 2 ? "00" : "") + digits
  }
}
