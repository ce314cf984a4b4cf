// Reading the archive back in the order of its index.

package import ByteText

extension ArchiveReader {
    /// Calls back with every record, run by run: kept documents, duplicates, rejected records. At
    /// the end comes what is known of records that were taken out.
    ///
    /// This is what an index is derived from. Holds one run's ledger in memory.
    /// - Parameters:
    ///   - document: gets a kept document or duplicate, its stream, and its text as the reader
    ///     delivered it. False ends the reading.
    ///   - rejection: gets a rejected record. False ends the reading.
    ///   - known: gets a digest of a record that was taken out. False ends the reading.
    package func forEachRecord(
        document body: (borrowing ArchivedDocument, ArchiveStream, [UInt8])
            throws(ArchiveError) -> Bool,
        rejection: (ArchivedRejection) throws(ArchiveError) -> Bool,
        known: (Digest) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) {
        var document = ArchivedDocument()
        for run in Set((store.commit?.files ?? []).map(\.run)).sorted() {
            let ledger = try ledger(ofRun: run)
            for file in store.commit?.files ?? [] where file.run == run {
                if file.stream == .ledger { continue }
                let isContinuing = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
                    (bytes, line, address) throws(ArchiveError) in
                    if file.stream == .rejected {
                        return try rejection(try self.rejection(bytes.extracting(line), address))
                    }
                    guard document.read(bytes, line, of: file.stream) else {
                        throw damage(address, "it is no document")
                    }
                    let id = String(decoding: document.id, as: UTF8.self)
                    guard let entryLine = ledger[id] else {
                        return try body(document, file.stream, Array(document.text))
                    }
                    guard let entry = LedgerEntry(line: entryLine) else {
                        throw damage(address, "its ledger entry cannot be read")
                    }
                    let delivered: [UInt8]
                    do throws(LedgerEntry.Mismatch) {
                        delivered = try entry.delivered(document.text)
                    } catch {
                        throw damage(address, error.description)
                    }
                    return try body(document, file.stream, delivered)
                }
                guard isContinuing else { return }
            }
        }
        for file in store.commit?.known ?? [] {
            for digest in try file.digests(in: store) {
                guard try known(digest) else { return }
            }
        }
    }
}
