// Reading an archive back: all lines of a stream, all documents, or the one with an id.

internal import ByteIO
internal import ByteText
internal import JSONBytes

/// A line of the archive and where it stands.
package struct ArchivedLine: Sendable {
    package var address: RecordAddress
    /// The line's bytes without its line feed.
    package var bytes: [UInt8]
}

/// Reads the files of a store's commit in archive order: by run, then by shard.
package struct ArchiveReader: Sendable {
    package let store: ArchiveStore

    package init(_ store: ArchiveStore) { self.store = store }

    /// Calls `body` with a buffer, the range of one line in it, and its place, for every line of a
    /// stream until it returns false. More bytes may follow the line in the buffer, which spares
    /// a `JSONParser` a copy.
    package func forEachLine(
        of stream: ArchiveStream,
        _ body: (Span<UInt8>, Range<Int>, RecordAddress) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) {
        for file in store.commit?.files(of: stream) ?? [] {
            guard try ArchivedLines.forEach(of: file, in: store.folder(of: file), body) else {
                return
            }
        }
    }

    /// Calls `body` with every document of `.articles` or `.duplicates` until it returns false.
    ///
    /// This is what an index is rebuilt from. Throws `.damaged` at a line that is no document.
    package func forEachDocument(
        of stream: ArchiveStream,
        _ body: (borrowing ArchivedDocument) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) {
        precondition(stream == .articles || stream == .duplicates, "\(stream) holds no documents")
        var document = ArchivedDocument()
        try forEachLine(of: stream) { (bytes, line, address) throws(ArchiveError) in
            guard document.read(bytes, line, of: stream) else {
                throw ArchiveError(
                    .damaged, store.root.path(address.path), offset: address.offset,
                    "line \(address.record + 1) is no document",
                    remedy: ArchivedLines.damageRemedy)
            }
            return try body(document)
        }
    }

    /// The line of a record, looked for in the order articles, duplicates, rejected; nil if the
    /// archive does not hold the id. Reads the whole archive in the worst case.
    package func find(_ id: [UInt8]) throws(ArchiveError) -> ArchivedLine? {
        for stream in [ArchiveStream.articles, .duplicates, .rejected] {
            if let line = try find(id, in: stream) { return line }
        }
        return nil
    }

    /// The first line of one stream with an id.
    /// - Parameter run: looks into that run's files alone.
    package func find(
        _ id: [UInt8], in stream: ArchiveStream, run: Int? = nil
    ) throws(ArchiveError) -> ArchivedLine? {
        let head = Self.head(of: id)
        for file in store.commit?.files(of: stream) ?? [] where run == nil || file.run == run {
            var found: ArchivedLine?
            // A line counts only once its member's checksum was right.
            _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file), isProving: true) {
                (bytes, line, address) throws(ArchiveError) in
                let candidate = bytes.extracting(line)
                guard candidate.starts(with: head) else { return true }
                found = ArchivedLine(address, candidate)
                return false
            }
            if let found { return found }
        }
        return nil
    }

    /// How the line of a record with an id begins: the id comes first, escaped in one way only.
    static func head(of id: [UInt8]) -> [UInt8] {
        var head = JSONWriter()
        head.beginObject()
        head.key("id")
        head.string(id.span)
        head.bytes.append(UInt8(ascii: ","))
        return head.bytes
    }
}

extension ArchivedLine {
    init(_ address: RecordAddress, _ line: Span<UInt8>) {
        self.address = address
        bytes = []
        bytes.append(copying: line)
    }

    /// True if it is the line of a record with this id.
    package func hasID(_ id: [UInt8]) -> Bool { bytes.starts(with: ArchiveReader.head(of: id)) }
}
