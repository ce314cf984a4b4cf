// Which part of the archive's history a segment covers.

/// The streams of the archive whose records the index knows.
package enum RecordKind: Int, CaseIterable, Sendable {
    case kept, duplicate, rejected
}

/// One number for each kind of record.
package struct RecordCounts: Equatable, Sendable {
    package var kept = 0
    package var duplicates = 0
    package var rejected = 0

    package init(kept: Int = 0, duplicates: Int = 0, rejected: Int = 0) {
        self.kept = kept
        self.duplicates = duplicates
        self.rejected = rejected
    }

    package var sum: Int { kept + duplicates + rejected }

    package subscript(_ kind: RecordKind) -> Int {
        get {
            switch kind {
            case .kept: kept
            case .duplicate: duplicates
            case .rejected: rejected
            }
        }
        set {
            switch kind {
            case .kept: kept = newValue
            case .duplicate: duplicates = newValue
            case .rejected: rejected = newValue
            }
        }
    }

    package static func + (a: RecordCounts, b: RecordCounts) -> RecordCounts {
        RecordCounts(
            kept: a.kept + b.kept, duplicates: a.duplicates + b.duplicates,
            rejected: a.rejected + b.rejected)
    }
}

/// A run of successive records of each kind, counted over the whole life of the archive.
package struct SegmentExtent: Equatable, Sendable {
    /// Numbers of the first record of each kind, from 0 in archive order.
    package var first: RecordCounts
    package var counts: RecordCounts

    package init(first: RecordCounts, counts: RecordCounts) {
        self.first = first
        self.counts = counts
    }

    /// Where the next segment begins.
    package var end: RecordCounts { first + counts }

    /// The first of a kind's rows in the segment's list of records: kept documents stand first, so
    /// that a kept document's row is its number in the segment.
    package func firstRow(of kind: RecordKind) -> Int {
        switch kind {
        case .kept: 0
        case .duplicate: counts.kept
        case .rejected: counts.kept + counts.duplicates
        }
    }

    /// The kind of a row and its number among those of its kind over the archive's life.
    package func place(ofRow row: Int) -> (kind: RecordKind, number: Int) {
        let kind: RecordKind =
            if row < counts.kept {
                .kept
            } else if row < counts.kept + counts.duplicates {
                .duplicate
            } else {
                .rejected
            }
        return (kind, first[kind] + row - firstRow(of: kind))
    }
}
