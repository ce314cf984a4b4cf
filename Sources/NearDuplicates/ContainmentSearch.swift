// Which documents may contain a text or be a part of it, by the hashes that their samples share.

/// Counts how many sampled hashes of one document lead to which others, and tells which of those
/// are worth a comparison of the sets. One per owner, its buffers are reused.
///
/// A part of q sampled hashes shares about c · q of them with its container. What shares fewer than
/// five standard deviations below that is passed over, which loses one pair in some millions;
/// a part without any hash in the sample cannot be found at all (see docs/near-duplicates.md).
package struct ContainmentSearch {
    private let parameters: ContainmentParameters
    private var met: [UInt32] = []
    private var candidates: [(document: Int, hits: Int)] = []
    /// Hashes of the query that every container has to have in its sample, too, and whose lists
    /// are complete.
    private var reliableCount = 0
    private var fullCount = 0

    package init(parameters: ContainmentParameters) {
        self.parameters = parameters
    }

    /// Looks up a document's sorted shingle set. What was found before is forgotten.
    package mutating func collect<Postings: ShinglePostings & ~Copyable>(
        _ set: Span<UInt32>, in postings: borrowing Postings
    ) throws(Postings.Failure) {
        met.removeAll(keepingCapacity: true)
        candidates.removeAll(keepingCapacity: true)
        fullCount = 0
        reliableCount = 0
        let belowLimit = ContainmentParameters.countBelowLimit(set)
        let sample = set.extracting(first: ContainmentParameters.sampleCount(of: set))
        postings.prepare(for: sample)
        for index in sample.indices {
            let count = try postings.forEachDocument(under: sample[index]) {
                met.append(UInt32($0))
            }
            if count >= parameters.postingCap {
                fullCount += 1
            } else if index < belowLimit {
                reliableCount += 1
            }
        }
        met.sort()
        var first = 0
        while first < met.count {
            var end = first + 1
            while end < met.count, met[end] == met[first] { end += 1 }
            candidates.append((Int(met[first]), end - first))
            first = end
        }
    }

    /// The documents that may contain the one looked up.
    package func containers() -> [Int] {
        let expected = parameters.threshold * Double(reliableCount)
        let deviation = (expected * (1 - parameters.threshold)).squareRoot()
        let least = Int((expected - 5 * deviation).rounded(.down))
        return candidates.filter { $0.hits >= least }.map(\.document)
    }

    /// The documents that may be a part of the one looked up.
    ///
    /// - Parameter size: the number of a document's shingles.
    package func parts<Failure: Error>(
        size: (Int) throws(Failure) -> Int
    ) throws(Failure) -> [Int] {
        var parts: [Int] = []
        for candidate in candidates {
            // The part's own sample is not at hand: how many hashes it has is a binomial variable.
            let share = Double(ContainmentParameters.sampleLimit) / 0x1p32
            let expected = parameters.threshold * Double(try size(candidate.document)) * share
            let least = Int((expected - 5 * expected.squareRoot()).rounded(.down)) - fullCount
            if candidate.hits >= least { parts.append(candidate.document) }
        }
        return parts
    }
}
