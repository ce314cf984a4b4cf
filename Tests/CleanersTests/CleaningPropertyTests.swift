// Properties: restoring is exact, cleaning is a function, and cleaning twice is cleaning once.

import DocumentModel
import Foundation
import TestFixtures
import Testing

@testable import Cleaners

@Suite struct CleaningPropertyTests {
    private static let pieces = [
        ResidueTests.first, ResidueTests.second, "Splits within the movement", "Enough!",
        "Subscribe to our channel", "Follow us on:", "EN|FR|RU", "Ana Bell", "By Ana Bell",
        "Most read", "A winter without trains", "18.03.2020", "www.a.example", "* * *", "12",
        "Cafe\u{301}\u{200B}s are open.\r", "\u{FEFF}bom", "e\u{301}\u{323}", "\u{2028}", "",
        "", "John D. says:", "Reply", "© 2020 A B", "> quoted", "A | B | C",
    ]

    @Test(arguments: 0..<300) func `Any mix of lines is restored, and cleaned the same way twice`(
        seed: UInt64
    ) throws {
        var numbers = SeededGenerator(seed: seed)
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 0...14, using: &numbers) {
            text += Array(Self.pieces.randomElement(using: &numbers)!.utf8)
            if Int.random(in: 0..<9, using: &numbers) == 0 {
                text.append(UInt8.random(in: 0...255, using: &numbers))
            }
            text += Array(
                ["\n", "\n\n", "\n\n\n", "\r\n", ""].randomElement(using: &numbers)!.utf8)
        }
        // Behind another text, so that offsets are not the arena's.
        let cleaned = try clean([Array("Ahead.\r\n".utf8), text])[1]
        #expect(try cleaned.restored() == text, "seed \(seed)")
        #expect(try cleaned.applied() == cleaned.bytes, "seed \(seed)")
        #expect(String(validating: cleaned.bytes, as: UTF8.self) != nil, "seed \(seed)")
        for (edit, next) in zip(cleaned.edits, cleaned.edits.dropFirst()) {
            #expect(edit.start + edit.removedCount <= next.start, "seed \(seed)")
        }
        #expect(try clean([text])[0].bytes == cleaned.bytes, "seed \(seed)")
    }

    @Test func `Cleaning the sample dump again changes nothing`() throws {
        let folder = Checkout.seeds
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".txt") }.sorted()
        #expect(files.count >= 22)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file)))
            let cleaned = try clean([bytes])[0]
            #expect(try cleaned.restored() == bytes)
            let again = try clean([cleaned.bytes])[0]
            #expect(again.isSameRange, "\(file): \(again.rules)")
        }
    }
}
