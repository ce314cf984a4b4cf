// The index of an archive for those who only ask: no lock, nothing is written.

internal import Archive
internal import ByteIO
internal import IndexStore
internal import NearDuplicates
internal import SystemPackage

/// An archive's commit and the segments that it lists, opened together.
struct ReadableIndex: Sendable {
    let store: ArchiveStore
    let segments: [Segment]

    /// Opens the index of the last commit.
    ///
    /// A run that is going on may commit and take merged segments away between two steps; then the
    /// next commit is opened. What is open stays readable.
    static func open(_ path: FilePath) throws -> ReadableIndex {
        var store = try ArchiveStore(opening: path)
        while true {
            do throws(IndexError) {
                let listed = store.commit?.segments ?? []
                return ReadableIndex(
                    store: store, segments: try ArchiveIndex.open(listed, of: store))
            } catch {
                let newer = try ArchiveStore(opening: path)
                guard error.code == .missing, newer.commit != store.commit else { throw error }
                store = newer
            }
        }
    }

    /// Throws `.notIndexed` unless the segments know all documents by these parameters.
    func checkComparable(by parameters: NearDuplicateParameters) throws(ArchiveError) {
        let reason: String? =
            if store.commit?.isIndexed != true {
                "there is no index of all its documents"
            } else if segments.contains(where: { !$0.parameters.isSketched }) {
                "its documents were archived without being compared"
            } else if segments.contains(where: {
                $0.parameters.fingerprint != parameters.fingerprint
            }) {
                "its index was made in another way than this program would"
            } else {
                nil
            }
        guard let reason else { return }
        throw ArchiveError(
            .notIndexed, store.root.path, reason,
            remedy: "the next `winnow run` with \"dedup\" on makes the index")
    }
}
