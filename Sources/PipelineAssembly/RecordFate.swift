// What becomes of a record that was neither seen nor rejected.

internal import Archive
internal import DocumentModel
internal import NearDuplicates

/// A kept document or a duplicate, and the id it gets.
struct RecordFate {
    /// Nil for a kept document.
    var mark: DuplicateMark?
    /// The id that it gets because its own is taken.
    var newID: [UInt8]?
    /// The id of the version before.
    var predecessor: [UInt8]?
}

extension LayeredIndex {
    /// Between the id and the number of another document with the same id.
    private static let repetitionMark = UInt8(ascii: "~")
    /// Between the id and the number of a new version of a document.
    private static let versionMark = UInt8(ascii: "@")

    /// Decides what a match means and takes a free id into use.
    ///
    /// - Parameters:
    ///   - id: the record's own.
    ///   - isIDFree: what `claim` said of it.
    ///   - keeper: the match's document and its id.
    ///   - isKeepingVersions: true keeps a changed text under an archived id as a new version.
    ///   - renamed: the id that the record got instead of its own when it was decided before.
    mutating func fate(
        of id: Span<UInt8>, hash: UInt64, isIDFree: Bool, keeper: (match: Match, id: [UInt8])?,
        isKeepingVersions: Bool, renamed: [UInt8]? = nil
    ) throws -> RecordFate {
        var fate = RecordFate()
        // The keeper has the id that this record has to give up: a new version of it.
        let isUpdate =
            keeper.map { $0.match.kind == .near && !isIDFree && Self.isVersion($0.id, of: id) }
            ?? false
        if isUpdate, isKeepingVersions {
            fate.predecessor = keeper?.id
            fate.newID = try claimNext(after: id, hash: hash, mark: Self.versionMark)
            return fate
        }
        if !isIDFree {
            fate.newID =
                try renamed ?? claimNext(after: id, hash: hash, mark: Self.repetitionMark)
        }
        fate.mark = keeper.map {
            DuplicateMark(
                keeper: $0.id, similarity: $0.match.similarity,
                kind: isUpdate ? .update : $0.match.kind)
        }
        return fate
    }

    /// True for the id itself and for `id@2`, `id@3` and so on.
    private static func isVersion(_ keeper: [UInt8], of id: Span<UInt8>) -> Bool {
        guard keeper.count >= id.count, id.indices.allSatisfy({ keeper[$0] == id[$0] }) else {
            return false
        }
        let rest = keeper.dropFirst(id.count)
        let isNumber = rest.count > 1 && rest.dropFirst().allSatisfy { (48...57).contains($0) }
        return rest.isEmpty || rest.first == versionMark && isNumber
    }
}
