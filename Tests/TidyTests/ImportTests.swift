// The house: which target may import what. Imports go down only; siblings never import each other.

import Foundation
import Testing

/// One row of the import table.
struct Row: CustomStringConvertible, Sendable {
    var target: String
    var level: Int
    /// Targets of the house.
    var rooms: [String]
    /// Modules of other packages and of the toolchain.
    var others: [String]

    var description: String { target }

    init(_ target: String, level: Int, rooms: [String] = [], others: [String] = []) {
        self.target = target
        self.level = level
        self.rooms = rooms
        self.others = others
    }
}

/// What is allowed, and nothing else. A new import starts here, in review.
private let table = [
    Row("CZlib", level: 0),
    Row("CDeflate", level: 0),
    Row("CISAL", level: 0),
    Row("CUtf8proc", level: 0),
    Row("CUnicodeTables", level: 0),
    // The kernels are one C program with the tables: the one import between neighbours.
    Row("CHashKernels", level: 0, rooms: ["CUnicodeTables"]),
    Row("CSimdjson", level: 0),

    Row("DocumentModel", level: 1),
    Row("ByteText", level: 1, rooms: ["CUnicodeTables", "CHashKernels"], others: ["Glibc"]),

    Row("ByteIO", level: 2, others: ["Glibc", "Synchronization", "SystemPackage"]),
    Row("Codecs", level: 2, rooms: ["ByteText", "CZlib", "CDeflate", "CISAL"]),
    Row("JSONBytes", level: 2, rooms: ["ByteText", "CSimdjson"]),

    Row(
        "IndexStore", level: 3, rooms: ["ByteText", "ByteIO", "CHashKernels"],
        others: ["SystemPackage"]),
    Row(
        "Catalogue", level: 3, rooms: ["DocumentModel", "ByteText", "ByteIO"],
        others: ["GRDB", "GRDBSQLite", "Glibc", "SystemPackage"]),

    Row(
        "Readers", level: 4,
        rooms: ["DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes"],
        others: ["SystemPackage"]),
    Row("Cleaners", level: 4, rooms: ["DocumentModel", "ByteText", "JSONBytes", "CUtf8proc"]),
    Row(
        "NearDuplicates", level: 4,
        rooms: ["DocumentModel", "ByteText", "CHashKernels", "IndexStore"],
        others: ["SystemPackage"]),
    Row(
        "Archive", level: 4,
        rooms: ["DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes", "IndexStore"],
        others: ["Crypto", "SystemPackage"]),
    Row("Pipeline", level: 4, others: ["DequeModule", "Dispatch", "Glibc"]),

    Row(
        "PipelineAssembly", level: 5,
        rooms: [
            "DocumentModel", "ByteText", "ByteIO", "Codecs", "JSONBytes", "Readers", "Cleaners",
            "Catalogue", "IndexStore", "NearDuplicates", "Archive", "Pipeline",
        ], others: ["SystemPackage"]),

    Row(
        "winnow", level: 6,
        rooms: [
            "PipelineAssembly", "Archive", "ByteIO", "ByteText", "Catalogue", "Cleaners",
            "DocumentModel", "IndexStore", "JSONBytes", "NearDuplicates", "Pipeline", "Readers",
        ], others: ["ArgumentParser", "Glibc", "Synchronization", "SystemPackage"]),
    Row(
        "winnow-bench", level: 6, rooms: ["PipelineAssembly", "ByteIO"],
        others: ["Glibc", "SystemPackage"]),
]

/// Modules with the only targets that may ever use them.
private let soleUsers = [
    "ArgumentParser": ["winnow"], "Crypto": ["Archive"], "DequeModule": ["Pipeline"],
    "Dispatch": ["Pipeline"], "CSimdjson": ["JSONBytes"], "CISAL": ["Codecs"],
    "CDeflate": ["Codecs"], "GRDB": ["Catalogue"], "GRDBSQLite": ["Catalogue"], "CZlib": ["Codecs"],
    "CUtf8proc": ["Cleaners"],
    "Foundation": [],
]

/// What the tests share: the one plain target that stands below Tests.
private let fixtures = "TestFixtures"

/// Modules that come with the toolchain: no package declares them.
private let toolchainModules: Set = ["Dispatch", "Glibc", "Synchronization"]

