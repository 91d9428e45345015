internal import FoundationEssentials
internal import Glibc

/// What was measured, for people and for programs.
struct Report: Codable, Sendable {
  /// Where it was measured.
  let machine: Machine
  /// What went into the audit database.
  let subject: String
  /// What was measured, in order.
  var figures: [Figure] = []

  /// The table.
  var text: String {
    let header = ["MEASUREMENT", "WHAT", "MEDIAN", "TARGET", "VERDICT", "SPREAD", "REMARK"]
    let rows = figures.map { figure in
      let range = figure.samples.min().flatMap { low in
        figure.samples.max().map { "\(Report.number(low))…\(Report.number($0))" }
      }
      return [
        figure.measurement, figure.name, Report.number(figure.value) + figure.unit,
        figure.target?.text(figure.unit) ?? "-", figure.verdict.isEmpty ? "-" : figure.verdict, range ?? "-",
        figure.remark,
      ]
    }
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: Swift.max(0, width - cell.count))
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// Indented JSON with sorted keys.
  func json() throws -> String {
    struct Entry: Encodable {
      let figure: Figure
      func encode(to encoder: any Encoder) throws {
        try figure.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(figure.verdict, forKey: .verdict)
      }
      enum Key: String, CodingKey { case verdict }
    }
    struct Document: Encodable {
      let machine: Machine
      let subject: String
      let figures: [Entry]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(machine: machine, subject: subject, figures: figures.map(Entry.init))
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  /// A line on standard error, in one write.
  static func progress(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
  }

  /// Three digits that mean something.
  static func number(_ value: Double) -> String {
    let magnitude = abs(value)
    let places = magnitude >= 100 ? 1.0 : magnitude >= 10 ? 10.0 : magnitude >= 1 ? 100.0 : 1000.0
    let rounded = (value * places).rounded() / places
    return rounded == rounded.rounded() && magnitude >= 100 ? String(Int(rounded)) : "\(rounded)"
  }

  /// A count in thousands or millions.
  static func count(_ value: Int) -> String {
    if value >= 1_000_000 { return "\(number(Double(value) / 1e6))M" }
    return value >= 1000 ? "\(number(Double(value) / 1000))k" : "\(value)"
  }

  /// A rate for people.
  static func rate(_ rows: Int, _ seconds: Double) -> String {
    count(Int(Double(rows) / Swift.max(seconds, 1e-9))) + "/s"
  }
}
