import ByteText
import IndexStore
import Testing

@testable import NearDuplicates

@Suite struct RunIndexTests {
    private func index() -> RunIndex {
        RunIndex(parameters: NearDuplicateParameters(), first: RecordCounts())
    }

    private func next(
        _ id: String, in index: inout RunIndex, mark: UInt8 = UInt8(ascii: "~"),
        taken: String? = nil
    ) throws -> String {
        let bytes = Array(id.utf8)
        let takenHash = taken.map { Digest(of: Array($0.utf8).span).low }
        let claimed = try index.claimNext(
            after: bytes.span, hash: Digest(of: bytes.span).low, mark: mark
        ) { (hash) throws(IndexError) in hash == takenHash }
        return String(decoding: claimed, as: UTF8.self)
    }

    private func claim(_ id: String, in index: inout RunIndex) -> Bool {
        index.claim(Digest(of: Array(id.utf8).span).low)
    }

    @Test func `a repeated id gets the next free number`() throws {
        var index = index()
        let isFree = [claim("a", in: &index), claim("a~2", in: &index), claim("a", in: &index)]
        #expect(isFree == [true, true, false])
        #expect(try next("a", in: &index) == "a~3")
        #expect(try next("a", in: &index) == "a~4")
        #expect(try next("a~2", in: &index) == "a~2~2")
    }

    @Test func `versions are numbered by themselves`() throws {
        var index = index()
        #expect(try next("a", in: &index) == "a~2")
        #expect(try next("a", in: &index, mark: UInt8(ascii: "@")) == "a@2")
        #expect(try next("a", in: &index, mark: UInt8(ascii: "@")) == "a@3")
        #expect(try next("a", in: &index) == "a~3")
    }

    @Test func `a number that a segment has is passed over`() throws {
        var index = index()
        #expect(try next("a", in: &index, taken: "a~2") == "a~3")
    }
}
