extension Duration {
  /// Seconds, with their fraction.
  var secondsValue: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
  /// With one decimal, for people; large and infinite values as they are.
  var tenths: String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    return "\((self * 10).rounded() / 10)"
  }
}
