// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "cdc-direct", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .executableTarget(
      name: "benchmark",
      dependencies: [
        .product(name: "PGReplication", package: "cdc-direct"), .product(name: "Decoder", package: "cdc-direct"),
        .product(name: "Engine", package: "cdc-direct"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // What `kafka` is held against. In C, so that nothing but librdkafka is measured.
    .executableTarget(name: "raw-producer", linkerSettings: [.linkedLibrary("rdkafka")]),
    // What valgrind watches: one thread, no server.
    .executableTarget(
      name: "replay",
      dependencies: [
        .product(name: "Decoder", package: "cdc-direct"), .product(name: "Engine", package: "cdc-direct"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
