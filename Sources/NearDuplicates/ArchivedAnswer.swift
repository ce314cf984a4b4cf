// What the segments on disk know of one record.

/// The answer of all segments that were asked.
package struct ArchivedAnswer: Sendable {
    /// The best match among the documents in the segments.
    package internal(set) var match: Match?
    /// True if an earlier run archived a record with the same source, id and delivered text.
    package internal(set) var isSeen = false
    /// True if the text was taken out of the archive and must not come back.
    package internal(set) var isForgotten = false
    /// True if an archived record has the id.
    package internal(set) var isIDTaken = false
    /// By band: how many documents the bucket of the text holds in the segments. Empty stands
    /// for none.
    package internal(set) var bucketCounts: [UInt16] = []

    /// With containment: the document in the segments, at least as large as the text, that contains
    /// it best, the earliest of equals. Not asked for where there is a match.
    package internal(set) var container: ArchivedContainment?
    /// With containment: smaller documents in the segments that the text contains, by number.
    package internal(set) var parts: [ArchivedContainment] = []

    /// True if the record is not taken in again. A forgotten text stays out, but a copy of a
    /// document that stayed is its duplicate.
    package var isKnown: Bool { isSeen || isForgotten && match?.isOfEqualText != true }

    package init() {}
}
