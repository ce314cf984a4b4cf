// What an archive knows of a text.

package import Archive
package import DocumentModel
package import NearDuplicates

/// What would become of a text if a run read it now.
package enum TextStanding: Sendable {
    /// This very record is archived: the same source, id and delivered text.
    case seen
    /// It would be a duplicate.
    case duplicate(DuplicateKind, keeper: String, similarity: Double)
    /// No archived document is like it.
    case unknown
    /// It cannot be compared.
    case rejected(RejectionReason)

    package var isKnown: Bool {
        switch self {
        case .seen, .duplicate: true
        case .unknown, .rejected: false
        }
    }
}

/// An archived document as answers show it.
package struct NearDocument: Sendable {
    package var id: String
    package var neighbour: Neighbour
    /// Empty where records were not to be read, as the next two.
    package var title = ""
    package var source = ""
    package var created = ""
}

/// What an archive knows of one text.
package struct QueryAnswer: Sendable {
    /// The text's own id and source, as a run would name it.
    package var id: String
    package var source: String
    package var standing: TextStanding
    /// For a record that was seen: its id in the archive and where it lies; empty and nil where
    /// that was not to be read, or the record was taken out since.
    package var archivedID = ""
    package var archivedStream: ArchiveStream?
    /// The nearest first.
    package var nearest: [NearDocument]
}

/// What a query did.
package struct QueryReport: Sendable {
    package var read = 0
    package var known = 0
    package var faults: [InputFault] = []
    package internal(set) var damagedRecords = DamagedRecords()
    package var notices: [String] = []

    /// True if something of the input was damaged: exit status 3.
    package var hasDamage: Bool {
        damagedRecords.count > 0 || faults.contains(where: \.isDamage)
    }
}
