internal import ArgumentParser

/// Measures speed, in pairs with PostgreSQL's own programs on the same data, and counts instructions.
@main
struct Benchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures cdc-direct on throwaway servers.",
    subcommands: [Measure.self, Profile.self, Drain.self, Trail.self], defaultSubcommand: Measure.self)
}
