// The index measured by itself: made, asked and merged with invented documents.

internal import Archive
internal import ByteIO
internal import ByteText
internal import IndexStore
internal import NearDuplicates
package import SystemPackage

/// What the process has used since it started.
package struct ResourceUse: Sendable {
    package var wallSeconds = 0.0
    package var cpuSeconds = 0.0
    package var minorFaults = 0
    package var majorFaults = 0
    /// In use now: RssAnon, and mapped pages (RssFile).
    package var anonymousBytes = 0
    package var mappedBytes = 0

    package init() {}
}

/// One line of a result.
package struct Figure: Sendable {
    package var name: String
    package var value: Double
}

/// Makes an index of invented documents in a folder, night by night, and measures questions to it.
/// Sketches are made up; whatever comes after them is the program's own code on one thread.
package struct IndexBenchmark {
    static let batchRecords = 256
    static let name = "segments"

    let plan: RunPlan
    let folder: Folder
    let use: () -> ResourceUse

    /// - Parameters:
    ///   - path: where the index lies; made if it is not there.
    ///   - memory: as in pipeline.json.
    package init(folder path: FilePath, memory: String, use: @escaping () -> ResourceUse) throws {
        var overrides = ConfigurationOverrides()
        overrides.inputs = ["-"]
        overrides.output = "-"
        overrides.settings = ["memory=\(memory)"]
        plan = try RunPlan(PipelineConfiguration(file: nil, overrides: overrides))
        folder = Folder(path)
        self.use = use
    }

    /// Makes an index of so many kept documents in so many runs; copies of them come on top.
    package func make(documents: Int, nights: Int) throws -> [Figure] {
        try folder.create()
        try folder.removeTree(Self.name)
        var feed = Feed(plan: plan, use: use)
        var listed: [ArchivedSegment] = []
        let before = use()
        for night in 1...nights {
            let goal = documents * night / nights
            var index = LayeredIndex(
                parameters: plan.parameters, isSketched: true, memoryBytes: plan.indexMemoryBytes,
                earlier: try segments(), staging: SegmentStaging(staging: folder, run: night))
            try feed.enter(into: &index) { $0.kept < goal }
            listed = try feed.finish(&index, after: listed)
            let names = Set(listed.map(\.name))
            for name in try folder.folder(Self.name).names() where !names.contains(name) {
                _ = try folder.folder(Self.name).removeFile(name)
            }
        }
        return feed.figures(since: before) + (try sizes())
    }

    /// Enters new documents, as a run would, and takes them back. With `isAlone` there is no index
    /// below them.
    package func ask(documents: Int, isAlone: Bool) throws -> [Figure] {
        let before = use()
        let earlier = try segments()
        let opened = use()
        var feed = Feed(plan: plan, use: use)
        feed.next = earlier.last?.extent.end.sum ?? 0
        let listed = isAlone ? [] : earlier.map { ArchivedSegment(SegmentSummary($0), run: 0) }
        let last = feed.next + documents
        let night = Folder(folder.path("asked"))
        try night.create()
        var index = LayeredIndex(
            parameters: plan.parameters, isSketched: true, memoryBytes: plan.indexMemoryBytes,
            earlier: isAlone ? [] : earlier, staging: SegmentStaging(staging: night, run: 1))
        try feed.enter(into: &index) { $0.next < last }
        _ = try feed.finish(&index, after: listed)
        try folder.removeTree("asked")
        return [Figure(name: "open ms", value: 1e3 * (opened.wallSeconds - before.wallSeconds))]
            + feed.figures(since: before)
    }

    /// Merges all segments into one and takes it back.
    package func merge() throws -> [Figure] {
        let segments = try segments()
        let before = use()
        _ = try SegmentMerge(segments).write(to: folder.path("merged"))
        let after = use()
        _ = try folder.removeFile("merged")
        let records = segments.reduce(0) { $0 + $1.recordCount }
        return [
            Figure(name: "merged segments", value: Double(segments.count)),
            Figure(
                name: "merge CPU us a record",
                value: 1e6 * (after.cpuSeconds - before.cpuSeconds) / Double(records)),
            Figure(name: "merge wall s", value: after.wallSeconds - before.wallSeconds),
        ]
    }

    /// The index as it lies in the folder, oldest first.
    func segments() throws -> [Segment] {
        let inside = folder.folder(Self.name)
        guard try inside.exists() else { return [] }
        return try inside.names().map { try Segment(opening: inside.path($0), root: nil) }
            .sorted { $0.extent.first.sum < $1.extent.first.sum }
    }

    /// What the index takes on disk for each kept document.
    package func sizes() throws -> [Figure] {
        let segments = try segments()
        let kept = Double(segments.reduce(0) { $0 + $1.extent.counts.kept })
        let parts = segments.map(\.sectionBytes)
        func figure(_ name: String, _ part: (Segment.SectionBytes) -> Int) -> Figure {
            Figure(
                name: "bytes a document: " + name,
                value: Double(parts.reduce(0) { $0 + part($1) }) / kept)
        }
        return [
            Figure(name: "segments", value: Double(segments.count)),
            Figure(name: "kept in index", value: kept),
            Figure(
                name: "records in index",
                value: Double(segments.reduce(0) { $0 + $1.recordCount })),
            Figure(
                name: "bytes a document",
                value: Double(segments.reduce(0) { $0 + $1.bytes }) / kept),
            figure("sets and ids", \.blobs), figure("documents", \.documents),
            figure("records", \.records), figure("entries", \.entries),
            figure("buckets", \.buckets), figure("filters", \.filters), figure("rest", \.rest),
        ]
    }
}
