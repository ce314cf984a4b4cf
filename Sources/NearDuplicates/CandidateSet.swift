// The documents that a search has met, each once.

/// A set of document numbers that is emptied in no time.
struct CandidateSet {
    /// In the order in which they were met.
    private(set) var documents: [Int] = []
    /// By document number: the search that last met it.
    private var lastSearch: [UInt32] = []
    private var search: UInt32 = 1

    var reservedBytes: Int { lastSearch.capacity * 4 }

    /// Makes document numbers up to this one acceptable to `add`.
    mutating func makeRoom(for document: Int) {
        while lastSearch.count <= document { lastSearch.append(0) }
    }

    mutating func removeAll() {
        documents.removeAll(keepingCapacity: true)
        if search == UInt32.max {
            lastSearch = [UInt32](repeating: 0, count: lastSearch.count)
            search = 0
        }
        search += 1
    }

    mutating func add(_ document: Int) {
        if lastSearch[document] != search {
            lastSearch[document] = search
            documents.append(document)
        }
    }
}
