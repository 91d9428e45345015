internal import FoundationEssentials

/// Colour on a terminal that wants it, plain text anywhere else.
struct Style: Sendable {
  /// A colour by its ANSI number.
  enum Colour: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case bold = "1"
    case dim = "2"
  }

  /// Whether escape sequences are written.
  let isColoured: Bool

  /// As standard output is: NO_COLOR and a dumb terminal turn colours off.
  static let current: Style = {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    return Style(isColoured: Terminal.isOutput && !isPlain)
  }()

  /// The text in a colour.
  func paint(_ text: String, _ colour: Colour) -> String {
    isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
