import JSONBytes
import Testing

@Suite struct JSONTreeTests {
    private let json = Array(
        "{\n  \"é\": {\"b\": [1, 2.5, \"x\"]},\n  \"c\": null, \"c\": true\n}\n".utf8)

    @Test func `every key and value knows its place`() throws {
        let tree = try JSONTree(parsing: json.span)
        let fields = try #require(tree.fields)
        #expect(fields.map(\.key) == ["é", "c", "c"])
        #expect(
            TextPosition(ofByte: fields[0].keyOffset, in: json.span) == .init(line: 2, column: 3))
        let inner = try #require(tree["é"]?["b"])
        #expect(TextPosition(ofByte: inner.byteOffset, in: json.span) == .init(line: 2, column: 14))
        #expect(inner.array?.map(\.value) == [.integer(1), .double(2.5), .string("x")])
        let offset = try #require(inner.array?[2].byteOffset)
        #expect(TextPosition(ofByte: offset, in: json.span) == .init(line: 2, column: 23))
    }

    @Test func `the last of repeated keys counts`() throws {
        #expect(try JSONTree(parsing: json.span)["c"]?.boolean == true)
        #expect(try JSONTree(parsing: json.span)["d"] == nil)
    }

    @Test func `a fault in a nested value is refused as a whole`() {
        #expect(throws: JSONError(.malformed, at: 6, "expected a value")) {
            try JSONTree(parsing: Array(#"{"a":[x]}"#.utf8).span)
        }
        #expect(throws: JSONError.self) {
            try JSONTree(parsing: Array(#"{"a":"\ud800"}"#.utf8).span)
        }
    }

    @Test(arguments: [
        ("7", JSONTree.Value.integer(7)), (" \"s\" ", .string("s")), ("[]", .array([])),
    ])
    func `a scalar or an empty container is a tree`(json: String, expected: JSONTree.Value) throws {
        #expect(try JSONTree(parsing: Array(json.utf8).span).value == expected)
    }
}
