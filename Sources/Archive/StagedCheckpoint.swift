// The checkpoint of a run: how far its staged files are to be believed, and what the run knew then.

internal import ByteIO
internal import ByteText

/// The bytes of a checkpoint's file: a mark, the fields, a digest of all before it.
///
/// It is read by the program that wrote it, by no other version: whatever else is found in its
/// place is no checkpoint.
enum CheckpointFile {
    private static let mark = Array("winnow checkpoint 1\n".utf8)
    private static let digestBytes = 16

    static func sealed(_ fields: [UInt8]) -> [UInt8] {
        var writer = FieldWriter()
        writer.digest(Digest(of: fields.span))
        return mark + fields + writer.bytes
    }

    /// The fields; nil if the bytes are no whole checkpoint.
    static func opened(_ bytes: [UInt8]) -> [UInt8]? {
        let end = bytes.count - digestBytes
        guard bytes.starts(with: mark), end >= mark.count else { return nil }
        let fields = Array(bytes[mark.count..<end])
        var seal = FieldReader(Array(bytes[end...]))
        // There are as many bytes as a digest has.
        guard let digest = try? seal.digest(), digest == Digest(of: fields.span) else { return nil }
        return fields
    }
}

/// A run that was stopped or killed: what of it is durable.
package struct StagedCheckpoint: Sendable {
    var nextOrdinal: Int
    /// In the order of the streams.
    var streams: [ShardWriter.Staged]
    /// The caller's part.
    package var state: [UInt8]

    /// Reads the checkpoint in a run's folder; nil if there is none that is whole.
    init?(in staging: Folder) throws(ArchiveError) {
        let bytes = try onDisk { () throws(FileError) in
            try staging.isFolder() ? try staging.contents(of: ArchiveStaging.checkpoint) : nil
        }
        guard let bytes, let content = CheckpointFile.opened(bytes) else { return nil }
        var fields = FieldReader(content)
        do throws(FieldFault) {
            nextOrdinal = try fields.number()
            streams = []
            for _ in ArchiveStream.allCases {
                streams.append(try ShardWriter.Staged(decoding: &fields))
            }
            state = Array(try fields.run())
        } catch {
            return nil
        }
    }
}

extension ShardWriter.Staged {
    func encode(to fields: inout FieldWriter) {
        fields.list(finished) { $1.encode(to: &$0) }
        fields.list([current].compactMap(\.self)) { $1.encode(to: &$0) }
    }

    init(decoding fields: inout FieldReader) throws(FieldFault) {
        finished = try fields.list { (fields) throws(FieldFault) in
            try ArchivedFile(decoding: &fields)
        }
        current = try fields.list { (fields) throws(FieldFault) in
            try ArchivedFile(decoding: &fields)
        }.first
    }
}

extension ArchivedFile {
    fileprivate func encode(to fields: inout FieldWriter) {
        fields.text(path)
        fields.text(sha256)
        for number in [stream.index, run, bytes, uncompressedBytes, records] {
            fields.number(number)
        }
    }

    fileprivate init(decoding fields: inout FieldReader) throws(FieldFault) {
        let path = try fields.text()
        let sha256 = try fields.text()
        let index = try fields.number()
        guard ArchiveStream.allCases.indices.contains(index) else { throw FieldFault() }
        self.init(
            path: path, stream: ArchiveStream.allCases[index], run: try fields.number(),
            bytes: try fields.number(), uncompressedBytes: try fields.number(),
            records: try fields.number(), sha256: sha256)
    }
}
