internal import PGReplication
internal import ServerKit

/// What is measured on the way into the audit database.
enum Subject: Sendable {
  /// The release build of `cdc-direct`, by its path.
  case program(String)
  /// The same pipeline without the program around it.
  case pipeline

  /// What the report calls it.
  var title: String {
    switch self {
    case .program: "cdc-direct run"
    case .pipeline: "the pipeline alone"
    }
  }

  /// Starts it on a slot that exists.
  func start(from source: Source, into audit: AuditServer, slot: String) async throws -> ChildProcess {
    switch self {
    case .pipeline:
      return try await ChildProcess.start(
        try Programs.own(),
        ["trail", "--source", Subject.text(source.server), "--audit", Subject.text(audit.server), "--slot", slot])
    case .program(let path):
      var settings = [
        "slot.name=\(slot)", "publication.name=\(Source.publication)", "publication.autocreate.mode=disabled",
        "snapshot.mode=no_data", "http.port=0", "log.level=warning",
      ]
      for (side, server) in [("database", source.server), ("audit", audit.server)] {
        settings += [
          "\(side).hostname=\(Servers.host)", "\(side).port=\(server.port)", "\(side).user=postgres",
          "\(side).dbname=postgres",
        ]
      }
      return try await ChildProcess.start(path, ["run"] + settings.flatMap { ["--set", $0] })
    }
  }

  /// libpq's keywords and values as one text; the paths hold no blanks.
  static func text(_ server: PostgresServer) -> String {
    "host=\(Servers.host) port=\(server.port) user=postgres dbname=postgres"
  }
}
