// A folder of a test's own that goes when the test ends.

import ByteIO
import Foundation
import SystemPackage

/// A fresh folder below the system's folder for temporary files.
struct ScratchFolder: ~Copyable {
    let folder: Folder

    init() throws {
        folder = Folder(
            FilePath(FileManager.default.temporaryDirectory.path)
                .appending("winnow-test-\(UUID().uuidString)"))
        try folder.create()
    }

    deinit {
        do {
            try folder.parent.removeTree(folder.path.lastComponent?.string ?? "")
        } catch {
            print("left behind: \(folder.path): \(error)")
        }
    }
}
