internal import Glibc

/// A table of the trail that fits the terminal: its widest column gives way.
enum FittedTable {
  /// Rows under a header; `flexible` is the column that is cut. Off a terminal nothing is.
  static func text(_ rows: [[String]], header: [String], flexible: Int, columns: Int? = terminalColumns) -> String {
    guard let columns, header.indices.contains(flexible) else { return Table.text(rows, header: header) }
    var widths = header.map(\.count)
    for row in rows {
      for (index, cell) in row.enumerated() where widths.indices.contains(index) {
        widths[index] = max(widths[index], cell.count)
      }
    }
    let fixed = widths.enumerated().reduce(0) { $0 + ($1.offset == flexible ? 0 : $1.element + 2) }
    let room = max(16, columns - fixed)
    return Table.text(
      rows.map { row in
        row.enumerated().map { $0.offset == flexible ? cut($0.element, to: room) : $0.element }
      }, header: header)
  }

  /// Rows under a header, the column `flexible` going on in further lines where it does not fit.
  static func wrapped(_ rows: [[String]], header: [String], flexible: Int, columns: Int) -> String {
    guard header.indices.contains(flexible) else { return Table.text(rows, header: header) }
    var fixed = 0
    for index in header.indices where index != flexible {
      fixed += 2 + rows.reduce(header[index].count) { max($0, $1.indices.contains(index) ? $1[index].count : 0) }
    }
    let room = max(16, columns - fixed)
    var lines: [[String]] = []
    for row in rows {
      let parts = row.indices.contains(flexible) ? wrap(row[flexible], to: room) : [""]
      for (number, part) in parts.enumerated() {
        lines.append(row.indices.map { $0 == flexible ? part : number == 0 ? row[$0] : "" })
      }
    }
    return Table.text(lines, header: header)
  }

  /// Lines of at most `width`, broken behind a comma where there is one.
  private static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while rest.count > width {
      let piece = rest.prefix(width)
      let end =
        piece.lastIndex(of: " ").flatMap { $0 > piece.startIndex ? piece.index(after: $0) : nil } ?? piece.endIndex
      lines.append(String(rest[..<end]))
      rest = rest[end...]
    }
    return lines + [String(rest)]
  }

  /// The terminal's width; nil when standard output is none.
  static var terminalColumns: Int? {
    guard Terminal.isOutput else { return nil }
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  /// The text, its end replaced by an ellipsis where it is too long.
  static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
  }
}
