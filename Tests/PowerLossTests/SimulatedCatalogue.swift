// What SQLite may leave of the catalogue when the power goes.

import Foundation
import GRDB
import SystemPackage
import TestFixtures

/// The catalogue does not go through the seam: SQLite makes its file durable by itself. So its
/// states are made up.
enum CatalogueState: CaseIterable, CustomStringConvertible {
    /// As before the act.
    case before
    /// In the middle of a transaction: pages written, and the journal that takes them back.
    case beforeWithJournal
    /// As before, with a journal in which nothing is valid.
    case beforeWithStrangeJournal
    /// As after the act, and the same with journals.
    case after
    case afterWithJournal
    /// Some pages of before, some of after, some missing: a disk that lies to SQLite.
    case torn

    var description: String {
        switch self {
        case .before: "catalogue as before"
        case .beforeWithJournal: "catalogue as before in a transaction"
        case .beforeWithStrangeJournal: "catalogue as before with a strange journal"
        case .after: "catalogue as after"
        case .afterWithJournal: "catalogue as after in a transaction"
        case .torn: "catalogue with torn pages"
        }
    }

    static let beforeTheEnd: [CatalogueState] = [
        .before, .beforeWithJournal, .beforeWithStrangeJournal,
    ]

    /// Puts the catalogue and its journal in a state folder. An act that begins without a catalogue
    /// has none before.
    func write(
        to file: FilePath, before: [UInt8]?, after: [UInt8]?, random: inout SeededGenerator
    ) throws {
        let journal = file.string + "-journal"
        switch self {
        case .before: try Self.put(before, at: file.string)
        case .after: try Self.put(after, at: file.string)
        case .beforeWithJournal: try Self.putInTransaction(before, at: file.string)
        case .afterWithJournal: try Self.putInTransaction(after, at: file.string)
        case .beforeWithStrangeJournal:
            try Self.put(before, at: file.string)
            if before != nil {
                let bytes = (0..<1_500).map { _ in UInt8.random(in: 0...255, using: &random) }
                try Self.put(bytes, at: journal)
            }
        case .torn:
            guard let before, var bytes = after else {
                try Self.put(after, at: file.string)
                return
            }
            let page = 4096
            for start in stride(from: 0, to: bytes.count, by: page) {
                let range = start..<min(start + page, bytes.count)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where range.upperBound <= before.count:
                    bytes.replaceSubrange(range, with: before[range])
                case 1: bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
                default: break
                }
            }
            try Self.put(bytes, at: file.string)
        }
    }

    private static func put(_ bytes: [UInt8]?, at path: String) throws {
        guard let bytes else { return }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private static func putInTransaction(_ bytes: [UInt8]?, at path: String) throws {
        guard let bytes else { return }
        let scratch = try ScratchFolder()
        let work = scratch.path.appending("work.sqlite").string
        try put(bytes, at: work)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: work, configuration: configuration)
        try queue.inDatabase { db in
            // So small a cache that pages go to the file while the transaction is open.
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2")
            try db.execute(
                sql: """
                    BEGIN IMMEDIATE;
                    CREATE TABLE filler(content BLOB);
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
                    INSERT INTO filler SELECT randomblob(1000) FROM n;
                    DELETE FROM inputs;
                    """)
            for ending in ["", "-journal"] {
                try FileManager.default.copyItem(atPath: work + ending, toPath: path + ending)
            }
            try db.execute(sql: "ROLLBACK")
        }
    }
}
