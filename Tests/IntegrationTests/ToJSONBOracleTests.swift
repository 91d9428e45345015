import ServerKit
import Testing

/// The definition of audit JSON, put to the test: for every type of a real server's catalogue that can be a column,
/// random values are stored, their text form goes through our shapes, and the server compares the result as jsonb with
/// what `to_jsonb(row)` gives for the same row.
@Suite struct ToJSONBOracleTests {
  @Test func `every type renders as to_jsonb of its row`() async throws {
    let seed = UInt64.random(in: 1...999_999)
    let server = try await PostgresServer.start(.init(label: "to-jsonb"))
    let outcome = try await ToJSONBOracle(server: server, seed: seed).run()
    try await server.destroy()

    print("to_jsonb: \(outcome.compared) values of \(outcome.typesCompared) types, seed \(seed)")
    #expect(outcome.differences.isEmpty, "seed \(seed)\n\(outcome.differences.prefix(20).joined(separator: "\n"))")
    #expect(outcome.typesCompared > 300)
    #expect(outcome.compared > 3_000)
    // A type of which the generator knows no value is a hole in this test, unless nobody can write such a value.
    #expect(outcome.withoutValues.isEmpty, "no value was accepted for \(outcome.withoutValues)")
    #expect(outcome.builtInDifferences.isEmpty, "\(outcome.builtInDifferences)")
  }
}
