internal import ArgumentParser

/// The program: reads a PostgreSQL replication slot and keeps an audit trail of every committed change.
@main
struct CDCDirect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cdc-direct",
    abstract: "Every committed change of a PostgreSQL database as an audit row or as Debezium's event, exactly once.",
    discussion: """
      Settings come from a file (--config), the environment (DATABASE_HOSTNAME, AUDIT_URL, …) and --set key=value, \
      later ones winning; `cdc-direct config` prints what is in force and where it came from.

      Exit codes: 0 done; 1 unforeseen; 2 wrong settings; 64 wrong usage; 10 to 54 as `cdc-direct exit-codes` lists them.
      """,
    version: Version.text,
    subcommands: commands)

  private static var commands: [any ParsableCommand.Type] {
    var commands: [any ParsableCommand.Type] = [
      Run.self, Stream.self, Demo.self, Init.self, Check.self, Status.self, Config.self, Audit.self, Errors.self,
      Recover.self, Teardown.self, Health.self, ExitCodes.self,
    ]
    #if Kafka
      commands.insert(Schema.self, at: 10)
    #endif
    return commands
  }
}

/// The version of this build.
enum Version {
  static let text = "0.1.0"
}
