// Real articles and conformance data that lie beside the repository; skipped where they are absent.

import Foundation
import TestFixtures
import Testing

@testable import Cleaners

@Suite struct SharedDataTests {
    static let shared = Checkout.root.deletingLastPathComponent().appending(path: "shared")
    static let seeds = shared.appending(path: "seeds")
    static let normalisation = shared.appending(path: "data/bad/utf8/NormalizationTest.txt.gz")

    /// An article: the lines that go (from 1), and the beginnings of what is captured.
    struct Expectation: Sendable {
        var file: String
        var residue: Set<Int>
        var titleLine: Int
        var authors: [String]
        var created: String
    }

    static let expectations = [
        Expectation(
            file: "000_1351b152da8fa1e0.txt", residue: [5, 7, 11, 13], titleLine: 1,
            authors: ["Lalkar writers"], created: ""),
        Expectation(
            file: "001_93a72a21d3ae996a.txt", residue: [1, 28], titleLine: 3,
            authors: ["Viktor Mikhin"], created: "2021-08-05"),
        Expectation(
            file: "002_3dd58731bd0dfbaa.txt", residue: [1, 2, 6, 8, 28], titleLine: 4,
            authors: ["Viktor Mikhin"], created: ""),
        Expectation(
            file: "003_af1ba9c918faae68.txt", residue: [1, 3, 5, 7, 15, 63], titleLine: 9,
            authors: ["Bill Van Auken"], created: "2020-03-18"),
        Expectation(
            file: "004_88bc91f5f3feac4c.txt", residue: [27], titleLine: 1,
            authors: ["G. Harrington"], created: ""),
    ]

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: seeds.path()),
            "the five articles are not beside the repository"),
        arguments: expectations)
    func `Of a real article every residue line goes and no other`(expected: Expectation) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.seeds.appending(path: expected.file)))
        let cleaned = try clean([bytes])[0]
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
        func words(_ line: String) -> String {
            line.replacing("\r", with: "").trimmingCharacters(in: .whitespaces)
        }
        let kept = lines.enumerated().filter { !expected.residue.contains($0.offset + 1) }
            .map { words($0.element) }.filter { !$0.isEmpty }
        let left = cleaned.text.components(separatedBy: "\n").map(words).filter { !$0.isEmpty }
        #expect(left == kept)
        #expect(cleaned.title == words(lines[expected.titleLine - 1]))
        #expect(cleaned.authors == expected.authors)
        #expect(cleaned.created == expected.created)
        #expect(try cleaned.restored() == bytes)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: normalisation.path()),
            "NormalizationTest.txt is not beside the repository"))
    func `NFC passes the Unicode conformance test`() throws {
        let lines = try Self.unpacked(Self.normalisation).split(separator: "\n")
        var composer = CanonicalComposer()
        var rows = 0
        for line in lines where !line.hasPrefix("#") && !line.hasPrefix("@") {
            let columns = line.split(separator: ";").prefix(5).map { column in
                column.split(separator: " ").compactMap { Int32($0, radix: 16) }
            }
            guard columns.count == 5 else { continue }
            rows += 1
            // c2 == toNFC(c1) == toNFC(c2) == toNFC(c3); c4 == toNFC(c4) == toNFC(c5).
            for (source, target) in [(0, 1), (1, 1), (2, 1), (3, 3), (4, 3)] {
                var run = columns[source]
                _ = composer.compose(&run)
                #expect(run == columns[target], "\(line)")
                let text = columns[source].map { String(Unicode.Scalar(UInt32($0))!) }.joined()
                let wanted = columns[target].map { String(Unicode.Scalar(UInt32($0))!) }.joined()
                var normaliser = TextNormaliser()
                let bytes = Array(text.utf8)
                normaliser.normalise(bytes.span, onlyMalformed: false)
                if normaliser.edits.isEmpty {
                    #expect(bytes == Array(wanted.utf8), "\(line)")
                }
            }
        }
        #expect(rows > 18_000)
    }

    private static func unpacked(_ file: URL) throws -> String {
        let unpacking = try ScratchFolder().start("/usr/bin/env", ["gzip", "-dc", file.path()])
        return try unpacking.end().text
    }
}
