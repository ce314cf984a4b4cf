// The checksum of the catalogue's file: SQLite's pages carry none.

internal import ByteIO
internal import ByteText
internal import SystemPackage

/// What `catalogue.sum` says of `catalogue.sqlite`: its digest as the holder of the archive's lock
/// left it, and SQLite's count of changes at that time. It is replaced after each change.
///
/// A crash between a change and the new sum leaves a sum of another count: it is stale and says
/// nothing. So is the one that is written before a database is made.
struct CatalogueSum: Equatable {
    static let fileName = "catalogue.sum"
    private static let head = "winnow-catalogue-sum 1 "
    /// Stands for a database that is about to be made: no whole one has as few changes.
    static let none = CatalogueSum(changes: 0, bytes: 0, digest: Digest(high: 0, low: 0))

    /// How the file compares with its sum.
    enum State: Equatable {
        /// Neither a database nor a sum of one.
        case absent
        /// Byte for byte as it was left; or, where bytes were not read, of its size.
        case whole
        /// Nothing can be said: it was changed after its sum was written, or is being changed.
        case stale
        /// There is a database but no sum, or one that is no sum.
        case unsealed(String)
        /// There is a sum but no database.
        case missing
        case damaged(String)
    }

    /// SQLite's file change counter.
    var changes: Int
    var bytes: Int
    var digest: Digest

    // MARK: The file's text

    /// One line with all of it, one with the line's own digest.
    var encoded: [UInt8] {
        let line = Array("\(Self.head)\(changes) \(bytes) \(digest.hexadecimal)\n".utf8)
        return line + Array("\(Digest(of: line.span).hexadecimal)\n".utf8)
    }

    /// Nil if the text is not as it was written.
    init?(_ text: [UInt8]) {
        let parts = String(decoding: text, as: UTF8.self).dropFirst(Self.head.count)
            .split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard parts.count == 4, let changes = Int(parts[0]), let bytes = Int(parts[1]),
            let digest = Digest(hexadecimal: String(parts[2]))
        else { return nil }
        self.init(changes: changes, bytes: bytes, digest: digest)
        guard text == encoded else { return nil }
    }

    init(changes: Int, bytes: Int, digest: Digest) {
        self.changes = changes
        self.bytes = bytes
        self.digest = digest
    }

    // MARK: The database

    /// Compares the catalogue of a state folder with its sum.
    /// - Parameter isReading: false looks at sizes and counters only.
    static func state(in state: Folder, isReading: Bool) throws(FileError) -> State {
        let text = try state.contents(of: fileName)
        let sum = text.flatMap(CatalogueSum.init)
        guard let status = try state.status(of: Catalogue.fileName) else {
            if let text, sum == nil { return .unsealed(sumFault(text)) }
            return sum == nil || sum == CatalogueSum.none ? .absent : .missing
        }
        guard status.kind == .regular else { return .damaged("it is no regular file") }
        // SQLite plays it back; until then the pages need not agree.
        if try state.status(of: Catalogue.journalName) != nil { return .stale }
        guard let sum else { return .unsealed(text.map(sumFault) ?? "it has no checksum") }
        if sum == CatalogueSum.none { return .stale }
        guard let header = try DatabaseHeader(in: state) else {
            return .damaged("it is cut off")
        }
        guard header.isConsistent else { return .damaged("its header is damaged") }
        if header.changes != sum.changes { return .stale }
        guard status.sizeBytes == sum.bytes else {
            return .damaged("\(status.sizeBytes) bytes instead of \(sum.bytes)")
        }
        if isReading, try digest(in: state) != sum.digest {
            return .damaged("its bytes are not those that were written")
        }
        return .whole
    }

    private static func sumFault(_: [UInt8]) -> String { "its checksum \(fileName) is damaged" }

    /// Writes the sum of the database as it is. No transaction of this process is open: closing a
    /// second descriptor of a file drops the locks on it.
    static func write(in state: Folder) throws(FileError) {
        guard let header = try DatabaseHeader(in: state),
            let status = try state.status(of: Catalogue.fileName)
        else { return }
        let sum = CatalogueSum(
            changes: header.changes, bytes: status.sizeBytes, digest: try digest(in: state))
        try state.replaceFile(fileName, with: sum.encoded.span)
    }

    /// Says that there is no database yet, or that the one there is counts for nothing.
    static func clear(in state: Folder) throws(FileError) {
        if try state.contents(of: fileName) == none.encoded { return }
        try state.replaceFile(fileName, with: none.encoded.span)
    }

    private static func digest(in state: Folder) throws(FileError) -> Digest {
        let pieceBytes = 1 << 20
        var reader = try FileReader(opening: state.path(Catalogue.fileName))
        var digest = ContentDigest()
        var piece: [UInt8] = []
        repeat {
            piece.removeAll(keepingCapacity: true)
            _ = try reader.read(into: &piece, upTo: pieceBytes)
            digest.update(piece.span)
        } while piece.count == pieceBytes
        let value = digest.value
        return Digest(high: value.high, low: value.low)
    }
}

/// The part of a database's first page that tells whether it was changed.
///
/// Source: "Database File Format", section 1.3, sqlite.org/fileformat2.html.
private struct DatabaseHeader {
    private static let bytes = 100
    private static let counterOffset = 24
    private static let validForOffset = 92

    /// How often the database was changed.
    var changes: Int
    /// False if the two places that hold the count differ: SQLite writes them together.
    var isConsistent: Bool

    /// Nil if the file is too short for a header.
    init?(in state: Folder) throws(FileError) {
        var head: [UInt8] = []
        let reader = try FileReader(opening: state.path(Catalogue.fileName))
        guard try reader.read(at: 0, upTo: Self.bytes, into: &head) == Self.bytes else {
            return nil
        }
        func number(at offset: Int) -> Int {
            head[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        changes = number(at: Self.counterOffset)
        isConsistent = changes == number(at: Self.validForOffset)
    }
}
