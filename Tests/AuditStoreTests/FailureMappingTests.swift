import PGReplication
import Pipeline
import Testing

@testable import AuditStore

@Suite struct FailureMappingTests {
  @Test(arguments: [
    ("28P01", Failure.Kind.authentication), ("28000", .authentication), ("3D000", .databaseMissing),
    ("42501", .privilegeMissing), ("53100", .auditBusy), ("53200", .auditBusy), ("53300", .auditBusy),
    ("40001", .auditBusy), ("40P01", .auditBusy), ("55P03", .auditBusy), ("57014", .auditBusy), ("25P03", .auditBusy),
    ("25006", .auditBusy), ("57P01", .auditUnreachable), ("57P03", .auditUnreachable), ("08006", .auditUnreachable),
    ("42P01", .auditSchemaMissing), ("3F000", .auditSchemaMissing), ("23505", .unexpected), ("22P02", .serverError),
    ("XX000", .serverError),
  ])
  func `a state of the audit database has its meaning`(_ state: String, _ kind: Failure.Kind) {
    let failure = Failure.audit(PGError.make(state, "words of the server"))
    #expect(failure.kind == kind)
    #expect(!failure.advice.isEmpty)
  }

  @Test func `row data stays out of the description`() {
    let failure = Failure.audit(PGError.make("22P02", "invalid input: \"secret\"", "COPY audit_log, line 1"))
    #expect(!failure.description.contains("secret"))
  }

  @Test func `what libpq itself reports is a matter of reaching the server`() {
    for code in [PostgresError.Code.connectionFailed, .connectionLost, .timedOut, .interrupted] {
      let error = PostgresError(code, message: "gone", statement: "COPY", connection: "test")
      #expect(Failure.audit(error).kind == .auditUnreachable)
    }
  }
}
