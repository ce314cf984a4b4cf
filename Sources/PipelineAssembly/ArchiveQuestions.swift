// Questions about single records of an archive.

package import Archive
internal import ByteIO
internal import DocumentModel
package import JSONBytes
package import SystemPackage

/// Why a question has no answer; exit status 1.
package struct QuestionError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(description: String) { self.description = description }

    init(noArchive path: FilePath) {
        description = "\(path) holds no archive yet; `winnow run` makes one"
    }
}

/// What is known of one record: where it came from, what was removed, what it matched.
package struct Explanation: Sendable {
    package var id: String
    package var stream: ArchiveStream
    /// The archived line, parsed.
    package var record: JSONTree
    /// The archive's file that holds it.
    package var archiveFile: String
    /// What cleaning did; nil if the text is as it was delivered.
    package var ledger: LedgerEntry?
    /// For a duplicate: its keeper's line and how the two differ.
    package var keeper: JSONTree?
    package var comparison: TextComparison?
}

/// Answers questions about one archive.
package struct ArchiveQuestions: Sendable {
    private let finder: RecordFinder

    /// Opens an archive that must have been written to.
    package init(archive path: FilePath) throws {
        finder = try RecordFinder(archive: path)
        guard finder.store.commit != nil else { throw QuestionError(noArchive: path) }
    }

    /// What opening passed over, and where the index was of no use. Complete after the questions.
    package var notices: [String] { finder.notices }

    /// The archived line of a record.
    package func line(of id: String) throws -> ArchivedLine {
        guard let line = try finder.find(Array(id.utf8)) else { throw unknown(id) }
        return line
    }

    /// The input's bytes of a record.
    package func restore(_ id: String) throws -> [UInt8] {
        try finder.reader.restore(Array(id.utf8), try line(of: id))
    }

    /// Calls `body` with the id and the input's bytes of every archived record.
    package func restoreAll(_ body: (_ id: String, _ bytes: [UInt8]) throws -> Void) throws {
        try finder.reader.forEachRestored(body)
    }

    /// Everything that is known of a record.
    package func explain(_ id: String) throws -> Explanation {
        let line = try line(of: id)
        let record = try JSONTree(parsing: line.bytes.span)
        var explanation = Explanation(
            id: id, stream: line.address.stream, record: record, archiveFile: line.address.path)
        if let ledger = try finder.reader.ledgerLine(of: Array(id.utf8), line) {
            explanation.ledger = LedgerEntry(line: ledger.bytes)
        }
        if let keeper = record["keeper"]?.string {
            let keeperLine = try self.line(of: keeper)
            let keeperRecord = try JSONTree(parsing: keeperLine.bytes.span)
            explanation.keeper = keeperRecord
            explanation.comparison = TextComparison(
                Array((keeperRecord["text"]?.string ?? "").utf8),
                Array((record["text"]?.string ?? "").utf8), shingleWords: shingleWords)
        }
        return explanation
    }

    /// Words a shingle in the archive's last run.
    private var shingleWords: Int {
        // Parameters that cannot be read leave the default; `verify` tells about them.
        let parameters = finder.store.commit.flatMap { try? JSONTree(parsing: $0.parameters.span) }
        return parameters?["shingle"]?.integer ?? PipelineConfiguration.Deduplication().shingleWords
    }

    private func unknown(_ id: String) -> QuestionError {
        QuestionError(
            description: "no record has the id \"\(id)\"; ids stand in the field id of articles/, "
                + "duplicates/ and rejected/")
    }
}
