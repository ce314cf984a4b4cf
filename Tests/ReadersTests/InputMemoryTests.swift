import ByteIO
import ByteText
import DocumentModel
import Foundation
import Readers
import SystemPackage
import TestFixtures
import Testing

/// A memory that says what a test wants and keeps what it is told.
final class TestMemory: InputMemory, @unchecked Sendable {
    // @unchecked: used on one thread.
    var verdicts: [String: InputVerdict] = [:]
    var known: Set<ContentDigest.Value> = []
    private(set) var asked: [String] = []
    private(set) var recognised: [String] = []
    private(set) var read: [ReadFile] = []

    private func name(_ file: ListedFile) -> String { file.location.lastComponent?.string ?? "" }

    func verdict(on file: ListedFile) -> InputVerdict {
        asked.append(name(file))
        return verdicts[name(file)] ?? .read
    }

    func recognises(_ digest: ContentDigest.Value, of file: ListedFile) -> Bool {
        guard known.contains(digest) else { return false }
        recognised.append(name(file))
        return true
    }

    func remember(_ file: ReadFile) { read.append(file) }

    /// What this run would make of a longer file.
    var goOn: InputVerdict? {
        read.last.flatMap { file in
            file.continuation.map {
                .goOn($0, storedBytes: file.listed.status.sizeBytes, digest: file.digest)
            }
        }
    }
}

