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
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "CExecutors"),
    .target(name: "WAL", swiftSettings: strict),
    .target(name: "Executors", dependencies: ["CExecutors"], swiftSettings: strict),
    .target(name: "Decoder", dependencies: ["WAL"], swiftSettings: strict + [.strictMemorySafety()]),
    .target(name: "PGReplication", dependencies: ["CLibpq", "WAL", "Executors"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
