// Which records and ids the archive holds already.

/// Identities of archived records and the ids in use, as digests: about 40 bytes a document.
package struct KnownDocuments: ~Copyable {
    private var archived: Set<Digest> = []
    private var idHashes: Set<UInt64> = []
    /// For ids that came more than once: the number to try next.
    private var nextNumber: [UInt64: Int] = [:]

    package init() {}

    /// Remembers a record of an earlier run.
    package mutating func addArchived(identity: Digest) {
        archived.insert(identity)
    }

    /// True if an earlier run archived a record with the same source, id and text.
    package func isArchived(_ identity: Digest) -> Bool {
        archived.contains(identity)
    }

    /// Takes an id into use. Returns nil if it was free, else the id to use instead:
    /// `id~2`, `id~3` and so on, whatever is free first.
    package mutating func claim(id: Span<UInt8>) -> [UInt8]? {
        let hash = Digest(of: id).low
        if idHashes.insert(hash).inserted { return nil }
        var number = nextNumber[hash] ?? 2
        while true {
            var changed = [UInt8](capacity: id.count + 8) { output in
                for position in id.indices { output.append(id[position]) }
            }
            changed.append(UInt8(ascii: "~"))
            changed.append(contentsOf: String(number).utf8)
            number += 1
            if idHashes.insert(Digest(of: changed.span).low).inserted {
                nextNumber[hash] = number
                return changed
            }
        }
    }
}
