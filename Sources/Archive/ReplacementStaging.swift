// The files of an act that replaces others, before its commit.

internal import ByteIO
internal import ByteText
internal import Codecs

/// Writes data files below `.winnow/staging/<act>/`, one after the other.
///
/// Files are named after the act; which run they belong to is said when they end.
package struct ReplacementStaging: Sendable {
    package let act: Int
    private let staging: Folder
    private var shardCounts = [Int](repeating: 0, count: ArchiveStream.allCases.count)

    init(staging: Folder, act: Int) {
        self.staging = staging
        self.act = act
    }

    /// Begins the next file of a stream.
    mutating func makeFile(of stream: ArchiveStream) throws(ArchiveError) -> StagedFile {
        let name = ArchiveStream.shardName(run: act, shard: shardCounts[stream.index])
        shardCounts[stream.index] += 1
        return try StagedFile(stream: stream, name: name, folder: staging.folder(stream.rawValue))
    }

    /// Writes a list of known records and makes it durable.
    package mutating func write(_ known: KnownRecords) throws(ArchiveError) -> KnownFile {
        let bytes = known.encoded
        let name = ArchiveStream.padded(act, to: 6) + KnownFile.suffix
        let folder = staging.folder("known")
        try onDisk { () throws(FileError) in
            try folder.create()
            try folder.replaceFile(name, with: bytes.span)
        }
        return KnownFile(
            name: name, run: act, bytes: bytes.count, records: known.records.count,
            texts: known.texts.count, sha256: ContentHash.hexadecimal(of: bytes.span))
    }

    /// Makes the names of all data files durable. The act's own folder becomes so with the commit.
    package mutating func finish() throws(ArchiveError) {
        let staging = staging
        let streams = ArchiveStream.allCases.filter { shardCounts[$0.index] > 0 }
        try onDisk { () throws(FileError) in
            for stream in streams { try staging.folder(stream.rawValue).sync() }
            // Also where nothing was written: as long as it is there, the publication is not over.
            try staging.create()
        }
    }
}

/// A data file in staging: lines, packed in members, or the members of other files.
struct StagedFile: ~Copyable {
    /// Bytes copied at once.
    private static let pieceBytes = 1 << 20

    let stream: ArchiveStream
    private let name: String
    private var file: FileWriter
    private var hash = ContentHash()
    private var builder: MemberBuilder
    private var encoder = GzipEncoder()
    private var records = 0
    private var uncompressedBytes = 0
    /// Bytes that were written so far; the last member is not among them.
    private(set) var bytes = 0

    fileprivate init(
        stream: ArchiveStream, name: String, folder: Folder
    ) throws(ArchiveError) {
        self.stream = stream
        self.name = name
        builder = MemberBuilder(stream: stream, capacityBytes: ArchiveAssembler.memberBytes)
        file = try onDisk { () throws(FileError) in
            try folder.create()
            return try FileWriter(creating: folder.path(name))
        }
    }

    /// Appends a line without its line feed.
    mutating func append(line: Span<UInt8>) throws(ArchiveError) {
        let isFull = builder.append {
            $0.append(copying: line)
            $0.append(UInt8(ascii: "\n"))
        }
        if isFull { try endMember() }
    }

    /// Appends all members of another file as they are. Throws `.damaged` if that file is not what
    /// the commit says: a copy would hide it.
    mutating func append(
        membersOf other: ArchivedFile, in root: Folder
    ) throws(ArchiveError) {
        try endMember()
        let path = root.path(other.path)
        var reader = try onDisk { () throws(FileError) in try FileReader(opening: path) }
        var otherHash = ContentHash()
        var piece: [UInt8] = []
        var count = 0
        while true {
            piece.removeAll(keepingCapacity: true)
            let read = try onDisk { () throws(FileError) in
                try reader.read(into: &piece, upTo: Self.pieceBytes)
            }
            if read == 0 { break }
            count += read
            otherHash.update(piece.span)
            try write(piece.span)
        }
        guard count == other.bytes, otherHash.hexadecimal == other.sha256 else {
            throw ArchiveError(
                .damaged, path, "the file is not what the commit says",
                remedy: ArchivedLines.damageRemedy)
        }
        records += other.records
        uncompressedBytes += other.uncompressedBytes
    }

    /// Makes the file durable and tells what it is.
    consuming func finish(run: Int, origins: [RunShare]) throws(ArchiveError) -> ArchivedFile {
        try endMember()
        try onDisk { () throws(FileError) in
            try file.sync()
            try file.close()
        }
        let isPlain = origins.allSatisfy { $0.run == run }
        return ArchivedFile(
            path: "\(stream.rawValue)/\(name)", stream: stream, run: run, bytes: bytes,
            uncompressedBytes: uncompressedBytes, records: records, sha256: hash.hexadecimal,
            origins: isPlain ? [] : origins)
    }

    private mutating func endMember() throws(ArchiveError) {
        guard let member = builder.take(ordinal: 0) else { return }
        records += member.recordCount
        uncompressedBytes += member.bytes.count
        try write(member.compressed(using: &encoder).bytes.span)
    }

    private mutating func write(_ content: Span<UInt8>) throws(ArchiveError) {
        hash.update(content)
        bytes += content.count
        try onDisk { () throws(FileError) in try file.write(content) }
    }
}
