// What the index of a damaged archive tells of records that are gone.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

/// The segments of a damaged archive that can be asked.
struct LostRecords {
    private let segments: [Segment]
    /// True if the whole index can be asked.
    let isWhole: Bool
    /// True if any segment has the table that containment asks.
    let hasContainment: Bool
    /// What decided about the segments' sets; nil if none is whole.
    let fingerprint: UInt64?

    /// Opens what is whole of the segments that a commit lists.
    init(_ store: ArchiveStore) {
        var segments: [Segment] = []
        for item in store.commit?.segments ?? [] {
            do throws(IndexError) {
                let segment = try Segment(
                    opening: store.path(of: item), root: Digest(hexadecimal: item.root))
                if segment.extent == item.extent { segments.append(segment) }
            } catch {
                // It is among the findings; what it knew is not told.
            }
        }
        if store.commit == nil { segments = Self.unlisted(store) }
        self.segments = segments
        isWhole = store.commit.map { $0.isIndexed && segments.count == $0.segments.count } ?? false
        hasContainment = segments.contains(where: \.parameters.hasContainment)
        fingerprint = segments.first(where: \.parameters.isSketched)?.parameters.fingerprint
    }

    /// Every whole segment there is, where no commit tells which ones count.
    private static func unlisted(_ store: ArchiveStore) -> [Segment] {
        // A folder that cannot be read has no segment that can be asked.
        let paths = (try? store.segmentPaths()) ?? []
        // As above, of the segment.
        return paths.compactMap { try? Segment(opening: $0, root: nil) }
    }

    /// Ids of articles by their numbers, of those that were not saved.
    func articleIDs(_ numbers: [Range<Int>], notIn saved: SavedArticles) -> Set<String> {
        var ids: Set<String> = []
        for number in numbers.joined() {
            let segment = segments.last { $0.extent.first.kept <= number }
            guard let segment, number < segment.extent.end.kept,
                // A block that is damaged names nobody.
                let id = try? segment.id(of: number - segment.extent.first.kept),
                !saved.holds(id.span)
            else { continue }
            ids.insert(String(decoding: id, as: UTF8.self))
        }
        return ids
    }

    /// Ids of documents whose entries in the ledger are gone: their delivered text is not the one
    /// that they were known by.
    /// - Parameter store: the archive as it was saved, of the runs concerned.
    func unrestorableIDs(of store: ArchiveStore, stop: () -> Bool) throws -> Set<String> {
        var ids: Set<String> = []
        var failure: (any Error)?
        // Identities do not depend on the parameters.
        var sketcher = BatchSketcher(
            parameters: NearDuplicateParameters(), isIdentityOnly: true)
        var batch = ArchivedBatch()
        try ArchiveReader(store).forEachRecord(
            document: { document, stream, delivered in
                batch.removeAll()
                batch.append(
                    document, stream == .articles ? .kept : .duplicate, delivered: delivered)
                batch.sketch(with: &sketcher)
                let identity = batch.sketches.sketches[0].identity
                // A block that is damaged tells nothing.
                let known = try? identityOnRecord(of: Digest(of: document.id.span).low)
                if let known, known != identity {
                    ids.insert(String(decoding: document.id, as: UTF8.self))
                }
                if stop() { failure = StopRequested() }
                return failure == nil
            }, rejection: { _ in true }, known: { _ in true })
        if let failure { throw failure }
        return ids
    }

    /// What the index knows of records that were taken out: what it has as rejected and the archive
    /// does not hold. Nil unless the whole index can be asked.
    func knownDigests(besides store: ArchiveStore) throws -> [Digest]? {
        guard isWhole else { return nil }
        var digests: [Digest] = []
        for segment in segments {
            let first = segment.extent.firstRow(of: .rejected)
            for row in first..<first + segment.extent.counts.rejected {
                digests.append(try segment.record(at: row).identity)
            }
        }
        var sketcher = BatchSketcher(
            parameters: NearDuplicateParameters(), isIdentityOnly: true)
        var batch = ArchivedBatch()
        var held: Set<Digest> = []
        try ArchiveReader(store).forEachRejection { rejection in
            batch.removeAll()
            batch.append(rejection)
            batch.sketch(with: &sketcher)
            held.insert(batch.sketches.sketches[0].identity)
            return true
        }
        return digests.filter { !held.contains($0) }
    }

    private func identityOnRecord(of id: UInt64) throws(IndexError) -> Digest? {
        for segment in segments {
            if let row = try segment.row(ofID: id) { return try segment.record(at: row).identity }
        }
        return nil
    }
}
