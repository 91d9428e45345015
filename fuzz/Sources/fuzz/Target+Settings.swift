internal import Settings

extension Target {
  private static let names = ["a.yaml", "a.json", "a.properties"]
  private static let requirements: [Settings.Requirement] = [[], [.database, .audit], [.database, .events]]

  /// One byte that says the format and what for, then a file. What is wrong is told with its place, and without secrets.
  static func settings(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let text = String(decoding: input[1...], as: UTF8.self)
    let (name, requiring) = (names[Int(first) % 3], requirements[Int(first) / 3 % 3])
    // Beside files come environment and command line; a line of each is enough.
    let environment = first & 0x40 == 0 ? [:] : ["DATABASE_URL": "postgresql://u:hunter2@h/d", "HTTP_PORT": text]
    do throws(SettingsError) {
      let settings = try Settings.load(texts: [(name, text)], environment: environment, requiring: requiring)
      for value in settings.effective where "\(value)".contains("hunter2") { fatalError("a secret is shown") }
    } catch {
      if error.problems.isEmpty || error.description.contains("hunter2") && !text.contains("hunter2") {
        fatalError("an error without a problem, or with a secret")
      }
    }
  }
}
