import ByteText
import IndexStore
import Testing

@testable import NearDuplicates

@Suite struct RunIndexTests {
    private func index() -> RunIndex {
        RunIndex(parameters: NearDuplicateParameters(), first: RecordCounts())
    }

    @Test func `a repeated id gets the next free number`() throws {
        var index = index()
        func claim(_ id: String, isTaken: Bool = false) throws -> String? {
            let bytes = Array(id.utf8)
            return try index.claim(
                bytes.span, hash: Digest(of: bytes.span).low, isTaken: isTaken
            ) { (_) throws(IndexError) in false }.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try claim("a") == nil)
        #expect(try claim("a~2") == nil)
        #expect(try claim("a") == "a~3")
        #expect(try claim("a") == "a~4")
        #expect(try claim("b") == nil)
        #expect(try claim("a~2") == "a~2~2")
        #expect(try claim("c", isTaken: true) == "c~2")
    }

    @Test func `a number that a segment has is passed over`() throws {
        var index = index()
        let (id, second) = (Array("a".utf8), Array("a~2".utf8))
        let taken = Digest(of: second.span).low
        let claimed = try index.claim(
            id.span, hash: Digest(of: id.span).low, isTaken: true
        ) { (hash) throws(IndexError) in hash == taken }
        #expect(claimed == Array("a~3".utf8))
    }
}
