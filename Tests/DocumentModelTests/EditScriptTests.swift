// Applying and undoing edit scripts.

import TestFixtures
import Testing

@testable import DocumentModel

@Suite struct EditScriptTests {
    private func edit(_ start: Int, _ removed: Int, _ inserted: ByteRange = .empty) -> Edit {
        Edit(start: start, removedCount: removed, inserted: inserted, rule: 0, scoreHundredths: 0)
    }

    @Test func `A script replaces, removes and inserts`() throws {
        let arena = Array("XYZ".utf8)
        let edits = [
            edit(0, 1), edit(2, 2, ByteRange(start: 0, count: 3)),
            edit(6, 0, ByteRange(start: 1, count: 1)),
        ]
        var text: [UInt8] = []
        try EditScript.apply(
            edits[...], to: Array("abcdef".utf8)[...], inserted: arena, into: &text)
        #expect(String(decoding: text, as: UTF8.self) == "bXYZefY")
        var delivered: [UInt8] = []
        try EditScript.restore(
            text[...], undoing: edits[...], removed: Array("acd".utf8)[...], into: &delivered)
        #expect(String(decoding: delivered, as: UTF8.self) == "abcdef")
    }

    @Test(arguments: 0..<200) func `Restoring undoes any script over any bytes`(seed: UInt64) throws
    {
        var numbers = SeededGenerator(seed: seed)
        let delivered = (0..<Int.random(in: 0...300, using: &numbers)).map { _ in
            UInt8.random(in: 0...255, using: &numbers)
        }
        let arena = (0..<64).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        var edits: [Edit] = []
        var position = 0
        while position < delivered.count, edits.count < 40 {
            position += Int.random(in: 0...9, using: &numbers)
            guard position <= delivered.count else { break }
            let removed = Int.random(in: 0...min(12, delivered.count - position), using: &numbers)
            let inserted = Int.random(in: 0...8, using: &numbers)
            edits.append(edit(position, removed, ByteRange(start: 8, count: inserted)))
            position += removed
        }
        var text: [UInt8] = []
        try EditScript.apply(edits[...], to: delivered[...], inserted: arena, into: &text)
        let removed = edits.flatMap { delivered[$0.start..<($0.start + $0.removedCount)] }
        var restored: [UInt8] = []
        try EditScript.restore(
            text[...], undoing: edits[...], removed: removed[...], into: &restored)
        #expect(restored == delivered, "seed \(seed)")
    }

    @Test func `A script that does not fit is refused`() {
        let text = Array("abc".utf8)
        var output: [UInt8] = []
        #expect(throws: EditScript.Mismatch.self) {
            try EditScript.apply([edit(2, 2)], to: text[...], inserted: [], into: &output)
        }
        #expect(throws: EditScript.Mismatch.self) {
            try EditScript.apply(
                [edit(1, 2), edit(2, 1)], to: text[...], inserted: [], into: &output)
        }
        #expect(throws: EditScript.Mismatch.self) {
            try EditScript.restore(text[...], undoing: [edit(5, 1)], removed: [1], into: &output)
        }
        #expect(throws: EditScript.Mismatch.self) {
            try EditScript.restore(text[...], undoing: [edit(1, 2)], removed: [1], into: &output)
        }
        #expect(throws: EditScript.Mismatch.self) {
            try EditScript.restore(text[...], undoing: [], removed: [1], into: &output)
        }
    }
}
