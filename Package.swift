// swift-tools-version: 6.3
import PackageDescription

/// One row of the house: a target, its level (imports go down only) and what it may import.
struct Room {
    var name: String
    var imports: [String]
    var packages: [Target.Dependency] = []
    var resources: [Resource] = []
}

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let dequeModule = Target.Dependency.product(
    name: "DequeModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let rooms: [Room] = [
    // Level 1
    Room(name: "DocumentModel", imports: []),
    Room(name: "ByteText", imports: ["CUnicodeTables", "CHashKernels"]),
    // Level 2
    Room(name: "ByteIO", imports: [], packages: [system]),
    Room(name: "Codecs", imports: ["ByteText", "CZlib", "CDeflate", "CISAL"]),
    Room(name: "JSONBytes", imports: ["ByteText", "CSimdjson"]),
    // Level 3: durable stores
    Room(
        name: "IndexStore", imports: ["ByteText", "ByteIO", "CHashKernels"], packages: [system]),
    // Level 4
    Room(
        name: "Catalogue", imports: ["DocumentModel", "ByteText", "ByteIO"],
        packages: [grdb, sqlite, system]),
    // Level 4
    Room(
        name: "Readers",
        imports: ["DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes"],
        packages: [system]),
    Room(
        name: "Cleaners", imports: ["DocumentModel", "ByteText", "JSONBytes", "CUtf8proc"],
        resources: [.embedInCode("Packs")]),
    Room(
        name: "NearDuplicates",
        imports: ["DocumentModel", "ByteText", "CHashKernels", "IndexStore"], packages: [system]),
    Room(
        name: "Archive",
        imports: ["DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes", "IndexStore"],
        packages: [crypto, system]),
    Room(name: "Pipeline", imports: [], packages: [dequeModule]),
    // Level 5
    Room(
        name: "PipelineAssembly",
        imports: [
            "DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes", "Readers", "Cleaners",
            "Catalogue", "IndexStore", "NearDuplicates", "Archive", "Pipeline",
        ], packages: [system]),
]

let testedRooms = rooms.map(\.name)

/// What the tests of a room import beside the room itself.
let testImports: [String: [String]] = [
    "IndexStore": ["ByteIO", "ByteText", "CHashKernels"],
    "NearDuplicates": ["ByteText", "DocumentModel", "CHashKernels", "IndexStore"],
    "Readers": ["ByteIO", "ByteText", "Codecs", "DocumentModel"],
    "Catalogue": ["ByteIO", "ByteText", "DocumentModel"],
    "PipelineAssembly": [
        "Archive", "ByteIO", "ByteText", "Catalogue", "Codecs", "DocumentModel", "IndexStore",
        "JSONBytes",
        "NearDuplicates", "Pipeline",
    ],
]

/// What tests of a room use of its packages, to look behind it.
let testPackages: [String: [Target.Dependency]] = [
    "Catalogue": [grdb], "PipelineAssembly": [grdb],
]

let package = Package(
    name: "winnow",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // Level 0: C libraries and kernels
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["libz-dev"])]),
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(
            name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(
            name: "CUtf8proc", providers: [.apt(["libutf8proc-dev"])]),
        .target(name: "CUnicodeTables"),
        .target(name: "CHashKernels", dependencies: ["CUnicodeTables"]),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
    ]
        + rooms.map { room in
            .target(
                name: room.name,
                dependencies: room.imports.map { .target(name: $0) } + room.packages,
                resources: room.resources,
                swiftSettings: strict)
        }
        + [
            // Level 6
            .executableTarget(
                name: "winnow",
                dependencies: [
                    "PipelineAssembly", "Archive", "ByteIO", "ByteText", "Catalogue", "Cleaners",
                    "DocumentModel", "IndexStore",
                    "JSONBytes", "NearDuplicates", "Pipeline", "Readers", argumentParser, system,
                ],
                swiftSettings: strict),
            .executableTarget(
                name: "winnow-bench",
                dependencies: ["PipelineAssembly", "ByteIO", system],
                swiftSettings: strict),
        ]
        + testedRooms.map { name in
            .testTarget(
                name: name + "Tests",
                dependencies: [.target(name: name), "TestFixtures", system]
                    + (testPackages[name] ?? [])
                    + (testImports[name] ?? []).map { .target(name: $0) },
                swiftSettings: strict)
        }
        + [
            // The house itself, and the tool as its users see it.
            .testTarget(
                name: "TidyTests", dependencies: ["TestFixtures"], exclude: ["unsafe.json"],
                swiftSettings: strict),
            .testTarget(
                name: "WinnowTests", dependencies: ["winnow", "TestFixtures"],
                swiftSettings: strict),
            // The power goes off, at any call to the file system.
            .testTarget(
                name: "PowerLossTests",
                dependencies: [
                    "Archive", "ByteIO", "PipelineAssembly", "TestFixtures", grdb, system,
                ],
                swiftSettings: strict),
            // The program is killed, and system calls fail.
            .testTarget(
                name: "FaultTests", dependencies: ["winnow", "TestFixtures", system],
                swiftSettings: strict),
            // What all of them share; it knows no room.
            .target(
                name: "TestFixtures", dependencies: [system], path: "Tests/TestFixtures",
                swiftSettings: strict),
        ],
    cxxLanguageStandard: .cxx17
)
