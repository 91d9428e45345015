import Events
import ServerKit
import Testing

@testable import AvroConverter

/// Against a registry that uses Confluent's own parser and compatibility checker.
@Suite(.enabled("the registry can be had") { await SchemaRegistryServer.isAvailable }) struct RegistryLiveTests {
  private static let shared = Task { try await SchemaRegistryServer.start() }

  private static func order(_ fields: ConnectSchema.Field...) -> ConnectSchema {
    ConnectSchema(.structure, name: "shop.Order", fields: fields)
  }

  @Test func `schemas evolve as far as the registry lets`() async throws {
    let settings = AvroSettings(urls: [try await RegistryLiveTests.shared.value.url])
    let registry = try SchemaRegistry(settings)
    let topic = "live-\(UInt32.random(in: 0...UInt32.max))"
    let first = RegistryLiveTests.order(.init("id", ConnectSchema(.int32)))
    let added = RegistryLiveTests.order(
      .init("id", ConnectSchema(.int32)), .init("note", ConnectSchema(.string, optional: true)))
    let retyped = RegistryLiveTests.order(.init("id", ConnectSchema(.string)))
    let candidates = [first, added, retyped].map { RegistryCheck.Candidate(topic: topic, isKey: false, schema: $0) }
    let check = RegistryCheck(settings, registry: registry)
    do {
      try await registry.probe()
      #expect(try await check.findings(candidates).map(\.outcome) == [.new, .new, .new])
      var converter = AvroConverter(settings, registry: registry)
      let writer = try await converter.writer(for: first, topic: topic, isKey: false)
      let after = try await check.findings(candidates).map(\.outcome)
      #expect(after.prefix(2) == [.same, .compatible])
      guard case .incompatible(let messages) = after[2] else { throw RegistryError(.unexpected, "\(after)") }
      #expect(!messages.isEmpty)
      let second = try await converter.writer(for: added, topic: topic, isKey: false)
      #expect(second.id != writer.id)
      let error = await #expect(throws: RegistryError.self) {
        try await converter.writer(for: retyped, topic: topic, isKey: false)
      }
      #expect(error?.kind == .incompatible && error?.subject == topic + "-value")

      var looking = settings
      looking.autoRegister = false
      let other = try SchemaRegistry(looking)
      #expect(try await other.id(of: AvroSchema(first, looking), subject: topic + "-value") == writer.id)
      looking.useLatestVersion = true
      var latest = AvroConverter(looking, registry: other)
      #expect(try await latest.writer(for: added, topic: topic, isKey: false).id == second.id)
      await other.close()
    } catch {
      await registry.close()
      throw error
    }
    await registry.close()
  }

  /// Every schema of the goldens can be registered and comes back as it was.
  @Test func `all recorded schemas are taken`() async throws {
    let settings = AvroSettings(urls: [try await RegistryLiveTests.shared.value.url])
    let registry = try SchemaRegistry(settings)
    var number = 0
    for golden in try GoldenTests.recorded() where golden.avro != nil {
      let schema = try AvroSchema(golden.schema, golden.settings)
      number += 1
      let subject = "golden-\(number)"
      do {
        _ = try await registry.id(of: schema, subject: subject)
        #expect(try await registry.latest(subject).text == schema.text)
      } catch { Issue.record("\(schema.text): \(error)") }
    }
    await registry.close()
  }
}
