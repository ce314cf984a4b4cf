import ByteIO
import Glibc
import SystemPackage
import TestFixtures
import Testing

private func names(_ walk: DirectoryWalk) -> (files: [String], skipped: [String], bad: [String]) {
    var walk = walk
    var result: (files: [String], skipped: [String], bad: [String]) = ([], [], [])
    while let event = walk.next() {
        switch event {
        case .file(let path, _): result.files.append(path.string)
        case .skipped(let path, _): result.skipped.append(path.string)
        case .unreadable(let path, _): result.bad.append(path.string)
        }
    }
    return result
}

@Suite struct FileReaderTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `bytes are appended as far as there are any`() throws {
        try folder.run("printf abcdefgh > file")
        var reader = try FileReader(opening: folder.path.appending("file"))
        var bytes: [UInt8] = [0x2B]
        #expect(try reader.read(into: &bytes, upTo: 3) == 3)
        #expect(try reader.read(at: 6, upTo: 10, into: &bytes) == 2)
        #expect(try reader.read(into: &bytes, upTo: 10) == 5)
        #expect(try reader.read(into: &bytes, upTo: 10) == 0)
        #expect(bytes == Array("+abcghdefgh".utf8))
        #expect(try reader.status().sizeBytes == 8)
    }

    @Test func `a missing file and a folder are refused by name`() throws {
        let path = folder.path.appending("none")
        let missing = #expect(throws: FileError.self) { _ = try FileReader(opening: path) }
        #expect(missing?.description.contains("none") == true)
        var reader = try FileReader(opening: folder.path)
        var bytes: [UInt8] = []
        let error = #expect(throws: FileError.self) { _ = try reader.read(into: &bytes, upTo: 1) }
        #expect(error?.errno == .isDirectory)
    }
}

@Suite struct DirectoryWalkTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `files come in byte order of their paths, hidden ones not`() throws {
        try folder.run("mkdir -p a .h b/c; touch a/b a.txt a/a B é .hidden .h/x b/c/d b/.x a-b")
        let result = names(DirectoryWalk(root: folder.path))
        #expect(result.files == ["B", "a-b", "a.txt", "a/a", "a/b", "b/c/d", "é"])
        #expect(
            result.files
                == result.files.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test func `links, loops and FIFOs are skipped and reported`() throws {
        try folder.run("ln -s . self; ln -s loop1 loop2; ln -s loop2 loop1; mkfifo pipe; touch x")
        let result = names(DirectoryWalk(root: folder.path))
        #expect(result.files == ["x"])
        #expect(result.skipped == ["loop1", "loop2", "pipe", "self"])
    }

    @Test(.enabled(if: getuid() != 0, "root reads every folder"))
    func `an unreadable folder is reported and the rest is read`() throws {
        try folder.run("mkdir no; touch no/x y; chmod 000 no")
        let result = names(DirectoryWalk(root: folder.path))
        #expect(result.files == ["y"])
        #expect(result.bad == ["no"])
    }

    @Test func `a missing root is reported`() {
        #expect(names(DirectoryWalk(root: folder.path.appending("none"))).bad == [""])
    }

    @Test func `the excluded folder is passed over`() throws {
        try folder.run("mkdir -p in/out; touch in/a in/out/b")
        let root = folder.path.appending("in")
        let excluded = try FileStatus(of: root.appending("out"))
        #expect(names(DirectoryWalk(root: root, excluding: excluded)).files == ["a"])
    }

    @Test func `names that are not UTF-8 keep their bytes`() throws {
        try folder.run("touch $'bad\\xff.txt' $'new\\nline'")
        var walk = DirectoryWalk(root: folder.path)
        guard case .file(let path, _)? = walk.next() else {
            Issue.record("no file")
            return
        }
        #expect(path.bytes == Array("bad".utf8) + [0xFF] + Array(".txt".utf8))
    }
}

@Suite struct GlobTests {
    @Test(arguments: [
        ("*.jsonl", "a.jsonl", true), ("*.jsonl", "a.json", false), ("*.jsonl", "b/a.jsonl", false),
        ("d?/x*", "d1/xyz", true), ("d?/x*", "d12/xyz", false), ("?", "é", true),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[à-ü]", "é", true), ("[]]", "]", true),
        ("**/*.gz", "a.gz", true), ("**/*.gz", "a/b/c.gz", true), ("a*/**", "ab/c", true),
        ("a*", "ab/c/d", true), ("*a*b*c", "xxaxxbxxc", true), ("*a*b*c", "xxaxxcxxb", false),
        ("\\*x*", "*xy", true), ("\\*x*", "axy", false), ("[", "[", true),
    ])
    func `a pattern matches what a shell would`(pattern: String, path: String, expected: Bool)
        throws
    {
        let glob = try #require(Glob(FilePath(pattern)))
        #expect(glob.matches(FilePath(path)) == expected)
    }

    @Test func `the base is what stands before the first wildcard`() {
        #expect(Glob("/a/b/*.gz")?.base == "/a/b")
        #expect(Glob("*.gz")?.base == ".")
        #expect(Glob("/a/b.gz") == nil)
    }

    @Test func `many stars take no exponential time`() throws {
        let pattern = String(repeating: "*a", count: 30) + "b"
        let glob = try #require(Glob(FilePath(pattern)))
        #expect(!glob.matches(FilePath(String(repeating: "a", count: 200))))
    }
}
