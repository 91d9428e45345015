import FoundationEssentials
import Glibc
import Pipeline
import ServerKit

/// The program between two servers, with a proxy in each connection, and what a plan does to them.
struct CrashScene: Sendable {
  let servers: StandInServers
  let proxies: [CrashPlan.Side: TCPProxy]

  /// Whether the program under test has failpoints.
  private static let hasFailpoints: Bool = {
    #if DEBUG
      ProcessInfo.processInfo.environment["CDC_DIRECT_BINARY"] == nil
    #else
      false
    #endif
  }()

  /// Starts the servers, with room for prepared transactions and little room for large ones, and makes the slot.
  static func start(_ label: String) async throws -> CrashScene {
    let servers = try await StandInServers.start(
      label, tables: Workload.fullTables,
      source: [("max_prepared_transactions", "20"), ("logical_decoding_work_mem", "64kB")])
    return CrashScene(
      servers: servers,
      proxies: [
        .source: try TCPProxy.start(toPort: servers.source.port),
        .audit: try TCPProxy.start(toPort: servers.audit.port),
      ])
  }

  func destroy() async throws {
    for proxy in proxies.values { await proxy.close() }
    try await servers.destroy()
  }

  /// Starts the program, with timeouts that a fault outlasts.
  func program(_ settings: [String: String] = [:]) async throws -> ChildProcess {
    let usual = [
      "SNAPSHOT_MODE": "no_data", "DATABASE_WAL_SENDER_TIMEOUT_MS": "2000", "WIRE_STALE_AFTER_MS": "1500",
      "DATABASE_CONNECT_TIMEOUT_MS": "2000", "AUDIT_CONNECT_TIMEOUT_MS": "2000",
    ]
    return try await servers.program(
      usual.merging(settings) { $1 }, sourcePort: proxies[.source]?.port, auditPort: proxies[.audit]?.port)
  }

  /// What happened, and what should not have.
  struct Outcome: Sendable {
    var log: [String] = []
    var unexpectedEnds: [String] = []
  }

  /// Starts the program, does the steps one after the other, and leaves a program that runs undisturbed.
  func run(_ steps: ArraySlice<CrashPlan.Step>) async throws -> (ChildProcess, Outcome) {
    var outcome = Outcome()
    var program = try await program()
    for (number, step) in zip(steps.indices, steps) {
      outcome.log.append("\(number) after \(step.after): \(step.fault)")
      if case .failpoint(let name, let passing) = step.fault, Self.hasFailpoints {
        // It must be known to the program from its start.
        program.signal(SIGKILL)
        _ = await program.wait()
        program = try await self.program([Failpoint.variable: "\(name):die:\(passing)"])
        if await program.wait(within: max(step.after, .seconds(1))) == nil { program.signal(SIGKILL) }
        _ = await program.wait()
        if program.exitStatus != .signalled(SIGKILL) { outcome.noteEnd(of: program, before: step) }
        program = try await self.program()
        continue
      }
      // The instant is what is tested; nothing is waited for.
      try await Task.sleep(for: step.after)
      if program.exitStatus != nil {
        outcome.noteEnd(of: program, before: step)
        program = try await self.program()
      }
      program = try await apply(step.fault, to: program, &outcome)
    }
    for proxy in proxies.values { await proxy.set(.forward) }
    return (program, outcome)
  }

  /// Does one fault; returns the program that goes on.
  private func apply(
    _ fault: CrashPlan.Fault, to program: ChildProcess, _ outcome: inout Outcome
  ) async throws -> ChildProcess {
    switch fault {
    case .kill, .failpoint:
      program.signal(SIGKILL)
      _ = await program.wait()
      return try await self.program()
    case .terminate:
      let status = await servers.stop(program)
      // A signal that comes before the program has said a word ends it as any other.
      if status != .exited(0), !program.standardError.isEmpty {
        outcome.unexpectedEnds.append("SIGTERM: \(String(describing: status)) \(program.lastWords)")
      }
      return try await self.program()
    case .pause(let keepsSleeper): return try await pause(program, keepsSleeper: keepsSleeper, &outcome)
    case .backends(.source): await end("application_name LIKE 'cdc-direct%'", on: servers.source)
    case .backends(.audit): await end("application_name LIKE 'cdc-direct%'", on: servers.audit)
    case .writers: await end("application_name = 'psql'", on: servers.source)
    case .server(.source, let mode): try await servers.source.restart(mode)
    case .server(.audit, let mode): try await servers.audit.restart(mode)
    case .reset(let side): await proxies[side]?.resetConnections()
    case .cut(let side, let bytes):
      await proxies[side]?.set(.cutAfter(bytes: bytes))
      try await Task.sleep(for: .milliseconds(300))
      await proxies[side]?.set(.forward)
    case .stall(let side, let duration):
      await proxies[side]?.set(.stall)
      try await Task.sleep(for: duration)
      await proxies[side]?.set(.forward)
    }
    return program
  }

  /// Ends sessions by what they say of themselves.
  private func end(_ condition: String, on server: PostgresServer) async {
    _ = try? await server.sql(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE \(condition) AND pid <> pg_backend_pid()")
  }

  /// The program sleeps until another has taken over, and wakes: it may write nothing, and ends or waits.
  private func pause(
    _ sleeper: ChildProcess, keepsSleeper: Bool, _ outcome: inout Outcome
  ) async throws -> ChildProcess {
    sleeper.signal(SIGSTOP)
    let other = try await program()
    // The server notices after wal_sender_timeout that nobody reads.
    guard await other.waitForError("\"streaming\"", within: .seconds(60)) else {
      sleeper.signal(SIGCONT)
      throw StandInServers.Stuck(description: "no takeover from a program that sleeps: \(other.lastWords)")
    }
    sleeper.signal(SIGCONT)
    let status = await sleeper.wait(within: .milliseconds(500))
    if let status, status != .exited(33) {
      outcome.unexpectedEnds.append("after SIGSTOP and SIGCONT: \(status) \(sleeper.lastWords)")
    }
    let (kept, killed) = keepsSleeper && status == nil ? (sleeper, other) : (other, sleeper)
    killed.signal(SIGKILL)
    _ = await killed.wait()
    return kept
  }
}

extension CrashScene.Outcome {
  fileprivate mutating func noteEnd(of program: ChildProcess, before step: CrashPlan.Step) {
    let status = program.exitStatus.map { "\($0)" } ?? "no end"
    unexpectedEnds.append("\(status) before \(step.fault): \(program.lastWords)")
  }
}
