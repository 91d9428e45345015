internal import ArgumentParser
internal import AuditStore
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import PGReplication
internal import Pipeline
internal import WAL

/// The pipeline of the program, with rows rendered for the audit trail and then thrown away.
struct Drain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)
  @Option var source: String
  @Option var slot: String
  @Option var until: String

  func run() async throws {
    guard let end = LSN(until) else { throw ValidationError("--until is no position") }
    let pipeline = Pipeline(source: try Pieces.source(source, slot: slot), logger: Pieces.logger) {
      DiscardingWriter(until: end) {
        // The whole process is timed from outside, as its counterpart is; nothing is left to do.
        guard let usage = try? ProcessUsage.own(), let data = try? JSONEncoder().encode(usage) else { Glibc.exit(1) }
        print(String(decoding: data, as: UTF8.self))
        Glibc.exit(0)
      }
    }
    try await pipeline.run()
  }
}

/// The pipeline of the program, into the audit database, until it is killed.
struct Trail: AsyncParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)
  @Option var source: String
  @Option var audit: String
  @Option var slot: String

  func run() async throws {
    let settings = AuditSettings(conninfo: try Conninfo(parsing: audit))
    let pipeline = Pipeline(source: try Pieces.source(source, slot: slot), logger: Pieces.logger) {
      AuditWriter(settings)
    }
    try await pipeline.run()
  }
}

/// What both pipelines are made of.
private enum Pieces {
  static func source(_ text: String, slot: String) throws -> SourceSettings {
    var settings = SourceSettings(conninfo: try Conninfo(parsing: text), slot: slot, publication: Source.publication)
    settings.publicationMode = .disabled
    settings.snapshotMode = .noData
    return settings
  }

  static var logger: Logger {
    var logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
  }
}
