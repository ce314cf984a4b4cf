// What a run did, for people and for programs.

package import Archive
internal import ByteText
package import DocumentModel

/// The first damaged records of a run: place, what is wrong, and the reason's name, for people.
package struct DamagedRecords: Sendable {
    /// Records that a report names; an archive has all of them in `rejected/`.
    private static let named = 20

    package private(set) var lines: [String] = []
    package private(set) var count = 0

    package init() {}

    func encode(to fields: inout FieldWriter) {
        fields.number(count)
        fields.list(lines) { $0.text($1) }
    }

    init(decoding fields: inout FieldReader) throws(FieldFault) {
        count = try fields.number()
        lines = try fields.list { (fields) throws(FieldFault) in try fields.text() }
    }

    /// - Parameters:
    ///   - detail: place and cause; it begins with the path below the input.
    ///   - prefix: what stands before that path to name the file as the user did.
    mutating func add(_ reason: RejectionReason, detail: ArraySlice<UInt8>, prefix: String) {
        guard reason.isDamage else { return }
        count += 1
        if lines.count < Self.named {
            let place = prefix + String(decoding: detail, as: UTF8.self)
            lines.append("\(place) (\(reason.rawValue))")
        }
    }
}

/// Archived documents that this run's documents contain.
package struct ArchivedParts: Sendable {
    package struct Part: Sendable, Equatable {
        /// Id of the archived document.
        package var id: String
        /// Id of the document of this run that contains it.
        package var container: String
        package var containment: Double

        package init(id: String, container: String, containment: Double) {
            self.id = id
            self.container = container
            self.containment = containment
        }
    }

    /// Parts that a report names.
    static let named = 20

    /// The first ones, in the order of their containers.
    package internal(set) var parts: [Part] = []
    package internal(set) var count = 0

    package init() {}
}

/// The outcome of a run.
package struct RunReport: Sendable {
    /// Number of the run; nil if there was nothing to archive, so nothing was written.
    package var run: Int?
    /// Documents that an earlier attempt at the run had read up to its last checkpoint.
    package var resumedDocuments = 0
    /// Checkpoints of this attempt.
    package var checkpoints = 0
    package var counts = RunCounts()
    /// Counts over all runs of the archive, this one included.
    package var totals = RunCounts()
    /// Faults of input files, and things that were skipped by rule.
    package var faults: [InputFault] = []
    package var damagedRecords = DamagedRecords()
    /// Input files that were read, and files that were known and passed over.
    package var filesRead = 0
    package var filesSeen = 0
    /// How long the run took; waiting for the archive's lock is no part of it.
    package var seconds = 0.0
    /// Bytes of input read, as they lie on disk.
    package var inputBytes = 0
    /// What opening the archive had to do or to pass over.
    package var notices: [String] = []
    /// Size of this run's files, compressed and not.
    package var archivedBytes = 0
    package var uncompressedBytes = 0
    /// Bytes of memory that the index took.
    package var indexBytes = 0
    /// How often a full bucket turned a document away.
    package var cappedCount = 0

    /// Archived documents that turned out to be parts of new ones; they stay.
    package var archivedParts = ArchivedParts()

    package init() {}

    /// True if something of the input was damaged: exit status 3.
    package var hasDamage: Bool {
        faults.contains(where: \.isDamage) || damagedRecords.count > 0
    }
}

/// How far a run is.
package struct RunProgress: Sendable {
    package enum Phase: String, Sendable {
        case indexing = "reading the archive"
        case running = "reading the input"
        case writing = "writing the archive"
    }

    package var phase: Phase
    package var documents: Int
    /// Share of the input's bytes read so far; nil where the whole is not known.
    package var share: Double?
    /// Checkpoints that were made so far.
    package var checkpoints = 0
}
