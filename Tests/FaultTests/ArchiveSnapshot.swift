// All files of an archive at one moment: to be put back, and to be compared.

import Foundation
import TestFixtures

/// Every regular file below a folder with its bytes, and every folder.
struct ArchiveSnapshot {
    private var files: [String: Data] = [:]
    private var folders: [String] = []

    init(of folder: String) throws {
        let manager = FileManager.default
        // A link in place of the archive's own folder is the operator's.
        let folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        for name in try manager.subpathsOfDirectory(atPath: folder).sorted() {
            let place = folder + "/" + name
            let attributes = try manager.attributesOfItem(atPath: place)
            switch attributes[.type] as? FileAttributeType {
            case .typeRegular: files[name] = try Data(contentsOf: URL(fileURLWithPath: place))
            case .typeDirectory: folders.append(name)
            default: files[name] = Data("neither a file nor a folder".utf8)
            }
        }
    }

    /// Bytes of all files together.
    var byteCount: Int { files.values.reduce(0) { $0 + $1.count } }

    /// Makes the folder what it was.
    func restore(to folder: String) throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: folder) { try manager.removeItem(atPath: folder) }
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in folders {
            try manager.createDirectory(
                atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        for (name, bytes) in files {
            try bytes.write(to: URL(fileURLWithPath: folder + "/" + name))
        }
    }

    /// The names of what is different, missing or too much.
    ///
    /// The lock, the catalogue and what was moved aside are left out: they hold clock times, or
    /// tell of the fault itself.
    func differences(from other: ArchiveSnapshot) -> [String] {
        Set(files.keys).union(other.files.keys).filter {
            !Self.isPrivate($0) && files[$0] != other.files[$0]
        }.sorted()
    }

    /// The ids of all documents, kept ones and duplicates.
    func ids() throws -> Set<String> {
        let folder = try ScratchFolder()
        var ids: Set<String> = []
        for (name, bytes) in files
        where name.hasPrefix("articles/") || name.hasPrefix("duplicates/") {
            try folder.write("member.gz", Array(bytes))
            let lines = String(decoding: try folder.run("zcat member.gz"), as: UTF8.self)
            for line in lines.split(separator: "\n") {
                // The id stands first in a record.
                ids.insert(String(line.split(separator: "\"").dropFirst(2).first ?? ""))
            }
        }
        return ids
    }

    private static func isPrivate(_ name: String) -> Bool {
        name == ".winnow/lock" || name.hasPrefix(".winnow/catalogue.")
            || name.hasPrefix(".winnow/set-aside/")
    }
}
