// Invented documents on their way through the index, with a clock for each step.

internal import Archive
internal import ByteText
internal import DocumentModel
internal import IndexStore
internal import NearDuplicates

extension IndexBenchmark {
    /// Takes made documents through the steps of a run that touch the index.
    struct Feed: ~Copyable {
        /// The next document's number.
        var next = 0
        /// Documents kept so far.
        private(set) var kept = 0

        private let plan: RunPlan
        private let use: () -> ResourceUse
        private var documents: MadeSketches
        private var count = 0
        private var duplicates = 0
        private var sketchSeconds = 0.0
        private var askSeconds = 0.0
        private var decideSeconds = 0.0
        private var finishSeconds = 0.0
        private var peak = ResourceUse()

        init(plan: RunPlan, use: @escaping () -> ResourceUse) {
            self.plan = plan
            self.use = use
            documents = MadeSketches(parameters: plan.parameters)
        }

        /// Enters documents until `isWanted` says no.
        mutating func enter(
            into index: inout LayeredIndex, while isWanted: (borrowing Feed) -> Bool
        ) throws {
            let preparer = DocumentPreparer(plan: plan, segments: index.list)
            while isWanted(self) {
                var last = use()
                var batch = WorkBatch(DocumentBatch(ordinal: 0))
                let first = next
                while next < first + IndexBenchmark.batchRecords, isWanted(self) {
                    documents.append(next, to: &batch.sketches)
                    next += 1
                }
                sketchSeconds += lap(&last)
                try preparer.ask(about: &batch)
                askSeconds += lap(&last)
                for position in 0..<next - first {
                    try decide(first + position, at: position, batch, &index)
                }
                decideSeconds += lap(&last)
                count += next - first
            }
        }

        /// Ends a run.
        mutating func finish(
            _ index: inout LayeredIndex, after listed: [ArchivedSegment]
        ) throws -> [ArchivedSegment] {
            var last = use()
            let result = try index.finish(after: listed)
            finishSeconds += lap(&last)
            return result
        }

        func figures(since before: ResourceUse) -> [Figure] {
            let after = use()
            let a = 1e6 / Double(max(count, 1))
            return [
                Figure(name: "documents", value: Double(count)),
                Figure(name: "duplicates", value: Double(duplicates)),
                Figure(name: "wall s", value: after.wallSeconds - before.wallSeconds),
                Figure(name: "CPU s", value: after.cpuSeconds - before.cpuSeconds),
                Figure(name: "sketch us a document", value: sketchSeconds * a),
                Figure(name: "ask us a document", value: askSeconds * a),
                Figure(name: "decide us a document", value: decideSeconds * a),
                Figure(name: "finish us a document", value: finishSeconds * a),
                Figure(name: "minor faults", value: Double(after.minorFaults)),
                Figure(name: "major faults", value: Double(after.majorFaults)),
                Figure(name: "peak RssAnon MiB", value: Double(peak.anonymousBytes) / 1_048_576),
                Figure(name: "peak RssFile MiB", value: Double(peak.mappedBytes) / 1_048_576),
            ]
        }

        /// What `ArchiveDecider` does with a record, without the archive.
        private mutating func decide(
            _ number: Int, at position: Int, _ batch: borrowing WorkBatch,
            _ index: inout LayeredIndex
        ) throws {
            let sketch = batch.sketches.sketches[position]
            var id: [UInt8] = []
            MadeSketches.write(number, to: &id)
            let answer = try index.complete(batch.answers, at: position, in: batch.sketches)
            _ = index.claim(sketch.idHash, answer: answer)
            let match = index.match(sketch, in: batch.sketches, answer: answer)
            if match == nil {
                index.insert(sketch, in: batch.sketches, id: id.span, answer: answer)
                kept += 1
            } else {
                duplicates += 1
            }
            try index.add(
                match == nil ? .kept : .duplicate, identity: sketch.identity, id: sketch.idHash)
        }

        /// CPU seconds since `last`, which becomes now.
        private mutating func lap(_ last: inout ResourceUse) -> Double {
            let now = use()
            defer { last = now }
            peak.anonymousBytes = max(peak.anonymousBytes, now.anonymousBytes)
            peak.mappedBytes = max(peak.mappedBytes, now.mappedBytes)
            return now.cpuSeconds - last.cpuSeconds
        }
    }
}
