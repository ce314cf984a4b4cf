// Where things lie in an archive's folder, and how to tell such a folder from a stranger's.

internal import ByteIO
internal import SystemPackage

/// Names below an archive's folder. docs/archive-format.md shows the tree.
struct ArchiveLayout: Sendable {
    static let manifest = "manifest.json"
    static let sums = "SHA256SUMS"
    static let card = "README.md"
    static let state = ".winnow"
    /// Names that may stand in a folder that counts as empty.
    private static let harmless: Set<String> = [".gitkeep", ".gitignore", "lost+found"]

    let root: Folder

    var state: Folder { root.folder(Self.state) }
    var commits: Folder { state.folder("commits") }
    var staging: Folder { state.folder("staging") }
    var segments: Folder { state.folder("segments") }
    /// What is known of records that were taken out.
    var known: Folder { state.folder("known") }
    /// Where files go that stood at a name which a commit needs.
    var setAside: Folder { state.folder("set-aside") }
    var lock: FilePath { state.path("lock") }

    func staging(run: Int) -> Folder { staging.folder(ArchiveStream.padded(run, to: 6)) }

    static func commitName(_ run: Int) -> String { ArchiveStream.padded(run, to: 6) + ".json" }

    /// True for what a killed replacement of a small file leaves; the next one takes it.
    static func isLeftover(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

    /// True for names at the archive's root that are the archive's, or that nobody minds.
    static func isOwn(_ name: String) -> Bool {
        ArchiveStream(rawValue: name) != nil || name.hasPrefix(".")
            || [manifest, sums, card, "report.html"].contains(name) || harmless.contains(name)
    }

    /// The same for the folder of what is not for readers.
    static func isOwnState(_ name: String) -> Bool {
        let catalogue = ["catalogue.sqlite", "catalogue.sqlite-journal", "catalogue.sum"]
        return (folders + catalogue + ["lock"]).contains(name) || name.hasPrefix(".")
    }

    /// The folders below `.winnow`.
    private static let folders = ["commits", "segments", "known", "staging", "set-aside"]

    /// The run of a commit's file; nil for other names.
    static func run(ofCommit name: String) -> Int? {
        guard name.hasSuffix(".json"), let run = Int(name.dropLast(5)), run > 0,
            commitName(run) == name
        else { return nil }
        return run
    }

    /// True if there is an archive, false if the folder is missing or empty.
    ///
    /// A folder that holds something else is refused, and so are links in place of the archive's
    /// own folders: whoever planted one would have the files written elsewhere.
    func isArchive() throws(ArchiveError) -> Bool {
        let root = root
        let (exists, isFolder) = try onDisk { () throws(FileError) in
            (try root.exists(), try root.isFolder())
        }
        guard isFolder else {
            guard exists else { return false }
            throw ArchiveError(
                .notAnArchive, root.path, "the output is a file, not a folder",
                remedy: "choose a folder")
        }
        let names = try onDisk { () throws(FileError) in try root.names() }
        guard names.contains(Self.state) else {
            guard let stranger = names.first(where: { !Self.harmless.contains($0) }) else {
                return false
            }
            throw ArchiveError(
                .notAnArchive, root.path,
                "the folder is neither empty nor an archive of Winnow (it holds \(stranger))",
                remedy: "choose an empty folder, or one that Winnow has written")
        }
        try checkFolder(root, Self.state)
        for name in Self.folders {
            try checkFolder(state, name)
        }
        for stream in ArchiveStream.allCases { try checkFolder(root, stream.rawValue) }
        return true
    }

    private func checkFolder(_ folder: Folder, _ name: String) throws(ArchiveError) {
        let status = try onDisk { () throws(FileError) in try folder.status(of: name) }
        guard let status, status.kind != .directory else { return }
        throw ArchiveError(
            .inTheWay, folder.path(name),
            status.kind == .symbolicLink
                ? "a symbolic link stands where the archive has a folder"
                : "something that is no folder stands where the archive has one",
            remedy: "remove it or move it away and run again")
    }
}
