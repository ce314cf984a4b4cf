// The archive lines of one batch, rendered by a worker before anyone knows the verdicts.

package import DocumentModel
internal import JSONBytes

/// Where the archive line of one record lies, and the parts that its fate may still change.
package struct RenderedRecord: Sendable {
    /// The line as a kept (or rejected) record, with its closing brace and line feed.
    package var line = ByteRange.empty
    /// The id's characters as they stand between their quotes.
    package var id = ByteRange.empty
    /// The metadata's characters as they stand between their quotes; empty for rejected records.
    package var metadata = ByteRange.empty
    /// The ledger's line with its line feed; empty if the text is as it was delivered.
    package var ledger = ByteRange.empty
    /// The id's characters in the ledger's line.
    package var ledgerID = ByteRange.empty
    package var rejection: RejectionReason?

    package init() {}
}

/// One byte arena with the lines of a batch's records, in the batch's order. Reused from batch to
/// batch: the memory grows to the largest one.
package struct RenderedBatch: ~Copyable, Sendable {
    var writer = JSONWriter()
    /// One for each record of the batch, at the same index.
    package internal(set) var records: [RenderedRecord] = []

    package init() {}

    /// A batch that was rendered before and put aside.
    /// - Parameter records: as they were, their ranges within `bytes`.
    package init(bytes: consuming [UInt8], records: [RenderedRecord]) {
        writer = JSONWriter(appendingTo: bytes)
        self.records = records
    }

    /// All rendered bytes; the records' ranges point into them.
    package var bytes: [UInt8] {
        _read { yield writer.bytes }
    }

    mutating func removeAll() {
        writer.bytes.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
    }
}
