/// A PostgreSQL installation: its directory of programs.
public struct PostgresBinaries: Sendable, Hashable {
  /// The directory that holds `postgres`, `initdb` and `psql`.
  public let directory: String

  /// - Throws: `ServerKitError` when there is no server program in `directory`.
  public init(directory: String) throws {
    guard Files.isExecutable(directory + "/postgres") else {
      throw ServerKitError(
        "there is no PostgreSQL server", at: directory, next: "install it: apt-get install postgresql")
    }
    self.directory = directory
  }

  /// `CDC_TEST_PG_BIN` when it is set, else the newest of Debian's installations.
  ///
  /// - Throws: `ServerKitError` when there is none.
  public static func standard() throws -> PostgresBinaries {
    if let directory = ExecutableSearch.environment()["CDC_TEST_PG_BIN"], !directory.isEmpty {
      return try PostgresBinaries(directory: directory)
    }
    let versions = Files.entries(of: "/usr/lib/postgresql").compactMap(Int.init).sorted(by: >)
    let directories = versions.map { "/usr/lib/postgresql/\($0)/bin" }
    let found = directories.first { Files.isExecutable($0 + "/postgres") }
    return try PostgresBinaries(directory: found ?? "/usr/lib/postgresql")
  }

  /// The major version: 15 of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
  ///
  /// - Throws: `ServerKitError` when the server program does not say one.
  public func majorVersion() async throws -> Int {
    let words = try await run("postgres", ["--version"])
    guard let number = words.split(separator: " ").dropFirst(2).first, let major = Int(number.prefix { $0.isNumber })
    else { throw ServerKitError("PostgreSQL's version is not told", at: directory, next: words) }
    return major
  }

  /// The environment for these programs: this process's own, without the variables that steer libpq and the server.
  var environment: [String: String] {
    var environment = ExecutableSearch.environment().filter { !$0.key.hasPrefix("PG") && $0.key != "LANGUAGE" }
    environment["LC_ALL"] = "C.UTF-8"
    // An installation outside the system's own directories brings its libpq along; its modules must find that one.
    let libraries = directory.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/lib"
    if Files.exists(libraries + "/libpq.so.5") { environment["LD_LIBRARY_PATH"] = libraries }
    return environment
  }

  /// Runs one of the programs to its end, as `account`.
  ///
  /// - Throws: `ServerKitError` with the program's own words when it fails.
  @discardableResult
  func run(
    _ program: String, _ arguments: [String], as account: Account? = nil, in directory: String = "/",
    input: ChildProcess.Input = .empty, within limit: Duration = .seconds(120)
  ) async throws -> String {
    var options = ChildProcess.Options()
    options.environment = environment
    options.account = account
    options.directory = directory
    options.input = input
    options.output = .captured(limit: 64 << 20)
    let result = try await ChildProcess.run(
      program.contains("/") ? program : "\(self.directory)/\(program)", arguments, options: options, within: limit)
    guard result.status.isSuccess else {
      throw ServerKitError("\(program) ended with \(result.status)", at: self.directory, next: result.error)
    }
    return result.output
  }
}
