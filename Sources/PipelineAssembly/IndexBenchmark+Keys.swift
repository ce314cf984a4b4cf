// What a look-up costs, and what reading the key tables through instead would.

internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates
internal import Pipeline

extension IndexBenchmark {
    /// Asks the index about documents of each kind by itself.
    package func askByKind(documents: Int) throws -> [Figure] {
        let list = SegmentList(segments: try segments())
        let end = list.end.sum
        let preparer = DocumentPreparer(plan: plan, segments: .init(list))
        var made = MadeSketches(parameters: plan.parameters)
        var figures: [Figure] = []
        // Twice: blocks are checked when they are first touched.
        for round in ["first", "again"] {
            for kind in MadeSketches.Kind.allCases {
                var seconds = 0.0
                for start in stride(from: 0, to: documents, by: Self.batchRecords) {
                    var batch = WorkBatch(DocumentBatch(ordinal: 0))
                    for number in start..<min(start + Self.batchRecords, documents) {
                        let old = number * max(end / documents, 1)
                        let root = kind == .fresh ? end + number : MadeSketches.origin(of: old).root
                        made.append(end + number, as: kind, of: root, to: &batch.sketches)
                    }
                    let before = use()
                    try preparer.ask(about: &batch)
                    seconds += use().cpuSeconds - before.cpuSeconds
                }
                figures.append(
                    Figure(
                        name: "ns a document: \(kind), \(round)",
                        value: 1e9 * seconds / Double(documents)))
            }
        }
        return figures
    }

    /// Finds the candidates of batches of 1,000, 10,000 and so on up to so many documents in both
    /// ways: each key by filter and search; or all keys of the batch sorted and joined with all
    /// entries of the tables, read in order.
    package func join(upTo documents: Int) throws -> [Figure] {
        let segments = try segments()
        let bandCount = plan.parameters.bandCount
        let end = segments.last?.extent.end.sum ?? 0
        var made = MadeSketches(parameters: plan.parameters)
        var lookup = SegmentLookup(parameters: plan.parameters)
        var keys = [[UInt64]](repeating: [], count: bandCount)
        var sketches = SketchBatch()
        var (done, found, size, searchSeconds) = (0, 0, 1_000, 0.0)
        var figures: [Figure] = []
        while size <= documents {
            while done < size {
                sketches.removeAll()
                let count = min(Self.batchRecords, size - done)
                for number in done..<done + count { made.append(end + number, to: &sketches) }
                for (place, key) in sketches.bandKeys.enumerated() {
                    keys[place % bandCount].append(UInt64(key) &<< 32 | UInt64(done))
                }
                let before = use()
                for sketch in sketches.sketches {
                    for segment in segments {
                        var answer = ArchivedAnswer()
                        try lookup.countBuckets(
                            of: sketch, in: sketches, segment, into: &answer)
                        for count in answer.bucketCounts { found += Int(count) }
                    }
                }
                searchSeconds += use().cpuSeconds - before.cpuSeconds
                done += count
            }
            let before = use()
            let joined = try join(keys, with: segments)
            let joinSeconds = use().cpuSeconds - before.cpuSeconds
            precondition(joined == found, "\(joined) entries joined, \(found) found")
            figures.append(Figure(name: "search CPU s: \(size)", value: searchSeconds))
            figures.append(Figure(name: "join CPU s: \(size)", value: joinSeconds))
            size *= 10
        }
        return figures
    }

    /// The number of pairs of a batch's key and an equal entry.
    private func join(_ keys: [[UInt64]], with segments: [Segment]) throws -> Int {
        var pairs = 0
        for (band, unsorted) in keys.enumerated() {
            let sorted = EntrySorter.sorted(unsorted)
            for segment in segments {
                var place = 0
                try segment.forEachPiece(ofTable: band) { entries in
                    let sorted = sorted.span
                    for index in entries.indices {
                        let key = entries[index] &>> 32
                        while place < sorted.count, sorted[place] &>> 32 < key { place += 1 }
                        var same = place
                        while same < sorted.count, sorted[same] &>> 32 == key {
                            pairs += 1
                            same += 1
                        }
                    }
                }
            }
        }
        return pairs
    }
}
