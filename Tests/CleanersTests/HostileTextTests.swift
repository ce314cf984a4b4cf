import ByteText
import DocumentModel
import Testing

@testable import Cleaners

/// Texts that once took quadratic time or made a ledger of many times their size. They would not
/// end within the runner's patience if they did again.
@Suite struct HostileTextTests {
    private func cleaned(_ text: String) throws -> (batch: [Edit], restored: Bool, text: [UInt8]) {
        var batch = DocumentBatch(ordinal: 0)
        let raw = batch.append(text)
        var record = DocumentRecord(
            input: 0, form: .textFile, path: .empty, number: 1, byteOffset: 0, raw: raw)
        record.delivered = raw
        batch.records = [record]
        var cleaner = BatchCleaner(rules: try CleaningRules())
        cleaner.clean(&batch)
        let edits = batch.edits[batch.records[0].edits.bounds]
        let removed = edits.flatMap { edit in
            Array(text.utf8)[edit.start..<edit.start + edit.removedCount]
        }
        let result = Array(batch.bytes(batch.records[0].text))
        var restored: [UInt8] = []
        try EditScript.restore(result[...], undoing: edits, removed: removed[...], into: &restored)
        return (Array(edits), restored == Array(text.utf8), result)
    }

    @Test(arguments: [
        "\u{200D}", "\u{200B}", "\u{AD}", "\u{958}\u{200B}", "\u{301}\u{200B}\u{323}\u{1}",
        "\n", "x\r", "x\r\n", "a\u{301}\u{200B}",
    ])
    func `a long run of one pattern is cleaned in linear time`(pattern: String) throws {
        let text = "Some words" + String(repeating: pattern, count: 60_000) + "more words here."
        let result = try cleaned(text)
        #expect(result.restored)
        let isValid = UTF8Text.isValid(result.text.span)
        #expect(isValid)
    }

    @Test func `changes that stand close together share an edit`() throws {
        let text = String(repeating: "short line\r\n", count: 1_000) + "A last line of words."
        let result = try cleaned(text)
        #expect(result.restored)
        #expect(result.batch.count == 1)
        #expect(result.text == Array(text.utf8).filter { $0 != 0x0D })
    }

    @Test func `changes that stand far apart keep edits of their own`() throws {
        let long = String(repeating: "many words in a row ", count: 10)
        let text = (0..<20).map { _ in long + ".\r\n" }.joined()
        let result = try cleaned(text)
        #expect(result.restored)
        #expect(result.batch.count == 20)
        #expect(result.batch.allSatisfy { $0.removedCount == 1 })
    }
}
