// Finding the known state of files that come in the order of their paths, many at a time.

internal import GRDB

/// Looks ahead in the table of inputs: the files of a tree come in its order, and a row that was
/// fetched with its neighbours costs a tenth of one that is searched for.
///
/// It fetches more at a time the longer the order holds, and single rows where there is none.
package struct InputCursor: Sendable {
    /// What tells whether a file is as it was.
    package struct Mark: Equatable, Sendable {
        package var sizeBytes: Int
        package var modifiedNanoseconds: Int
        package var device: UInt64
        package var inode: UInt64
    }

    private struct Row: Sendable {
        var path: [UInt8]
        var reading: String
        var mark: Mark
    }

    private static let mostRows = 512
    private static let query = """
        SELECT path, reading, size, modified, device, inode FROM inputs WHERE path >= ?
        ORDER BY path, reading LIMIT ?
        """

    private var rows: [Row] = []
    private var position = 0
    /// Files that were asked for since the rows were fetched.
    private var asked = 0
    /// The path that the rows were fetched from; all paths from here to the last row are known.
    private var first: [UInt8] = []
    private var isAtEnd = false
    private var isFilled = false

    package init() {}

    /// The state of the file at a path, read in a certain way; nil if it is not known.
    package mutating func mark(
        at path: String, reading: String, in catalogue: Catalogue
    ) throws(CatalogueError) -> Mark? {
        let bytes = Array(path.utf8)
        if !covers(bytes) { try fetch(from: path, bytes, catalogue) }
        asked += 1
        if position < rows.count, bytes.lexicographicallyPrecedes(rows[position].path) {
            position = 0
        }
        while position < rows.count, rows[position].path.lexicographicallyPrecedes(bytes) {
            position += 1
        }
        var place = position
        while place < rows.count, rows[place].path == bytes {
            if rows[place].reading == reading { return rows[place].mark }
            place += 1
        }
        return nil
    }

    /// True if the rows tell of the path, be it that it is not known. Of the last row's path there
    /// may be more rows.
    private func covers(_ path: [UInt8]) -> Bool {
        guard isFilled, !path.lexicographicallyPrecedes(first) else { return false }
        if isAtEnd { return true }
        return rows.last.map { path.lexicographicallyPrecedes($0.path) } ?? false
    }

    private mutating func fetch(
        from path: String, _ bytes: [UInt8], _ catalogue: Catalogue
    ) throws(CatalogueError) {
        // As many again as were asked for of the last rows, and some more: it may go on like this.
        let count = max(2, min(2 * asked, Self.mostRows))
        asked = 0
        rows = try catalogue.access { db in
            let statement = try db.cachedStatement(sql: Self.query)
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: [path, count])
            var rows: [Row] = []
            rows.reserveCapacity(count)
            while let row = try cursor.next() {
                let path: String = row[0]
                let device: Int64 = row[4]
                let inode: Int64 = row[5]
                rows.append(
                    Row(
                        path: Array(path.utf8), reading: row[1],
                        mark: Mark(
                            sizeBytes: row[2], modifiedNanoseconds: row[3],
                            device: UInt64(bitPattern: device),
                            inode: UInt64(bitPattern: inode))))
            }
            return rows
        }
        first = bytes
        position = 0
        isAtEnd = rows.count < count
        isFilled = true
        // A path that was read in several ways has as many rows.
        if !isAtEnd, count < Self.mostRows, rows.last?.path == bytes {
            asked = Self.mostRows
            try fetch(from: path, bytes, catalogue)
        }
    }
}
