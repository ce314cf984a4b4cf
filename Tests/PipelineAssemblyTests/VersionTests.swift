import Archive
import DocumentModel
import JSONBytes
import PipelineAssembly
import TestFixtures
import Testing

@Suite struct VersionTests {
    /// A record with the id "a"; `edit` changes a few words of the same text.
    private func line(edit: String, id: String = "a") -> String {
        let words = (0..<200).map { "word\($0)" }.joined(separator: " ")
        return #"{"id":"\#(id)","source":"desk","text":"\#(words) \#(edit)","n":1}"# + "\n"
    }

    private func records(
        _ scratch: ScratchFolder, _ stream: ArchiveStream
    ) throws -> [JSONTree] {
        let reader = ArchiveReader(try ArchiveStore(opening: scratch.file("out")))
        var records: [JSONTree] = []
        try reader.forEachLine(of: stream) { bytes, line, _ in
            if let tree = try? JSONTree(parsing: bytes.extracting(line)) { records.append(tree) }
            return true
        }
        return records
    }

    @Test func `a changed article goes to the duplicates and names the one it would replace`()
        throws
    {
        let scratch = try ScratchFolder()
        for (night, edit) in ["first", "second", "third"].enumerated() {
            try scratch.write("\(night).jsonl", line(edit: edit))
            try scratch.run(["\(night).jsonl"])
        }
        #expect(try records(scratch, .articles).compactMap { $0["id"]?.string } == ["a"])
        let dropped = try records(scratch, .duplicates)
        #expect(dropped.compactMap { $0["id"]?.string } == ["a~2", "a~3"])
        #expect(dropped.compactMap { $0["kind"]?.string } == ["update", "update"])
        #expect(dropped.compactMap { $0["keeper"]?.string } == ["a", "a"])
    }

    @Test func `versions are kept on request and name the one before`() throws {
        let scratch = try ScratchFolder()
        let settings = ["dedup.update=version"]
        for (night, edit) in ["first", "second word", "second word third"].enumerated() {
            try scratch.write("\(night).jsonl", line(edit: edit))
            try scratch.run(["\(night).jsonl"], settings: settings)
        }
        let kept = try records(scratch, .articles)
        #expect(kept.compactMap { $0["id"]?.string } == ["a", "a@2", "a@3"])
        #expect(
            kept.compactMap { $0["metadata"]?.string } == [
                #"{"n":1}"#,
                #"{"winnow_original_id":"a","winnow_predecessor":"a","n":1}"#,
                #"{"winnow_original_id":"a","winnow_predecessor":"a@2","n":1}"#,
            ])
        // All three come again: nothing is new.
        for night in 0..<3 {
            #expect(
                try scratch.run(
                    ["\(night).jsonl"], settings: settings, isRereading: true
                ).counts.seen == 1)
        }
        // A copy under another id is no version of it.
        try scratch.write("copy.jsonl", line(edit: "first again", id: "b"))
        #expect(try scratch.run(["copy.jsonl"], settings: settings).counts[.near] == 1)
        #expect(try scratch.findings() == [])
    }

    @Test func `another text under the same id is another document`() throws {
        let scratch = try ScratchFolder()
        try scratch.write("0.jsonl", line(edit: "first"))
        try scratch.run(["0.jsonl"], settings: ["dedup.update=version"])
        let other = (0..<50).map { "other\($0)" }.joined(separator: " ")
        try scratch.write("1.jsonl", #"{"id":"a","source":"desk","text":"\#(other)"}"#)
        try scratch.run(["1.jsonl"], settings: ["dedup.update=version"])
        #expect(try records(scratch, .articles).compactMap { $0["id"]?.string } == ["a", "a~2"])
    }
}
