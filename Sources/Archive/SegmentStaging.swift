// Where a run's index segments are written before its commit.

package import ByteIO
package import SystemPackage

/// The folder of segments in a run's staging. Its own owner: it knows nothing of the data files
/// that another stage writes at the same time.
package struct SegmentStaging: Sendable {
    private let folder: Folder
    package let run: Int

    /// - Parameter staging: the run's own folder; segments go to `segments` in it.
    package init(staging: Folder, run: Int) {
        folder = staging.folder("segments")
        self.run = run
    }

    /// Where a segment is to be written; the folder is there when this returns.
    package func path(_ name: String) throws(ArchiveError) -> FilePath {
        try onDisk { () throws(FileError) in try folder.create() }
        return folder.path(name)
    }

    /// Removes a segment that was merged into another one.
    package func remove(_ name: String) throws(ArchiveError) {
        _ = try onDisk { () throws(FileError) in try folder.removeFile(name) }
    }

    /// Makes segments and their names durable.
    package func sync(_ names: [String]) throws(ArchiveError) {
        try onDisk { () throws(FileError) in
            for name in names { try folder.syncFile(name) }
            if !names.isEmpty { try folder.sync() }
        }
    }

    /// Removes all segments but some.
    package func clear(except names: [String]) throws(ArchiveError) {
        try onDisk { () throws(FileError) in
            guard try folder.isFolder() else { return }
            for name in try folder.names() where !names.contains(name) {
                try folder.removeTree(name)
            }
        }
    }
}