@Suite struct ImportTests {
    @Test(arguments: table)
    func `a target imports what its row says`(row: Row) throws {
        var used: Set<String> = []
        for file in try Repository.sources.get() where file.target == row.target {
            used.formUnion(file.imports)
        }
        let allowed = Set(row.rooms + row.others)
        #expect(used.subtracting(allowed) == [], "imported and not allowed")
        // C targets have no Swift files; their includes show in what links.
        if row.level > 0 {
            #expect(allowed.subtracting(used) == [], "allowed and not imported")
        }
    }

    @Test(arguments: table)
    func `imports go down only`(row: Row) {
        for name in row.rooms {
            let level = table.first { $0.target == name }?.level
            let isOneProgram = row.level == 0 && level == 0
            #expect(
                level.map { $0 < row.level } ?? false || isOneProgram,
                "\(row.target) stands on level \(row.level), \(name) on \(level ?? -1)")
        }
    }

    @Test(arguments: table.filter { $0.level > 0 })
    func `the page of targets has the same row`(row: Row) throws {
        let page = try Repository.text("docs/targets.md")
        let start = "| \(row.level) | `\(row.target)` | "
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix(start) })
        let cells = line.dropFirst(start.count).split(
            separator: "|", omittingEmptySubsequences: false)
        func names(_ cell: Substring) -> Set<String> {
            Set(cell.split { " `,".contains($0) }.map(String.init))
        }
        #expect(names(cells[0]) == Set(row.rooms))
        #expect(names(cells[1]) == Set(row.others))
    }

    @Test func `every folder of Sources is a row of the table`() throws {
        let folders = try Repository.paths(below: "Sources").compactMap {
            $0.split(separator: "/").dropFirst().first.map(String.init)
        }
        #expect(Set(folders) == Set(table.map(\.target)))
        #expect(Set(table.map(\.target)).count == table.count)
    }

    @Test(arguments: soleUsers.sorted { $0.key < $1.key })
    func `a library is used behind one door`(module: String, users: [String]) throws {
        let found = try Repository.sources.get().filter { $0.imports.contains(module) }
            .map(\.target)
        #expect(Set(found) == Set(users))
    }

    @Test(arguments: table)
    func `the package declares the same dependencies`(row: Row) throws {
        let declared = try PackageManifest().dependencies
        let expected = Set(row.rooms).union(Set(row.others).subtracting(toolchainModules))
        #expect(declared[row.target].map(Set.init) == expected)
    }

    @Test func `the package declares no other target`() throws {
        let declared = try PackageManifest().dependencies.keys.sorted()
        #expect(declared == (table.map(\.target) + [fixtures]).sorted())
    }

    @Test func `the fixtures of the tests know no target, and only tests know them`() throws {
        let declared = try PackageManifest().dependencies
        #expect(declared[fixtures] == ["SystemPackage"])
        let files = try Repository.swiftFiles(below: "Tests/\(fixtures)")
        let used = Set(files.flatMap(\.imports))
        #expect(used == ["Foundation", "SystemPackage"])
        let users = declared.filter { $0.value.contains(fixtures) }.keys.sorted()
        #expect(users == [], "no target below Sources may depend on \(fixtures)")
    }

    @Test(arguments: [
        ("internal import ByteText", ["ByteText"]), ("import struct Glibc.tm", ["Glibc"]),
        ("package import enum Archive.Stream // why", ["Archive"]),
        ("@preconcurrency import Dispatch", ["Dispatch"]), ("// import Foundation", []),
        ("let s = \"import X\"", []),
    ])
    func `imports of any kind are seen`(line: String, modules: [String]) {
        #expect(SourceFile(path: "Sources/T/F.swift", text: line).imports == modules)
    }
}

extension SourceFile {
    /// The modules that the file imports, in order.
    var imports: [String] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        return code.compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == ";" }).map(String.init)
            guard let place = words.firstIndex(of: "import"),
                words[..<place].allSatisfy({ $0.hasPrefix("@") || $0.allSatisfy(\.isLowercase) })
            else { return nil }
            let rest = words[(place + 1)...].drop { kinds.contains($0) }
            return rest.first?.split(separator: ".").first.map(String.init)
        }
    }
}
