// Rules of the style guide that a machine can hold.

import Foundation
import Testing

@Suite struct SourceRuleTests {
    private let sources: [SourceFile]

    init() throws { sources = try Repository.sources.get() }

    @Test(arguments: [
        (#"\btry!"#, "an error that cannot happen is a precondition with a reason"),
        (#"\bas!"#, "cast with as? and say what else can be"),
        (#"[\w)\]}>"?]!(?!=)"#, "no force unwraps: guard, or a default"),
        (#"\bfatalError\("#, "preconditionFailure for bugs, errors for the rest"),
        (#"(?<!\.)\basync\b|\bawait\b|\bTask\b"#, "threads live in Pipeline, on Dispatch"),
        (#"\bpublic\b|\bopen (class|func|var)\b"#, "package is as far as names go"),
        (#"nonisolated\(unsafe\)"#, "share through Lock"),
        (#"^\s*(print|debugPrint|dump)\("#, "output goes through Console"),
    ])
    func `some words do not occur`(pattern: String, instead: String) throws {
        let found = try sources.flatMap { try $0.places(of: pattern) }
        #expect(found.map(\.description) == [], "\(instead)")
    }

    @Test func `an ignored error has its reason beside it`() throws {
        for file in sources {
            for place in try file.places(of: #"\btry\?"#) where !file.isCommented(at: place) {
                Issue.record("\(place): say on this line or above why the error does not matter")
            }
        }
    }

    @Test func `an unchecked Sendable names its guard`() throws {
        for file in sources {
            for place in try file.places(of: #"@unchecked Sendable"#) {
                let isNamed = [place.line - 1, place.line].contains { line in
                    file.comments.indices.contains(line)
                        && file.comments[line].contains { $0.isLetter }
                }
                #expect(isNamed, "\(place): say on this line or the next what guards it")
            }
        }
    }

    @Test func `nothing is left for later`() {
        for file in sources {
            for (index, comment) in file.comments.enumerated() {
                let isNote = comment.range(
                    of: #"\b(TODO|FIXME|XXX|HACK)\b"#, options: .regularExpression)
                #expect(isNote == nil, "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func `no file is named after nothing`() throws {
        let empty = ["Utils", "Util", "Helpers", "Helper", "Common", "Manager", "Base", "Misc"]
        for path in try Repository.paths(below: "Sources") + Repository.paths(below: "Tests") {
            let parts = path.split(separator: "/").map {
                String($0.split(separator: ".").first ?? "")
            }
            for part in parts {
                #expect(!empty.contains { part == $0 || part.hasSuffix($0) }, "\(path)")
            }
        }
    }

    @Test func `a file is named after a type or an extension in it`() throws {
        for file in sources {
            let type = String(file.name.dropLast(".swift".count).prefix { $0 != "+" })
            let places = try file.places(
                of: #"\b(struct|class|enum|protocol|extension|typealias) \#(type)\b"#)
            #expect(!places.isEmpty, "\(file.path) declares and extends no \(type)")
        }
    }

    @Test func `a file says at its top what it is for`() {
        for file in sources {
            #expect(
                file.lines[0].hasPrefix("// ") && file.lines[0].count > 12,
                "\(file.path) begins with \(file.lines[0])")
        }
    }

    @Test func `no file is longer than 400 lines`() {
        for file in sources { #expect(file.lines.count <= 401, "\(file.path)") }
    }

    @Test func `no line is longer than 100 columns`() {
        for file in sources {
            for (index, line) in file.lines.enumerated() where !file.beginsInLiteral[index] {
                // Rows of a table cannot be wrapped.
                if file.comments[index].contains("/// |") { continue }
                #expect(line.count <= 100, "\(file.path):\(index + 1) has \(line.count)")
            }
        }
    }
}
