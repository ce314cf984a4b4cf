// Reading rejected records, and restoring everything at once.

internal import ByteIO
internal import ByteText
package import DocumentModel
internal import JSONBytes

/// A rejected record read back from the archive.
package struct ArchivedRejection: Sendable {
    package var id: [UInt8]
    package var source: [UInt8]
    package var reason: RejectionReason
    /// The record's bytes as they were read.
    package var raw: [UInt8]

    fileprivate init?(_ tree: JSONTree) {
        guard let id = tree["id"]?.string, let source = tree["source"]?.string,
            let reason = tree["reason"]?.string.flatMap(RejectionReason.init),
            let raw = tree["raw"]?.string, let encoding = tree["encoding"]?.string,
            let bytes = encoding == "base64" ? LedgerEntry.decode(raw) : Array(raw.utf8)
        else { return nil }
        self.id = Array(id.utf8)
        self.source = Array(source.utf8)
        self.reason = reason
        self.raw = bytes
    }
}

extension ArchiveReader {
    /// Calls `body` with every rejected record until it returns false.
    package func forEachRejection(
        _ body: (ArchivedRejection) throws(ArchiveError) -> Bool
    ) throws(ArchiveError) {
        try forEachLine(of: .rejected) { (bytes, line, address) throws(ArchiveError) in
            try body(try rejection(bytes.extracting(line), address))
        }
    }

    func rejection(
        _ line: Span<UInt8>, _ address: RecordAddress
    ) throws(ArchiveError) -> ArchivedRejection {
        // Where the line stands says more than what is wrong in it.
        let tree = try? JSONTree(parsing: line)
        guard let rejection = tree.flatMap(ArchivedRejection.init) else {
            throw damage(address, "it is no rejected record")
        }
        return rejection
    }

    /// Calls `body` with the id and the input's bytes of every record, run by run: articles,
    /// duplicates, rejected. Holds one run's ledger in memory.
    package func forEachRestored(
        _ body: (_ id: String, _ bytes: [UInt8]) throws -> Void
    ) throws {
        var failure: (any Error)?
        func deliver(_ id: String, _ bytes: [UInt8]) -> Bool {
            do { try body(id, bytes) } catch { failure = error }
            return failure == nil
        }
        for run in Set((store.commit?.files ?? []).map(\.run)).sorted() {
            let ledger = try ledger(ofRun: run)
            for file in store.commit?.files ?? [] where file.run == run {
                guard file.stream != .ledger, failure == nil else { continue }
                _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
                    (bytes, line, address) throws(ArchiveError) in
                    // Where the line stands says more than what is wrong in it.
                    let tree = try? JSONTree(parsing: bytes.extracting(line))
                    guard let tree, let id = tree["id"]?.string else {
                        throw damage(address, "it is no record")
                    }
                    if file.stream == .rejected {
                        guard let rejection = ArchivedRejection(tree) else {
                            throw damage(address, "it is no rejected record")
                        }
                        return deliver(id, rejection.raw)
                    }
                    let text = Array((tree["text"]?.string ?? "").utf8)
                    guard let entryLine = ledger[id] else { return deliver(id, text) }
                    guard let entry = LedgerEntry(line: entryLine) else {
                        throw damage(address, "its ledger entry cannot be read")
                    }
                    do throws(LedgerEntry.Mismatch) {
                        return deliver(id, try entry.restore(text[...]))
                    } catch {
                        throw damage(address, error.description)
                    }
                }
            }
            if let failure { throw failure }
        }
    }

    func ledger(ofRun run: Int) throws(ArchiveError) -> [String: [UInt8]] {
        var entries: [String: [UInt8]] = [:]
        for file in store.commit?.files(of: .ledger) ?? [] where file.run == run {
            _ = try ArchivedLines.forEach(of: file, in: store.folder(of: file)) {
                (bytes, line, address) throws(ArchiveError) in
                var copy: [UInt8] = []
                copy.append(copying: bytes.extracting(line))
                // Where the line stands says more than what is wrong in it.
                guard let id = (try? JSONTree(parsing: copy.span))?["id"]?.string else {
                    throw damage(address, "it is no ledger entry")
                }
                entries[id] = copy
                return true
            }
        }
        return entries
    }

    func damage(_ address: RecordAddress, _ reason: String) -> ArchiveError {
        ArchiveError(
            .damaged, store.root.path(address.path), offset: address.offset,
            "line \(address.record + 1): \(reason)", remedy: ArchivedLines.damageRemedy)
    }
}
