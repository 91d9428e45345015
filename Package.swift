// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  // RawSpan-based readers need `@_lifetime`. The flag has the promise of two releases' notice before it changes.
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "cdc-direct",
  products: [
    .executable(name: "cdc-direct", targets: ["cdc-direct"]),
    .library(name: "PGReplication", targets: ["PGReplication"]),
    .library(name: "Decoder", targets: ["Decoder"]),
    // For benchmarks/ and fuzz/ alone; no promise is kept for them.
    .library(name: "Engine", targets: ["WAL", "Pipeline", "AuditStore", "Events", "ServerKit"]),
    .library(name: "SettingsReader", targets: ["Settings"]),
    .library(name: "Edges", targets: ["Operations", "AvroConverter"]),
  ],
  traits: [
    .trait(
      name: "Kafka", description: "Publishing to Kafka. librdkafka's header is needed to build, the library to use it."),
    .default(enabledTraits: ["Kafka"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // Without traits: no Foundation, no configuration package.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CExecutors"),
    .target(name: "WAL", swiftSettings: strict),
    .target(name: "Executors", dependencies: ["CExecutors"], swiftSettings: strict),
    .target(name: "Decoder", dependencies: ["WAL"], swiftSettings: strict + [.strictMemorySafety()]),
    .target(name: "PGReplication", dependencies: ["CLibpq", "WAL", "Executors"], swiftSettings: strict),
    .target(
      name: "Pipeline",
      dependencies: ["WAL", "Executors", "Decoder", "PGReplication", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .target(
      name: "AuditStore", dependencies: ["WAL", "Executors", "Decoder", "PGReplication", "Pipeline"],
      swiftSettings: strict),
    .target(
      name: "Events",
      dependencies: [
        "WAL", "Executors", "Decoder", "PGReplication", "Pipeline", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // Confluent's wire format, with a schema registry.
    .target(
      name: "AvroConverter",
      dependencies: [
        "Decoder", "Events", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    // A table of librdkafka's functions, filled when somebody publishes.
    .target(name: "CLibrdkafka"),
    .target(
      name: "KafkaPublisher",
      dependencies: [
        "CLibrdkafka", "WAL", "Executors", "Decoder", "PGReplication", "Pipeline", "Events", "AvroConverter",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(name: "Settings", dependencies: ["Yams"], swiftSettings: strict),
    .target(
      name: "Operations",
      dependencies: [
        "WAL", "Executors", "PGReplication", "Pipeline", .product(name: "Logging", package: "swift-log"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // Throwaway PostgreSQL servers, for the demo and the tests.
    .target(name: "ServerKit", dependencies: ["Executors"], swiftSettings: strict),
    .executableTarget(
      name: "cdc-direct",
      dependencies: [
        "WAL", "Decoder", "PGReplication", "Pipeline", "AuditStore", "Events", "Settings", "Operations", "ServerKit",
        .target(name: "KafkaPublisher", condition: .when(traits: ["Kafka"])),
        .target(name: "AvroConverter", condition: .when(traits: ["Kafka"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // The two libraries in use; built with the tests.
    .executableTarget(
      name: "print-changes", dependencies: ["WAL", "Decoder", "PGReplication"], path: "examples/print-changes",
      swiftSettings: strict),

    .testTarget(name: "WALTests", dependencies: ["WAL", "Executors"], swiftSettings: strict),
    .testTarget(name: "DecoderTests", dependencies: ["Decoder", "WAL"], swiftSettings: strict),
    .testTarget(
      name: "PGReplicationTests", dependencies: ["PGReplication", "WAL", "Executors", "ServerKit"],
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests", dependencies: ["Pipeline", "Decoder", "PGReplication", "WAL", "Executors", "ServerKit"],
      swiftSettings: strict),
    .testTarget(
      name: "AuditStoreTests",
      dependencies: ["AuditStore", "Pipeline", "Decoder", "PGReplication", "WAL", "ServerKit"],
      swiftSettings: strict),
    .testTarget(
      name: "EventsTests", dependencies: ["Events", "Pipeline", "Decoder", "PGReplication", "WAL", "ServerKit"],
      swiftSettings: strict),
    .testTarget(
      name: "AvroConverterTests",
      dependencies: [
        "AvroConverter", "Decoder", "Events", "ServerKit", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      exclude: ["Goldens"], swiftSettings: strict),
    .testTarget(
      name: "KafkaPublisherTests", dependencies: ["KafkaPublisher", "Events", "Pipeline", "Decoder", "WAL"],
      swiftSettings: strict),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: strict),
    .testTarget(
      name: "OperationsTests", dependencies: ["Operations", "Pipeline", "PGReplication", "WAL", "ServerKit"],
      swiftSettings: strict),
    .testTarget(name: "ServerKitTests", dependencies: ["ServerKit"], swiftSettings: strict),
    // The recorded events of Debezium's connector, against the program.
    .testTarget(
      name: "ConformanceTests", dependencies: ["cdc-direct", "PGReplication", "ServerKit"], path: "Tests/Conformance",
      swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests",
      dependencies: ["cdc-direct", "Decoder", "PGReplication", "Pipeline", "AuditStore", "WAL", "ServerKit"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
