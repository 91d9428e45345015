import Decoder
import PGReplication
import Pipeline
import Testing

@Suite struct FailureTests {
  @Test func `every kind has an exit code of its own, outside of the codes for success, settings and signals`() {
    let codes = Failure.Kind.allCases.map(\.exitCode)
    #expect(Set(codes).count == codes.count, "\(codes.sorted())")
    #expect(codes.allSatisfy { (1..<64).contains($0) && $0 != 2 })
  }

  @Test(arguments: Failure.Kind.allCases)
  func `every kind says what it means and what to do`(kind: Failure.Kind) {
    #expect(kind.meaning.hasSuffix(".") && kind.meaning.count > 20)
    #expect(!kind.advice.isEmpty && !kind.advice.hasSuffix("."))
    #expect(kind.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
    // Who is told that it goes on by itself must not be left with a program that stopped.
    if kind.advice.contains("by itself") { #expect(kind.isTransient) }
  }

  @Test func `what time can heal`() {
    #expect(
      Failure.Kind.allCases.filter(\.isTransient)
        == [
          .sourceUnreachable, .auditUnreachable, .slotInUse, .auditBusy, .wireStale, .kafkaUnreachable,
          .registryUnreachable,
        ])
  }

  @Test func `a description is one line with place and next step`() {
    let general = Failure(.slotMissing, "slot \"audit\" does not exist", at: "db1:5432/shop")
    #expect(
      general.description
        == "slot_missing: slot \"audit\" does not exist (db1:5432/shop). Next: \(Failure.Kind.slotMissing.advice)")
    let exact = Failure(.slotMissing, "it is gone", at: "db1", advice: "do this")
    #expect(exact.description == "slot_missing: it is gone (db1). Next: do this")
  }

  struct State: CustomTestStringConvertible {
    let code: String
    var message = "something"
    var statement = "START_REPLICATION"
    var severity = "ERROR"
    let kind: Failure.Kind
    var testDescription: String { "\(code) \(message), \(statement)" }
  }

  static let states: [State] = [
    State(code: "57P01", kind: .sourceUnreachable), State(code: "57P02", kind: .sourceUnreachable),
    State(code: "57P03", message: "the database system is starting up", kind: .sourceUnreachable),
    State(code: "08006", kind: .sourceUnreachable), State(code: "53300", kind: .sourceUnreachable),
    State(code: "40001", kind: .sourceUnreachable),
    State(code: "53400", message: "all replication slots are in use", kind: .serverError),
    State(code: "55006", message: "replication slot \"a\" is active for PID 7", kind: .slotInUse),
    State(code: "42704", message: "replication slot \"a\" does not exist", kind: .slotMissing),
    State(code: "42704", message: "publication \"p\" does not exist", kind: .publicationMissing),
    State(
      code: "42704", message: "unrecognized configuration parameter \"x\"", statement: "CONNECT", severity: "FATAL",
      kind: .serverError),
    State(code: "42704", message: "type \"t\" does not exist", statement: "SELECT", kind: .serverError),
    State(code: "55000", message: "logical decoding requires wal_level >= logical", kind: .walLevel),
    State(code: "55000", message: "can no longer get changes from replication slot \"a\"", kind: .slotInvalidated),
    State(
      code: "55000", message: "cannot execute this now", statement: "SELECT", kind: .serverError),
    State(code: "58P01", message: "requested WAL segment 0 has already been removed", kind: .slotInvalidated),
    State(
      code: "3D000", message: "database \"x\" does not exist", statement: "CONNECT", severity: "FATAL",
      kind: .databaseMissing),
    State(code: "28P01", statement: "CONNECT", severity: "FATAL", kind: .authentication),
    State(
      code: "28000", message: "no pg_hba.conf entry for replication connection", statement: "CONNECT",
      severity: "FATAL",
      kind: .authentication),
    State(
      code: "28000", message: "must be superuser or have the REPLICATION attribute", statement: "CONNECT",
      severity: "FATAL", kind: .privilegeMissing),
    State(code: "42501", message: "permission denied for table people", statement: "COPY", kind: .privilegeMissing),
    State(code: "42P01", kind: .serverError), State(code: "22P02", kind: .serverError),
    State(code: "XX000", kind: .serverError), State(code: "XX000", severity: "FATAL", kind: .sourceUnreachable),
  ]

  @Test(arguments: states)
  func `what a server's state means on the source's side`(state: State) throws {
    let error = PostgresError(
      .server(try #require(SQLState(rawValue: state.code))), message: state.message, statement: state.statement,
      connection: "db1:5432/shop", severity: state.severity)
    let failure = Failure.source(error)
    #expect(failure.kind == state.kind)
    #expect(failure.place == "db1:5432/shop")
    #expect(failure.what.contains(state.code) && !failure.what.contains("db1"), "\(failure.what)")
  }

  @Test(
    arguments: [
      (.connectionFailed, .sourceUnreachable), (.connectionLost, .sourceUnreachable), (.timedOut, .sourceUnreachable),
      (.configuration, .authentication), (.unexpectedResult, .serverError),
    ] as [(PostgresError.Code, Failure.Kind)])
  func `what an error of the connection means on the source's side`(code: PostgresError.Code, kind: Failure.Kind) {
    let error = PostgresError(code, message: "could not connect", statement: "CONNECT", connection: "db1:5432/shop")
    #expect(Failure.source(error).kind == kind)
  }
}

// MARK: Texts

extension FailureTests {
  @Test func `the server's hint becomes the advice and stands once`() throws {
    let error = PostgresError(
      .server(.objectInUse), message: "slot is active", statement: "START_REPLICATION", connection: "db1:5432/shop",
      severity: "ERROR", hint: "Stop the other one.")
    let failure = Failure.source(error)
    #expect(failure.advice == "Stop the other one.")
    #expect(failure.what == "START_REPLICATION: ERROR 55006 slot is active")
  }

  @Test func `a full list of slots has an advice of its own`() {
    let error = PostgresError(
      .server(.configurationLimitExceeded), message: "all slots are in use", statement: "CREATE_REPLICATION_SLOT",
      connection: "db1")
    #expect(Failure.source(error).advice.contains("max_replication_slots"))
  }

  @Test(arguments: ["22P02", "23505", "P0001", "44000"])
  func `neither message nor hint of a state that may quote a row comes into the description`(code: String) throws {
    let error = PostgresError(
      .server(try #require(SQLState(rawValue: code))), message: "secret-1", statement: "SELECT", connection: "db1",
      severity: "ERROR", detail: "secret-2", hint: "secret-3", context: "secret-4")
    let failure = Failure.source(error)
    #expect(!failure.description.contains("secret"), "\(failure)")
    #expect(failure.advice == Failure.Kind.serverError.advice)
  }

  @Test func `what the end of a stream means`() {
    let kinds: [(StreamError, Failure.Kind)] = [
      (.stale(silentFor: .seconds(30)), .wireStale), (.endedByServer, .sourceUnreachable),
      (.stopped, .sourceUnreachable), (.notRunning, .sourceUnreachable),
      (.malformedFrame(tag: 1, bytes: 2), .malformedStream),
    ]
    for (error, kind) in kinds { #expect(Failure.stream(error, at: "here").kind == kind, "\(error)") }
    let decode = Failure.decode(DecodeError(.unknownRelation(7), at: 0, in: UInt8(ascii: "I")), at: "here")
    #expect(decode.kind == .malformedStream && decode.what.contains("relation 7"))
  }
}
