// Documents that an act puts back at the end of the archive.

internal import ByteText

/// A document and what was decided on it now.
package struct ArrivedDocument: Sendable {
    package var document: TakenDocument
    /// Nil if it is kept now.
    package var mark: DuplicateMark?

    package init(_ document: TakenDocument, mark: DuplicateMark?) {
        self.document = document
        self.mark = mark
    }
}

extension ReplacementStaging {
    /// Writes documents as files of the act itself: kept ones, duplicates and their ledger.
    package mutating func write(
        _ arrivals: [ArrivedDocument], shardBytes: Int
    ) throws(ArchiveError) -> [ArchivedFile] {
        let articles = arrivals.filter { $0.mark == nil }
        let duplicates = arrivals.filter { $0.mark != nil }
        var files = try write(articles, .articles, shardBytes)
        files += try write(duplicates, .duplicates, shardBytes)
        files += try write(arrivals.filter { !$0.document.ledger.isEmpty }, .ledger, shardBytes)
        return files
    }

    private mutating func write(
        _ arrivals: [ArrivedDocument], _ stream: ArchiveStream, _ shardBytes: Int
    ) throws(ArchiveError) -> [ArchivedFile] {
        var files: [ArchivedFile] = []
        var position = 0
        while position < arrivals.count {
            var file = try makeFile(of: stream)
            var origins: [RunShare] = []
            repeat {
                let arrival = arrivals[position]
                var line = stream == .ledger ? arrival.document.ledger : arrival.document.line
                if stream == .duplicates, let mark = arrival.mark {
                    line.append(UInt8(ascii: "\n"))
                    ArchiveAssembler.extend(with: mark, &line)
                    line.removeLast()
                }
                try file.append(line: line.span)
                if stream != .ledger { origins.append(run: arrival.document.origin.run) }
                position += 1
            } while position < arrivals.count && file.bytes < shardBytes
            files.append(try file.finish(run: act, origins: origins))
        }
        return files
    }
}
