// Decisions over segments and memory together, split as a test wishes.

import ByteText
import DocumentModel
import IndexStore
import SystemPackage
import TestFixtures

@testable import NearDuplicates

/// An index whose documents lie in segments, the newest in memory.
struct LayeredDecisions: ~Copyable {
    let parameters: NearDuplicateParameters
    private let folder: ScratchFolder
    private(set) var segments: [Segment] = []
    private(set) var fresh: RunIndex
    private(set) var capped = 0
    private var lookup: SegmentLookup
    private var fileCount = 0

    init(parameters: NearDuplicateParameters) throws {
        self.parameters = parameters
        folder = try ScratchFolder()
        fresh = RunIndex(parameters: parameters, first: RecordCounts())
        lookup = SegmentLookup(parameters: parameters)
    }

    mutating func answer(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch
    ) throws -> ArchivedAnswer {
        var answer = ArchivedAnswer()
        for segment in segments {
            try lookup.ask(
                segment, about: sketch, in: sketches, isOfEarlierRun: true, into: &answer)
        }
        return answer
    }

    mutating func decide(
        _ sketch: DocumentSketch, in sketches: borrowing SketchBatch, id: [UInt8]
    ) throws -> Match? {
        let answer = try answer(sketch, in: sketches)
        let match = fresh.match(sketch, in: sketches, archived: answer)
        if match == nil { fresh.insert(sketch, in: sketches, id: id.span, archived: answer) }
        fresh.add(
            match == nil ? .kept : .duplicate, identity: sketch.identity, id: sketch.idHash)
        return match
    }

    /// Writes what is in memory as a segment.
    mutating func spill() throws {
        let path = nextPath()
        capped += fresh.documents.cappedCount
        let summary = try fresh.write(to: path, isSketched: true, isDurable: false)
        segments.append(try Segment(opening: path, root: summary.root))
        fresh = RunIndex(parameters: parameters, first: summary.extent.end)
    }

    /// Makes one segment of those from a place on.
    mutating func merge(from first: Int) throws {
        let path = nextPath()
        let root = try SegmentMerge(Array(segments[first...])).write(to: path, isDurable: false)
            .root
        segments.replaceSubrange(first..., with: [try Segment(opening: path, root: root)])
    }

    private mutating func nextPath() -> FilePath {
        fileCount += 1
        return folder.path.appending("\(fileCount).seg")
    }
}

/// Decides on all texts in order; before a text for which `act` says so, memory is written, or
/// segments are merged.
func layeredDecisions(
    on texts: [String], parameters: NearDuplicateParameters,
    before act: (_ number: Int, _ index: inout LayeredDecisions) throws -> Void
) throws -> (matches: [Match?], capped: Int) {
    var batch = batch(of: texts)
    var sketches = SketchBatch()
    var sketcher = BatchSketcher(parameters: parameters)
    sketcher.sketch(&batch, into: &sketches)
    var index = try LayeredDecisions(parameters: parameters)
    var matches: [Match?] = []
    for number in texts.indices {
        try act(number, &index)
        if batch.records[number].rejection != nil {
            matches.append(nil)
            continue
        }
        matches.append(
            try index.decide(
                sketches.sketches[number], in: sketches, id: Array("\(number)".utf8)))
    }
    return (matches, index.capped + index.fresh.documents.cappedCount)
}
