/// Numbers for people.
enum ByteText {
  /// Bytes with a binary unit: `512 B`, `1.5 MiB`.
  static func text(_ bytes: UInt64) -> String {
    guard bytes >= 1024 else { return "\(bytes) B" }
    var value = Double(bytes) / 1024
    for unit in ["KiB", "MiB", "GiB", "TiB"] {
      if value < 1024 || unit == "TiB" { return "\((value * 10).rounded() / 10) \(unit)" }
      value /= 1024
    }
    return "\(bytes) B"
  }

  /// Seconds as `0.4 s`, `5 min`, `3 h`, `12 days`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e10 else { return "unknown" }
    switch seconds {
    case ..<120: return "\((seconds * 10).rounded() / 10) s"
    case ..<7200: return "\(Int(seconds / 60)) min"
    case ..<172_800: return "\(Int(seconds / 3600)) h"
    default: return "\(Int(seconds / 86_400)) days"
    }
  }

  /// A count with blanks between thousands: `100 000`.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = Array("\(number)")
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { text.append(" ") }
      text.append(digit)
    }
    return text
  }
}
