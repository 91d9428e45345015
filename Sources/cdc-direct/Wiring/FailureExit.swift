internal import ArgumentParser
internal import PGReplication
internal import Pipeline

/// Ends a command for a failure: its words to standard error, its exit code to the shell.
func failing<R>(_ body: () async throws -> R) async throws -> R {
  do {
    return try await body()
  } catch let failure as Failure {
    Terminal.error("cdc-direct: \(failure)")
    throw ExitCode(failure.kind.exitCode)
  } catch let error as PostgresError {
    let failure = Failure.source(error)
    Terminal.error("cdc-direct: \(failure)")
    throw ExitCode(failure.kind.exitCode)
  }
}
