// A segment of the index as a commit lists it.

internal import ByteText
package import IndexStore

/// What a commit says of a segment below `.winnow/segments/`.
package struct ArchivedSegment: Equatable, Sendable {
    /// The file's name, for instance `000012-00000.seg`.
    package var name: String
    /// The run that wrote it.
    package var run: Int
    /// Size of the file.
    package var bytes: Int
    /// Which records it covers.
    package var extent: SegmentExtent
    /// The segment's root in 32 hexadecimal digits: it stands for every byte of the file.
    package var root: String

    /// - Parameter ordinal: number of the segment in its run.
    package init(_ summary: SegmentSummary, run: Int, ordinal: Int = 0) {
        name = Self.name(run: run, ordinal: ordinal)
        self.run = run
        bytes = summary.bytes
        extent = summary.extent
        root = summary.root.hexadecimal
    }

    init(name: String, run: Int, bytes: Int, extent: SegmentExtent, root: String) {
        self.name = name
        self.run = run
        self.bytes = bytes
        self.extent = extent
        self.root = root
    }

    /// The file's name.
    package static func name(run: Int, ordinal: Int = 0) -> String {
        "\(ArchiveStream.padded(run, to: 6))-\(ArchiveStream.padded(ordinal, to: 5)).seg"
    }
}
