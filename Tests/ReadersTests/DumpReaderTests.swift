import Codecs
import DocumentModel
import Readers
import SystemPackage
import TestFixtures
import Testing

@Suite struct DumpReaderTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: ["a.jsonl", "a.ndjson", "a", "a.txt"])
    func `JSON lines are known by their content, blank lines, CRLF and a mark are passed`(
        name: String
    ) throws {
        let file = try folder.write(
            name,
            "\u{FEFF}{\"text\":\"one\"}\r\n\r\n  \n {\"text\":\"two\"}\n{\"text\":\"three\"}")
        let dump = try read(file)
        #expect(dump.kept.map(\.text) == ["one", "two", "three"])
        #expect(dump.kept.map(\.number) == [1, 2, 3])
        #expect(dump.kept.map(\.byteOffset) == [3, 25, 40])
        #expect(dump.kept.map(\.id) == (1...3).map { "\(name)#\($0)" })
        #expect(dump.faults.isEmpty)
    }

    @Test func `a tree may mix formats and comes in path order`() throws {
        try folder.run("mkdir -p in/b")
        try folder.write("in/b/x.txt", "An article.")
        try folder.write("in/b.jsonl", "{\"text\":\"first\"}\n")
        try folder.write("in/c.json", "[{\"text\":\"second\"}, {\"text\":\"third\"}]")
        try folder.write("in/d.txt.gz", gzip([Array("zipped".utf8)]))
        try folder.write("in/e.gz", gzip([Array("{\"text\":\"line\"}".utf8)]))
        let dump = try read(folder.path.appending("in"))
        #expect(
            dump.kept.map(\.text) == ["first", "An article.", "second", "third", "zipped", "line"])
        #expect(
            dump.kept.map(\.id) == [
                "b.jsonl#1", "b/x.txt", "c.json#1", "c.json#2", "d.txt.gz", "e.gz#1",
            ])
        #expect(dump.kept.map(\.source) == ["in", "b", "in", "in", "in", "in"])
        #expect(dump.faults.isEmpty)
    }

    @Test(arguments: [
        ("a.json", "{\n  \"text\": \"x\",\n \"n\": [1,\n2]\n}\n", 1),
        ("a.json", "{\n\"text\":\"x\"\n}\n{\n\"text\":\"y\"\n}", 2),
        ("a.json", "{\"text\":\"x\"}\n{\"text\":\"y\"}\n", 2),
        ("a.jsonl", "[\n{\"text\":\"x\"},\n{\"text\":\"y\"}\n]\n", 2),
        ("a.json", "[]", 0), ("a.json", " [ {\"text\":\"],[\\\"\"} ] ", 1),
        ("a.txt", "[Photo: a bridge]\nAn article.", 1), ("a.txt", "{curly} beginning", 1),
    ])
    func `a document is taken apart, a text that begins with a bracket is not`(
        name: String, content: String, count: Int
    ) throws {
        let dump = try read(folder.write(name, content))
        #expect(dump.kept.count == count, "\(dump)")
        #expect(dump.rejected.isEmpty && dump.faults.isEmpty)
    }

    @Test(arguments: [
        ("[{\"text\":\"x\"}", 1), ("[{\"text\":\"x\"},]", 1),
        ("[{\"text\":\"x\"}{\"text\":\"y\"}]", 2),
        ("[{\"text\":\"x\"}] more", 1), ("", 0), ("[,{\"text\":\"x\"}]", 1),
    ])
    func `a faulty document gives what it has and a fault`(content: String, count: Int) throws {
        let dump = try read(folder.write("a.json", content))
        #expect(dump.kept.count == count)
        #expect(dump.damage.count == 1, "\(dump.faults)")
    }

    @Test func `a bad line costs one record and names its place`() throws {
        let dump = try read(
            try folder.write(
                "a.jsonl",
                "{\"text\":\"x\"}\n{\"text\":}\n[1]\n{\"t\":1}\n{\"text\":7}\n{\"text\":\" \\n\"}\n{\"text\":\"y\"}\n"
            ))
        #expect(dump.kept.map(\.text) == ["x", "y"])
        #expect(
            dump.reasons == [
                .malformedJSON, .notAnObject, .noTextField, .textNotAString, .emptyText,
            ])
        #expect(
            dump.rejected[0].detail == "a.jsonl, record 2 at byte 13: expected a value, at byte 21")
        #expect(dump.rejected[0].raw == Array("{\"text\":}".utf8))
    }

    @Test func `batches depend on the input alone`() throws {
        let plain = try folder.write("a.jsonl", lines(0..<1000))
        let zipped = try folder.write("a.jsonl.gz", gzip([lines(0..<317), lines(317..<1000)]))
        #expect(try read(plain).batchSizes == [256, 256, 256, 232])
        #expect(try read(zipped).batchSizes == [256, 256, 256, 232])
        let large = try folder.write("b.jsonl", lines(0..<300, textBytes: 20_000))
        let dump = try read(large)
        #expect(dump.batchSizes.reduce(0, +) == 300)
        #expect(dump.batchSizes == [67, 62, 59, 59, 53])
        #expect(dump.kept.map(\.id) == (0..<300).map { "d\($0)" })
    }

    @Test func `a large record has a batch of its own`() throws {
        let file = try folder.write(
            "a.jsonl", lines(0..<3) + lines(3..<4, textBytes: 5 << 20) + lines(4..<6))
        let dump = try read(file)
        #expect(dump.batchSizes == [3, 1, 2])
        #expect(dump.kept.map(\.id) == (0..<6).map { "d\($0)" })
        let array = try folder.write(
            "a.json",
            Array("[".utf8) + lines(0..<1) + Array(",".utf8) + lines(1..<2, textBytes: 3 << 20)
                + Array("]".utf8))
        #expect(try read(array).kept.map(\.id) == ["d0", "d1"])
    }

    @Test(arguments: [100, 5 << 20])
    func `a record beyond the limit is passed over, its neighbours are kept`(textBytes: Int) throws
    {
        var limits = ReaderLimits()
        limits.recordBytes = 90
        let bytes = lines(0..<2) + lines(2..<3, textBytes: textBytes) + lines(3..<5)
        for (name, content) in [
            ("a.jsonl", bytes), ("b.jsonl", Array(bytes.dropLast())),
            ("c.jsonl.gz", gzip([bytes])),
        ] {
            let file = try folder.write(name, content)
            let dump = try read([InputSpec(path: file)], limits: limits)
            #expect(dump.kept.map(\.id) == ["d0", "d1", "d3", "d4"])
            #expect(dump.reasons == [.recordTooLong])
            #expect(dump.rejected[0].number == 3)
            #expect(dump.rejected[0].byteOffset == lines(0..<2).count)
            #expect(
                dump.rejected[0].raw.count
                    == min(4096, lines(2..<3, textBytes: textBytes).count - 1))
        }
    }

    @Test func `a text file beyond the limit is rejected, not read`() throws {
        try folder.run("truncate -s 5G a.txt")
        let dump = try read(folder.path)
        #expect(dump.reasons == [.recordTooLong])
    }

    @Test func `a gzip file cut anywhere gives all whole lines before the cut`() throws {
        let content = lines(0..<12)
        let stream = gzip([lines(0..<4), lines(4..<8), lines(8..<12)])
        for cut in stride(from: 3, to: stream.count, by: 1) {
            let dump = try read(folder.write("a.jsonl.gz", Array(stream.prefix(cut))))
            let ids = dump.kept.map(\.id)
            #expect(ids == (0..<ids.count).map { "d\($0)" }, "cut at \(cut)")
            #expect(dump.rejected.count <= 1, "cut at \(cut)")
            let delivered = dump.records.map { $0.raw.count + 1 }.reduce(0, +)
            #expect(delivered <= content.count + 1)
            let isOnBorder =
                cut == gzip([lines(0..<4)]).count
                || cut == gzip([lines(0..<4), lines(4..<8)]).count
            #expect(dump.damage.isEmpty == isOnBorder, "cut at \(cut)")
        }
    }

    @Test func `a damaged member costs its own lines`() throws {
        let members = (0..<5).map { gzip([lines(($0 * 40)..<($0 * 40 + 40))]) }
        for place in stride(from: 10, to: members[2].count, by: 7) {
            var damaged = members
            damaged[2][place] ^= 0x10
            let dump = try read(folder.write("a.jsonl.gz", damaged.flatMap { $0 }))
            let ids = Set(dump.kept.map(\.id))
            #expect(
                ids.isSuperset(of: (Array(0..<80) + Array(120..<200)).map { "d\($0)" }),
                "byte \(place)")
            #expect(dump.damage.count >= 1, "byte \(place)")
        }
    }

    @Test func `a cut text file is rejected with its beginning`() throws {
        let text = Array(lines(0..<100))
        let stream = gzip([Array("An article.\n".utf8) + text])
        let dump = try read(folder.write("a.txt.gz", Array(stream.prefix(stream.count / 2))))
        #expect(dump.reasons == [.cutOff])
        #expect(dump.rejected[0].raw.starts(with: Array("An article.\n".utf8)))
        #expect(dump.damage.count == 1)
    }

    @Test func `missing inputs, empty patterns and the output itself are refused before reading`()
        throws
    {
        func code(_ path: FilePath, excluding: FilePath? = nil) -> ReaderError.Code? {
            do {
                _ = try DumpReader(inputs: [InputSpec(path: path)], excluding: excluding)
                return nil
            } catch { return error.code }
        }
        try folder.run("mkdir -p out/articles; touch out/articles/a.jsonl x")
        #expect(code(folder.path.appending("none")) == .missing)
        #expect(code(folder.path.appending("*.gz")) == .noMatch)
        #expect(
            code(
                folder.path.appending("out/articles/a.jsonl"),
                excluding: folder.path.appending("out")) == .insideOutput)
        #expect(code(folder.path, excluding: folder.path.appending("out")) == nil)
        try folder.write("y.txt", "An article.")
        let dump = try read([InputSpec(path: folder.path)], excluding: folder.path.appending("out"))
        #expect(dump.records.map(\.id) == ["x", "y.txt"])
    }

    @Test func `how far a run has come is told in bytes on disk`() throws {
        let one = try folder.write("a.jsonl.gz", gzip([lines(0..<900)]))
        let two = try folder.write("b.jsonl", lines(0..<700))
        var reader = try DumpReader(inputs: [InputSpec(path: one), InputSpec(path: two)])
        let total = gzip([lines(0..<900)]).count + lines(0..<700).count
        #expect(reader.storedByteTotal == total)
        var ordinal = 0
        while true {
            var batch = DocumentBatch(ordinal: ordinal)
            guard try reader.next(into: &batch) else { break }
            ordinal += 1
        }
        #expect(reader.storedByteCount == total)
        #expect(reader.byteCount == lines(0..<900).count + lines(0..<700).count)
        #expect(reader.fileCount == 2)
        let tree = try DumpReader(inputs: [InputSpec(path: folder.path)])
        #expect(tree.storedByteTotal == nil)
    }

    @Test func `a pattern picks files and names them from its folder`() throws {
        try folder.run(
            "mkdir -p d/e; for i in a b d/c d/e/f; do echo \"{\\\"text\\\":\\\"$i\\\"}\" > $i.jsonl; done; echo no > x.txt"
        )
        let dump = try read(folder.path.appending("**/*.jsonl"))
        #expect(dump.kept.map(\.id) == ["a.jsonl#1", "b.jsonl#1", "d/c.jsonl#1", "d/e/f.jsonl#1"])
        try folder.run("echo '{\"text\":\"q\"}' > 'w[1].jsonl'")
        #expect(try read(folder.path.appending("w[1].jsonl")).kept.map(\.text) == ["q"])
    }

    @Test func `odd names, links and FIFOs neither stop nor break a run`() throws {
        try folder.run(
            "printf x > $'new\\nline.txt'; printf y > $'bad\\xff.txt'; mkfifo fifo; ln -s . self; ln -s none gone"
        )
        let dump = try read(folder.path)
        #expect(dump.kept.map(\.id) == ["bad\u{FFFD}.txt", "new\nline.txt"])
        #expect(dump.kept[0].path == Array("bad".utf8) + [0xFF] + Array(".txt".utf8))
        #expect(dump.faults.map(\.path) == ["fifo", "gone", "self"])
        #expect(dump.damage.isEmpty)
    }

    @Test func `an unreadable file is a fault and the rest is read`() throws {
        // A folder in place of a file fails on reading, for root, too.
        try folder.write("a.txt", "An article.")
        let dump = try read([InputSpec(path: "/proc/self/mem"), InputSpec(path: folder.path)])
        #expect(dump.damage.count == 1)
        #expect(dump.kept.map(\.text) == ["An article."])
    }

    @Test func `data that expands without end is stopped and told`() throws {
        var limits = ReaderLimits()
        limits.gzip.ratioFreeBytes = 1 << 20
        limits.gzip.maximumRatio = 500
        let file = try folder.write("a.gz", gzip([[UInt8](repeating: 0, count: 30 << 20)]))
        let dump = try read([InputSpec(path: file)], limits: limits)
        #expect(dump.kept.isEmpty)
        #expect(dump.damage.count == 1)
    }
}
