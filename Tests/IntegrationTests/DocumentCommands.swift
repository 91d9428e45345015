/// The command lines of a Markdown page that run `cdc-direct`, as words: those of its code blocks and of its code spans.
struct DocumentCommands {
  let commands: [[String]]

  init(_ page: String) {
    var lines: [String] = []
    var isCode = false
    var isPicture = false
    var continued = ""
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        // Pictures are marked as text.
        if isPicture { isPicture = false } else if line == "```text" { isPicture = true } else { isCode.toggle() }
      } else if isPicture {
        continue
      } else if isCode || line.hasPrefix("    ") {
        if line.hasSuffix("\\") {
          continued += line.dropLast()
        } else {
          lines.append(continued + line)
          continued = ""
        }
      } else {
        lines += line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      }
    }
    commands = lines.flatMap(DocumentCommands.commands)
  }

  /// The commands of a line, which a pipe or a semicolon may join.
  private static func commands(_ line: String) -> [[String]] {
    words(line).split { ["|", "||", "&&", ";", "&"].contains($0) }.compactMap { part in
      // Assignments stand before the program, redirections and comments end it.
      let command = part.drop { word in
        word == "$" || word == "sudo" || word.contains("=") && word.first.map { $0.isUppercase } ?? false
      }
      let words = command.prefix { !["#", ">", ">>", "2>", "<"].contains($0) && !$0.hasPrefix("#") }
      guard let program = words.first, program == "cdc-direct" || program.hasSuffix("/cdc-direct") else { return nil }
      // A span or a picture may have the name alone, or go on in prose.
      guard words.count > 1, words.dropFirst().first?.first.map({ $0.isLetter || $0 == "-" }) ?? false else {
        return nil
      }
      return Array(words)
    }
  }

  /// A line's words, in which quotes keep blanks.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
