// What surrounds the targets: their packages, their page, their names.

import Testing

@Suite struct PackageTests {
    @Test func `every C library names its Debian package, which the setup script installs`() throws
    {
        let manifest = try PackageManifest()
        #expect(manifest.systemLibraries.sorted() == manifest.aptPackages.keys.sorted())
        let script = try Repository.text("Scripts/install-packages")
        let packages = manifest.aptPackages.values + manifest.linkedLibraries.map { "lib\($0)-dev" }
        #expect(packages.count >= 5)
        for package in packages {
            #expect(script.contains("need \(package) "), "Scripts/install-packages: \(package)")
        }
    }

    /// Packages of Swift that link a C library: its Debian package is ours to install.
    private static let librariesOfPackages = ["GRDB.swift": "libsqlite3-dev"]

    @Test func `what a Swift package links is installed, too`() throws {
        let manifest = try PackageManifest()
        let script = try Repository.text("Scripts/install-packages")
        for (package, library) in Self.librariesOfPackages {
            #expect(manifest.text.contains("/\(package)\""), "Package.swift: \(package)")
            #expect(script.contains("need \(library) "), "Scripts/install-packages: \(library)")
        }
    }

    @Test func `the page of targets names every target`() throws {
        let page = try Repository.text("docs/targets.md")
        for target in try PackageManifest().dependencies.keys.sorted() {
            #expect(page.contains("`\(target)`"), "docs/targets.md does not name `\(target)`")
        }
    }

    @Test func `every file name below Sources is unique`() throws {
        // A C library's module map and its shim have fixed names.
        let paths = try Repository.paths(below: "Sources").filter {
            !$0.hasSuffix("/module.modulemap") && !$0.hasSuffix("/shim.h")
        }
        let groups = Dictionary(grouping: paths) { $0.split(separator: "/").last ?? "" }
        #expect(groups.values.filter { $0.count > 1 } == [])
    }
}
