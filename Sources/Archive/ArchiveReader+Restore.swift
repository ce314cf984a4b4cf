// Giving a record back as it was read.

internal import ByteIO
internal import JSONBytes

extension ArchiveReader {
    /// The input's text of an archived record: a text file's bytes, a JSON field's decoded value;
    /// for a rejected record its raw bytes. Nil if the archive does not hold the id.
    ///
    /// Throws `.damaged` if record and ledger do not fit together.
    package func restore(_ id: [UInt8]) throws(ArchiveError) -> [UInt8]? {
        guard let line = try find(id) else { return nil }
        return try restore(id, line)
    }

    /// The same for a record whose line was found already.
    package func restore(_ id: [UInt8], _ line: ArchivedLine) throws(ArchiveError) -> [UInt8] {
        // Where the line stands says more than what is wrong in it.
        guard let tree = try? JSONTree(parsing: line.bytes.span) else {
            throw damage(line, "the line is not JSON")
        }
        if line.address.stream == .rejected {
            guard let raw = tree["raw"]?.string, let encoding = tree["encoding"]?.string,
                let bytes = encoding == "base64" ? LedgerEntry.decode(raw) : Array(raw.utf8)
            else { throw damage(line, "the raw bytes cannot be read") }
            return bytes
        }
        guard let text = tree["text"]?.string else { throw damage(line, "it has no text") }
        guard let ledgerLine = try ledgerLine(of: id, line) else { return Array(text.utf8) }
        guard let entry = LedgerEntry(line: ledgerLine.bytes) else {
            throw damage(ledgerLine, "the line is no entry of the ledger")
        }
        do throws(LedgerEntry.Mismatch) {
            return try entry.restore(Array(text.utf8)[...])
        } catch {
            throw damage(ledgerLine, error.description)
        }
    }

    private func damage(_ line: ArchivedLine, _ reason: String) -> ArchiveError {
        ArchiveError(
            .damaged, store.root.path(line.address.path), offset: line.address.offset,
            "line \(line.address.record + 1): \(reason)", remedy: ArchivedLines.damageRemedy)
    }
}
