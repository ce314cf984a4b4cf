// Finding an archived record by its id: by way of the index, else by reading the archive.

internal import Archive
internal import ByteText
internal import IndexStore
internal import NearDuplicates
internal import Pipeline
internal import SystemPackage

/// Finds records of one archive.
struct RecordFinder: Sendable {
    let store: ArchiveStore
    let reader: ArchiveReader
    /// Nil where the index cannot be used.
    private let segments: [Segment]?
    private let said: SharedValue<[String]>

    /// Opens an archive and its index. A missing or damaged index is a notice, no error.
    init(archive path: FilePath) throws {
        var notices: [String] = []
        do {
            let index = try ReadableIndex.open(path)
            store = index.store
            segments = index.store.commit?.isIndexed == true ? index.segments : nil
            if segments == nil, store.commit != nil {
                notices.append("\(path) has no index yet: the archive is read instead")
            }
        } catch let error as IndexError {
            store = try ArchiveStore(opening: path)
            segments = nil
            notices.append(Self.notice(error))
        }
        reader = ArchiveReader(store)
        said = SharedValue(store.notices + notices)
    }

    /// What opening passed over, and where the index was of no use.
    var notices: [String] { said.value }

    /// The line of a record; nil if the archive does not hold the id.
    func find(_ id: [UInt8]) throws -> ArchivedLine? {
        guard let segments else { return try reader.find(id) }
        do {
            return try find(id, in: segments)
        } catch let error as IndexError {
            say(Self.notice(error))
            return try reader.find(id)
        }
    }

    private func find(_ id: [UInt8], in segments: [Segment]) throws -> ArchivedLine? {
        let hash = Digest(of: id.span).low
        for segment in segments {
            guard let row = try segment.row(ofID: hash) else { continue }
            if let line = try line(of: id, row, in: segment) { return line }
            say(
                "the index leads to another record than \(String(decoding: id, as: UTF8.self)):"
                    + " the archive is read instead")
            return try reader.find(id)
        }
        for segment in segments {
            guard let row = try segment.row(ofRejectedID: hash) else { continue }
            return try line(of: id, row, in: segment) ?? reader.find(id, in: .rejected)
        }
        // The index knows every record.
        return nil
    }

    /// The archived line of a row, if it is that of a record with this id.
    private func line(of id: [UInt8], _ row: Int, in segment: Segment) throws -> ArchivedLine? {
        let place = segment.extent.place(ofRow: row)
        let line = try reader.line(numbered: place.number, of: place.kind.stream)
        return line?.hasID(id) == true ? line : nil
    }

    private func say(_ notice: String) {
        if !said.value.contains(notice) { said.value.append(notice) }
    }

    private static func notice(_ error: IndexError) -> String {
        "\(error); the archive is read instead"
    }
}
