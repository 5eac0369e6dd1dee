// swift-tools-version: 6.0

import Foundation
import PackageDescription

/// The core for Apple's systems is an xcframework that `scripts/build-xcframework.sh` makes. Without it
/// the package links the library of this machine, as the tests do; see README.md.
let xcframework = "LifecertCoreFFI.xcframework"
let isBuilt = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(xcframework)")
let core: Target = isBuilt
    ? .binaryTarget(name: "LifecertCoreFFI", path: xcframework)
    : .systemLibrary(name: "LifecertCoreFFI", path: "Generated/LifecertCoreFFI")

let package = Package(
    name: "Lifecert",
    defaultLocalization: "zh-Hans",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "LifecertKit", targets: ["LifecertKit"]),
        .library(name: "LifecertApp", targets: ["LifecertApp"]),
    ],
    targets: [
        core,
        // Made by uniffi, and not for strict concurrency.
        .target(
            name: "LifecertCore",
            dependencies: ["LifecertCoreFFI"],
            path: "Generated/LifecertCore",
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(name: "LifecertKit", dependencies: ["LifecertCore"]),
        .target(name: "LifecertApp", dependencies: ["LifecertKit"]),
        // Only for tests: a phone without a phone.
        .target(name: "OpenSSL", path: "Tests/OpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "LifecertFake",
            dependencies: ["LifecertKit", "OpenSSL"],
            path: "Tests/Fake"
        ),
        .testTarget(name: "BoundaryTests", dependencies: ["LifecertFake"]),
        .testTarget(name: "KitTests", dependencies: ["LifecertFake"]),
        .testTarget(name: "RoadTests", dependencies: ["LifecertFake"]),
    ],
    swiftLanguageModes: [.v6]
)
