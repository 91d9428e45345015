// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableExperimentalFeature("Lifetimes"),
]
// The fuzzer brings `main`.
let fuzzed: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

let package = Package(
  name: "fuzz",
  dependencies: [
    .package(name: "cdc-direct", path: ".."), .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .target(name: "FuzzTarget", swiftSettings: strict),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "FuzzTarget", .product(name: "Decoder", package: "cdc-direct"),
        .product(name: "PGReplication", package: "cdc-direct"), .product(name: "Engine", package: "cdc-direct"),
        .product(name: "SettingsReader", package: "cdc-direct"),
      ],
      swiftSettings: strict + fuzzed),
    .executableTarget(
      name: "fuzz-edges",
      dependencies: [
        "FuzzTarget", .product(name: "Decoder", package: "cdc-direct"),
        .product(name: "PGReplication", package: "cdc-direct"), .product(name: "Engine", package: "cdc-direct"),
        .product(name: "Edges", package: "cdc-direct"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict + fuzzed),
  ],
  swiftLanguageModes: [.v6]
)
