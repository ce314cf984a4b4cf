// The repository as the tidy tests see it: files, with comments and literals told from code.

import Foundation
import TestFixtures

/// A Swift file, line by line.
struct SourceFile: CustomStringConvertible, Sendable {
    /// The path below the root of the repository.
    let path: String
    let lines: [String]
    /// The lines with comments and the contents of string literals blanked.
    let code: [String]
    /// The comment text of each line.
    let comments: [String]
    /// Whether a line begins inside a string literal of several lines.
    let beginsInLiteral: [Bool]

    var description: String { path }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// The folder below Sources or Tests.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    init(path: String, text: String) {
        self.path = path
        var scanner = SwiftScanner(text)
        scanner.scan()
        func split(_ bytes: [UInt8]) -> [String] {
            bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        lines = split(scanner.bytes)
        code = split(scanner.code)
        comments = split(scanner.comments)
        beginsInLiteral = scanner.beginsInLiteral
    }

    /// The lines, numbered from 1, whose code the pattern matches.
    func places(of pattern: String) throws -> [Place] {
        let regex = try NSRegularExpression(pattern: pattern)
        return code.indices.filter { index in
            let line = code[index]
            let range = NSRange(line.startIndex..., in: line)
            return regex.firstMatch(in: line, range: range) != nil
        }.map { Place(file: path, line: $0 + 1, text: lines[$0]) }
    }

    /// Whether a comment stands on the line or directly above it.
    func isCommented(at place: Place) -> Bool {
        let index = place.line - 1
        func words(_ index: Int) -> Bool {
            comments.indices.contains(index)
                && comments[index].contains { $0.isLetter }
        }
        return words(index) || words(index - 1)
    }
}

/// A line of a file, as a finding.
struct Place: CustomStringConvertible {
    var file: String
    var line: Int
    var text: String

    var description: String {
        "\(file):\(line): \(text.trimmingCharacters(in: .whitespaces))"
    }
}

/// The files of the repository.
enum Repository {
    static let root = Checkout.root

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// All files below a folder, in the order of their paths.
    static func paths(below folder: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(
            atPath: root.appendingPathComponent(folder).path)
        return try names.sorted().map { "\(folder)/\($0)" }.filter { path in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: root.appendingPathComponent(path).path)
            return attributes[.type] as? FileAttributeType == .typeRegular
        }
    }

    static func swiftFiles(below folder: String) throws -> [SourceFile] {
        try paths(below: folder).filter { $0.hasSuffix(".swift") }
            .map { SourceFile(path: $0, text: try text($0)) }
    }

    /// The product's own Swift files.
    static let sources = Result { try swiftFiles(below: "Sources") }
}
