// Reading single records whose place is known: only the files that hold them are decompressed.

internal import ByteText
package import IndexStore

extension RecordKind {
    /// Where records of this kind are archived.
    package var stream: ArchiveStream {
        switch self {
        case .kept: .articles
        case .duplicate: .duplicates
        case .rejected: .rejected
        }
    }
}

extension ArchiveReader {
    /// The record of a stream with a number, counted from 0 over the archive's life; nil if there
    /// are fewer. Reads the file that holds it, up to the end of its member.
    package func line(
        numbered number: Int, of stream: ArchiveStream
    ) throws(ArchiveError) -> ArchivedLine? {
        var found: ArchivedLine?
        try forEachLine(numbered: [number], of: stream) { _, line in found = line }
        return found
    }

    /// Calls `body` with the records of a stream that have the numbers; numbers beyond the last
    /// record are passed over. A file is read once at most, up to its last record that is wanted.
    ///
    /// - Parameter numbers: ascending, without repetitions.
    package func forEachLine(
        numbered numbers: [Int], of stream: ArchiveStream,
        _ body: (Int, ArchivedLine) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var first = 0
        var next = 0
        for file in store.commit?.files(of: stream) ?? [] {
            let end = first + file.records
            let start = next
            while next < numbers.count, numbers[next] < end { next += 1 }
            if start < next {
                try read(numbers[start..<next], of: file, first: first, body)
            }
            first = end
        }
    }

    private func read(
        _ numbers: ArraySlice<Int>, of file: ArchivedFile, first: Int,
        _ body: (Int, ArchivedLine) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var lines: [ArchivedLine] = []
        var next = numbers.startIndex
        // Lines count only once their members' checksums were right.
        _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file), isProving: true) {
            (bytes, line, address) throws(ArchiveError) in
            guard first + address.record == numbers[next] else { return true }
            lines.append(ArchivedLine(address, bytes.extracting(line)))
            next += 1
            return next < numbers.endIndex
        }
        for (number, line) in zip(numbers, lines) { try body(number, line) }
    }

    /// What the ledger says of an archived document; nil if its text is as it was delivered. Reads
    /// the ledger of the document's run alone.
    package func ledgerLine(of id: [UInt8], _ line: ArchivedLine) throws(ArchiveError)
        -> ArchivedLine?
    {
        let run = store.commit?.files.first { $0.path == line.address.path }?.run
        return try find(id, in: .ledger, run: run)
    }
}