@Suite struct InputMemoryTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func read(
        _ path: SystemPackage.FilePath, _ memory: TestMemory,
        format: InputFormat = .auto, isStopped: (@Sendable () -> Bool)? = nil,
        between: (Int) throws -> Void = { _ in }
    ) throws -> ReadDump {
        let inputs = [InputSpec(path: path, format: format)]
        var reader = try DumpReader(inputs: inputs, memory: memory, isStopped: isStopped)
        var parser = RecordParser(inputs: inputs)
        var dump = ReadDump()
        while true {
            var batch = DocumentBatch(ordinal: dump.batchSizes.count)
            guard try reader.next(into: &batch) else { return dump }
            parser.parse(&batch)
            dump.add(batch)
            try between(dump.batchSizes.count)
        }
    }

    /// What tells records apart: place, id, text.
    private func places(_ dump: ReadDump) -> [String] {
        dump.records.map { "\($0.number) \($0.byteOffset) \($0.id) \($0.text) \($0.detail)" }
    }

    @Test(arguments: [false, true])
    func `a file that grows in steps gives the records of one reading`(isGzip: Bool) throws {
        let name = isGzip ? "a.jsonl.gz" : "a.jsonl"
        var steps: [[UInt8]] = []
        for step in 0..<6 {
            // Blank lines, a broken line, line ends of two kinds, more than one window.
            var bytes = lines((step * 700)..<(step * 700 + 700), textBytes: 60 * step * step)
            bytes += Array("\r\n   \n{broken\n{\"id\":\"s\(step)\",\"text\":\"x\"}\r\n".utf8)
            steps.append(isGzip ? gzip([bytes]) + (step == 2 ? [0, 0, 0] : []) : bytes)
        }
        let whole = try ReadersTests.read(folder.write("once-" + name, steps.flatMap { $0 }))
        let memory = TestMemory()
        var found: [String] = []
        var content: [UInt8] = []
        for step in steps {
            content += step
            let file = try folder.write(name, content)
            if let verdict = memory.goOn { memory.verdicts[name] = verdict }
            let dump = try read(file, memory)
            #expect(dump.faults.isEmpty, "\(dump.faults)")
            #expect(dump.records.count == 702)
            found += places(dump)
        }
        #expect(found == places(whole).map { $0.replacingOccurrences(of: "once-", with: "") })
        #expect(memory.read.map(\.records) == (1...6).map { $0 * 702 })
        #expect(memory.read.allSatisfy { $0.form == "lines" && $0.continuation != nil })
    }

    @Test func `the digest of a file that grew is that of its bytes`() throws {
        let memory = TestMemory()
        let file = try folder.write("a.jsonl", lines(0..<10))
        _ = try read(file, memory)
        memory.verdicts["a.jsonl"] = memory.goOn
        try folder.write("a.jsonl", lines(0..<5_000))
        _ = try read(file, memory)
        let fresh = TestMemory()
        _ = try read(folder.write("b.jsonl", lines(0..<5_000)), fresh)
        #expect(memory.read.last?.digest == fresh.read.last?.digest)
    }

    @Test func `a last line without an end is read again when the file has grown`() throws {
        let memory = TestMemory()
        let first = lines(0..<3) + Array("{\"id\":\"d3\",\"text\":\"fo".utf8)
        let file = try folder.write("a.jsonl", first)
        #expect(try read(file, memory).reasons == [.malformedJSON])
        memory.verdicts["a.jsonl"] = memory.goOn
        try folder.write("a.jsonl", first + Array("ur\"}\n".utf8) + lines(4..<6))
        let dump = try read(file, memory)
        #expect(dump.records.map(\.id) == ["d3", "d4", "d5"])
        #expect(dump.records.map(\.number) == [4, 5, 6])
        #expect(dump.records[0].byteOffset == lines(0..<3).count)
        #expect(memory.read.last?.records == 6)
    }

    @Test func `a prefix that has changed is read from the start`() throws {
        let memory = TestMemory()
        let file = try folder.write("a.jsonl", lines(0..<3))
        _ = try read(file, memory)
        memory.verdicts["a.jsonl"] = memory.goOn
        var other = lines(0..<5)
        other[8] = UInt8(ascii: "z")
        try folder.write("a.jsonl", other)
        let dump = try read(file, memory)
        #expect(dump.records.map(\.number) == [1, 2, 3, 4, 5])
        #expect(dump.records.map(\.id) == ["dz", "d1", "d2", "d3", "d4"])
    }

    @Test(arguments: [
        ("a.json", "[{\"text\":\"x\"}]"), ("a.txt", "An article."), ("a.jsonl", "{\n"),
        ("a", ""),
    ])
    func `only files of lines can be gone on with`(name: String, content: String) throws {
        let memory = TestMemory()
        _ = try read(folder.write(name, content), memory)
        #expect(memory.read.count == 1)
        #expect(memory.goOn == nil)
    }

    @Test func `a gzip file whose last line is open, or that is damaged, is read whole again`()
        throws
    {
        for content in [
            gzip([Array("{\"text\":\"x\"}".utf8)]), Array(gzip([lines(0..<900)]).dropLast(9)),
        ] {
            let memory = TestMemory()
            _ = try read(folder.write("a.jsonl.gz", content), memory)
            #expect(memory.read.count == 1, "what is damaged need not be read again as it is")
            #expect(memory.goOn == nil)
        }
    }

    @Test(arguments: [10, 20_000])
    func `a file of known content is passed over, whatever its name`(count: Int) throws {
        let memory = TestMemory()
        _ = try read(folder.write("a.jsonl", lines(0..<count)), memory)
        memory.known = [try #require(memory.read.last?.digest)]
        memory.verdicts["b.jsonl"] = .readIfNew
        let copy = try folder.write("b.jsonl", lines(0..<count))
        #expect(try read(copy, memory).records.isEmpty)
        #expect(memory.recognised == ["b.jsonl"])
        #expect(memory.read.count == 1)
        // The same size, but other content.
        var other = lines(0..<count)
        other[8] = UInt8(ascii: "z")
        try folder.write("b.jsonl", other)
        #expect(try read(copy, memory).records.count == count)
        #expect(memory.read.count == 2)
    }

    @Test func `damage in a file that was seen is not told again`() throws {
        let content = Array(gzip([lines(0..<900)]).dropLast(9))
        let memory = TestMemory()
        let file = try folder.write("a.jsonl.gz", content)
        #expect(try read(file, memory).damage.count == 1)
        memory.known = [try #require(memory.read.last?.digest)]
        memory.verdicts["a.jsonl.gz"] = .readIfNew
        let again = try read(file, memory)
        #expect(again.faults.isEmpty && again.records.isEmpty)
    }

    @Test func `what is skipped is not opened, what waits is told`() throws {
        _ = try folder.run("mkdir in; for i in $(seq 10 34); do echo text > in/$i.txt; done")
        let memory = TestMemory()
        for number in 10..<34 { memory.verdicts["\(number).txt"] = .wait("too young") }
        memory.verdicts["34.txt"] = .skip
        _ = try folder.run("chmod 000 in/34.txt")
        let dump = try read(folder.path.appending("in"), memory)
        #expect(dump.records.isEmpty && dump.damage.isEmpty)
        #expect(dump.faults.prefix(10).map(\.path) == (10..<20).map { "\($0).txt" })
        #expect(dump.faults.prefix(10).allSatisfy { $0.message == "too young" })
        #expect(dump.faults.count == 11)
        #expect(dump.faults.last?.message.hasPrefix("14 more files") == true)
        #expect(memory.read.isEmpty)
    }

    @Test(arguments: [false, true])
    func `a file that changes while it is read keeps its half record for later`(isGzip: Bool)
        throws
    {
        let half = Array("{\"id\":\"last\",\"text\":\"ha".utf8)
        let first = lines(0..<600, textBytes: 6_000)
        // The second member comes in while the first one is read; its end is missing.
        let more = isGzip ? Array(gzip([lines(600..<603) + half]).dropLast(12)) : half
        let file = try folder.write("a.jsonl", isGzip ? gzip([first]) : first)
        let memory = TestMemory()
        var size = 0
        let dump = try read(
            file, memory,
            between: { batch in
                guard batch == 1 else { return }
                try folder.write("tail", more)
                _ = try folder.run("cat tail >> a.jsonl")
                size = first.count
            })
        #expect(size > 3 << 20)
        if !isGzip {
            #expect(dump.records.map(\.number) == Array(1...600))
            #expect(dump.faults.count == 1)
            #expect(dump.faults.first?.isDamage == false)
            #expect(dump.faults.first?.message.contains("changed while it was read") == true)
            #expect(memory.read.isEmpty)
        } else {
            #expect(dump.rejected.isEmpty && dump.damage.isEmpty)
            #expect(dump.records.count >= 600)
        }
    }

    @Test func `a text that changes while it is read is left for the next run`() throws {
        let file = try folder.write("a.txt", "Half of an article, ")
        let memory = TestMemory()
        let folder = folder
        let dump = try read(
            file, memory,
            isStopped: {
                // The test below tells whether it was written.
                _ = try? folder.run("test -e done || { touch done; printf x >> a.txt; }")
                return false
            })
        #expect(dump.records.isEmpty)
        #expect(dump.faults.map { $0.isDamage } == [false])
        #expect(memory.read.isEmpty)
    }

    @Test func `a document that changes while it is read is no damaged one`() throws {
        let file = try folder.write("a.json", "[{\"text\":\"one\"},{\"te")
        let memory = TestMemory()
        let folder = folder
        let dump = try read(
            file, memory,
            isStopped: {
                // The test below tells whether it was written.
                _ = try? folder.run("test -e done || { touch done; printf ' ' >> a.json; }")
                return false
            })
        #expect(dump.kept.map(\.text) == ["one"])
        #expect(dump.rejected.isEmpty && dump.damage.isEmpty)
    }

    @Test func `what cannot be read or is no file is not remembered`() throws {
        _ = try folder.run("mkfifo fifo")
        let memory = TestMemory()
        #expect(
            try read(folder.path.appending("fifo"), memory, isStopped: { true }).damage.isEmpty)
        #expect(try read("/proc/self/mem", memory).damage.count == 1)
        #expect(memory.read.isEmpty)
        #expect(memory.asked == ["mem"])
    }

    @Test func `a file that is too long for a record is remembered whole`() throws {
        let memory = TestMemory()
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 5 << 20)
        let file = try folder.write("a.txt", text)
        let inputs = [InputSpec(path: file)]
        var limits = ReaderLimits()
        limits.recordBytes = 1 << 20
        var reader = try DumpReader(inputs: inputs, limits: limits, memory: memory)
        var batch = DocumentBatch(ordinal: 0)
        #expect(try reader.next(into: &batch))
        let count = batch.records.count
        #expect(count == 1)
        var digest = ContentDigest()
        digest.update(text.span)
        let value = digest.value
        #expect(memory.read.map(\.digest) == [value])
    }
}
