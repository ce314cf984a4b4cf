// What an act keeps of the records that it takes out: counts, ids for its report, digests.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import NearDuplicates

/// Gathers the records that go.
struct GoneRecords: ~Copyable {
    private let isForgetting: Bool
    /// What the act adds to the archive's counts.
    private(set) var counts = RunCounts()
    private(set) var known = KnownRecords()
    /// Ids in archive order.
    private(set) var ids: [String] = []
    // Identities do not depend on the parameters.
    private var sketcher = BatchSketcher(
        parameters: NearDuplicateParameters(), isIdentityOnly: true)
    private var batch = ArchivedBatch()

    /// - Parameter isForgetting: true if the texts must not come back under other names either.
    init(isForgetting: Bool) { self.isForgetting = isForgetting }

    mutating func take(_ record: TakenRecord) {
        batch.removeAll()
        let isEmpty: Bool
        switch record {
        case .document(let document):
            batch.append(document)
            isEmpty = document.delivered.isEmpty
            ids.append(String(decoding: document.id, as: UTF8.self))
            counts.remove(document)
        case .rejection(let rejection, _):
            batch.append(rejection)
            isEmpty = rejection.raw.isEmpty
            ids.append(String(decoding: rejection.id, as: UTF8.self))
            counts[rejection.reason] -= 1
        }
        counts.removed += 1
        batch.sketch(with: &sketcher)
        let sketch = batch.sketches.sketches[0]
        known.records.append(sketch.identity)
        // Nothing can be said of a text that is empty.
        if isForgetting, !isEmpty { known.texts.append(sketch.textIdentity) }
    }
}

extension RunCounts {
    fileprivate mutating func remove(_ document: TakenDocument) {
        if let kind = document.kind {
            self[kind] -= 1
        } else {
            kept -= 1
        }
        if document.id != document.originalID { renamed -= 1 }
    }

    /// Counts a duplicate that was decided on again.
    mutating func move(_ arrival: ArrivedDocument) {
        if let kind = arrival.document.kind { self[kind] -= 1 }
        if let mark = arrival.mark {
            self[mark.kind] += 1
        } else {
            kept += 1
        }
    }
}
