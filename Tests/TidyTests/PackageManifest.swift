// What Package.swift declares, read as text: the tests run while the package manager holds its lock.

import Foundation

struct PackageManifest {
    let text: String
    /// The modules that each target depends on.
    private(set) var dependencies: [String: [String]] = [:]
    /// The Debian package of each system library target.
    private(set) var aptPackages: [String: String] = [:]
    /// C libraries that targets link without a module map of their own.
    private(set) var linkedLibraries: [String] = []
    private(set) var systemLibraries: [String] = []

    init() throws {
        text = try Repository.text("Package.swift")
        var products: [String: String] = [:]
        for match in try matches(#"let (\w+) = Target\.Dependency\.product\(\s*name: "(\w+)""#) {
            products[match[1]] = match[2]
        }
        for match in try matches(
            #"Room\(\s*name: "(\w+)",\s*imports: \[([^\]]*)\](?:,\s*packages: \[([^\]]*)\])?"#)
        {
            dependencies[match[1]] = Self.modules(match[2] + "," + match[3], products)
        }
        for match in try matches(
            #"\.(?:executableTarget|target)\(\s*name: "([\w-]+)"(?:,\s*dependencies: \[([^\]]*)\])?"#
        ) {
            dependencies[match[1]] = Self.modules(match[2], products)
        }
        for match in try matches(#"\.systemLibrary\(\s*name: "(\w+)""#) {
            systemLibraries.append(match[1])
            dependencies[match[1]] = []
        }
        for match in try matches(
            #"\.systemLibrary\(\s*name: "(\w+)",[^\[]*providers: \[\.apt\(\["([\w-]+)"\]\)\]"#)
        {
            aptPackages[match[1]] = match[2]
        }
        for match in try matches(#"\.linkedLibrary\("(\w+)"\)"#) {
            linkedLibraries.append(match[1])
        }
    }

    private static func modules(_ list: String, _ products: [String: String]) -> [String] {
        list.split(separator: ",").compactMap { item in
            let item = item.trimmingCharacters(in: .whitespacesAndNewlines)
            if item.isEmpty { return nil }
            if item.hasPrefix("\"") { return item.trimmingCharacters(in: ["\""]) }
            return products[item] ?? item
        }
    }

    /// The whole match and its groups, each empty where it took no part.
    private func matches(_ pattern: String) throws -> [[String]] {
        let regex = try NSRegularExpression(pattern: pattern)
        return regex.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
            (0..<match.numberOfRanges).map { group in
                Range(match.range(at: group), in: text).map { String(text[$0]) } ?? ""
            }
        }
    }
}
