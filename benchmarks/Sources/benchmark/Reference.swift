internal import PGReplication
internal import ServerKit
internal import WAL

/// `pg_recvlogical` on the same slot with the options that cdc-direct asks for.
struct Reference {
  private let source: Source
  private let options: [String]

  /// What a source's version takes.
  init(_ source: Source) async throws {
    self.source = source
    let version = try await source.server.sql("SHOW server_version_num")
    let protocolVersion = StreamOptions.highestProtoVersion(serverVersion: Int(version) ?? 0)
    var options = [
      "proto_version=\(protocolVersion)", "publication_names=\"\(Source.publication)\"", "messages=true",
    ]
    if protocolVersion >= 4 { options.append("origin=any") }
    self.options = options
  }

  /// Reads a fresh slot to `end` into a file.
  func run(to end: LSN, into file: String = "/dev/null") async throws -> MeasuredRun {
    try await source.withSlot { slot in
      try await MeasuredRun.of(
        "pg_recvlogical",
        [
          "-h", Servers.host, "-p", String(source.server.port), "-U", "postgres", "-d", "postgres",
          "--start", "--slot", slot, "-f", file, "--endpos", end.description, "--no-loop",
        ] + options.flatMap { ["-o", $0] }, within: .seconds(300))
    }
  }
}
