public import Decoder
public import Events
public struct AvroSettings: Sendable { public init() {} }
public struct AvroError: Error, CustomStringConvertible { public var description: String { "" } }
public import Pipeline
public struct RegistryError: Error { public var failure: Failure { Failure(.registryUnreachable, "", at: "") } }
public actor SchemaRegistry { public init(_ s: AvroSettings) {} }
public final class AvroWriter: Sendable { public let id: Int32 = 0; public func append(_ json: RawSpan, to: inout OutputBuffer) throws(AvroError) {} }
public struct AvroConverter: Sendable { public init(_ s: AvroSettings, registry: SchemaRegistry) {}
 public mutating func writer(for schema: ConnectSchema, topic: String, isKey: Bool) async throws(RegistryError) -> AvroWriter { AvroWriter() } }
