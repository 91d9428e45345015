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
