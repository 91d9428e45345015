internal import Decoder

/// A number's digits, kept while the number does not change: it is written into many events.
struct DecimalDigits: Sendable {
  private var digits: [UInt8] = []

  init() { digits.reserveCapacity(20) }

  /// Whether there is no number.
  var isEmpty: Bool { digits.isEmpty }

  /// Takes a number; nil for none. Nothing is allocated.
  mutating func show(_ number: UInt64?) {
    digits.removeAll(keepingCapacity: true)
    guard var rest = number else { return }
    repeat {
      digits.append(48 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    digits.reverse()
  }

  /// Adds the digits, without the last ones; at least one.
  @inline(__always)
  func append(to buffer: inout OutputBuffer, without last: Int = 0) {
    let digits = digits
    buffer.append(digits.span.extracting(first: max(1, digits.count &- last)))
  }
}
