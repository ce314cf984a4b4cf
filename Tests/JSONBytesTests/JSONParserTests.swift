import JSONBytes
import Testing

private func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
}

@Suite struct JSONParserTests {
    @Test func `fields come with key, kind, decoded string and place`() throws {
        let json = Array(
            #"{"a": "x\n\"y\" \u00e9\ud83d\ude00", "b\t":[1,{"c":"]}"}] ,"n":-7,"d":1.5e3,"u":18446744073709551615,"t":true,"f":false,"z":null}"#
                .utf8)
        var parser = JSONParser()
        try parser.parse(json.span)
        #expect(parser.root == .object)
        #expect(parser.count == 8)
        #expect(
            (0..<8).map { parser.kind(at: $0) } == [
                .string, .array, .integer, .double, .unsigned, .true, .false, .null,
            ])
        #expect(parser.withKey(at: 1) { text($0) } == "b\t")
        #expect(parser.withString(at: 0) { text($0) } == "x\n\"y\" é😀")
        #expect(
            (0..<8).map { String(decoding: json[parser.rawRange(at: $0)], as: UTF8.self) } == [
                #""x\n\"y\" \u00e9\ud83d\ude00""#, #"[1,{"c":"]}"}]"#, "-7", "1.5e3",
                "18446744073709551615", "true", "false", "null",
            ])
        #expect(parser.integer(at: 2) == -7)
        #expect(parser.double(at: 3) == 1500)
        #expect(parser.double(at: 4) == Double(UInt64.max))
        #expect(json[parser.keyOffset(at: 2)...].starts(with: #""n""#.utf8))
    }

    @Test func `all repeated keys are listed in order`() throws {
        var parser = JSONParser()
        try parser.parse(Array(#"{"a":1,"a":2}"#.utf8).span)
        #expect((0..<parser.count).map { parser.integer(at: $0) } == [1, 2])
    }

    @Test func `a range of a longer text is parsed in place`() throws {
        let json = Array(#"xx{"k":"v"}yy"#.utf8)
        for padding in [0, 100] {
            let bytes = json + [UInt8](repeating: 0x22, count: padding)
            var parser = JSONParser()
            try parser.parse(bytes.span, in: 2..<11)
            #expect(parser.rawRange(at: 0) == 7..<10)
        }
    }

    @Test func `a byte order mark is skipped and counted in the places`() throws {
        var parser = JSONParser()
        try parser.parse(([0xEF, 0xBB, 0xBF] + Array("[17]".utf8)).span)
        #expect(parser.root == .array)
        #expect(parser.rawRange(at: 0) == 4..<6)
    }

    @Test(arguments: [
        ([0x22, 0x61, 0xFF, 0xE2, 0x82, 0x22] as [UInt8], "a\u{FFFD}\u{FFFD}"),
        (Array(#""\ud800x""#.utf8), "\u{FFFD}x"),
        (Array(#""\udc00\ud800""#.utf8), "\u{FFFD}\u{FFFD}"),
        (Array(#""\\ud800""#.utf8) + [], #"\ud800"#),
        (Array(#""\ud800\ud83d\ude00""#.utf8), "\u{FFFD}😀"),
    ])
    func `malformed characters become U+FFFD and are told`(json: [UInt8], expected: String) throws {
        var parser = JSONParser()
        try parser.parse(json.span)
        #expect(parser.withString(at: 0) { text($0) } == expected)
        #expect(parser.wasRepaired == expected.contains("\u{FFFD}"))
        if parser.wasRepaired {
            #expect(throws: JSONError.self) { try parser.parse(json.span, isRepairing: false) }
        }
    }

    @Test(arguments: [
        ("", JSONError.Code.malformed, 0), ("  ", .malformed, 2), ("{", .malformed, 1),
        (#"{"a":01}"#, .malformed, 5), (#"{"a" 1}"#, .malformed, 5), ("[1,]", .malformed, 3),
        ("[1 2]", .malformed, 3), ("nul", .malformed, 0), ("\"a\u{1}\"", .malformed, 2),
        (#""\x""#, .malformed, 1), (#"{"a":1} x"#, .malformed, 8), ("\"abc", .malformed, 0),
        ("[1.]", .malformed, 1), ("[-]", .malformed, 1), ("{1:2}", .malformed, 1),
        ("[1e999]", .numberOutOfRange, 1), ("[123456789012345678901]", .numberOutOfRange, 1),
        ("-9223372036854775809", .numberOutOfRange, 0),
        (String(repeating: "[", count: 100_000), .tooDeep, 1024),
    ])
    func `a refusal names its kind and place`(json: String, code: JSONError.Code, offset: Int) {
        var parser = JSONParser()
        let error = #expect(throws: JSONError.self) { try parser.parse(Array(json.utf8).span) }
        #expect(error?.code == code)
        #expect(error?.byteOffset == offset)
        #expect(parser.count == 0)
    }

    @Test func `the parser works on after a refusal`() throws {
        var parser = JSONParser()
        #expect(throws: JSONError.self) { try parser.parse(Array("[".utf8).span) }
        try parser.parse(Array("[1]".utf8).span)
        #expect(parser.integer(at: 0) == 1)
    }

    @Test func `nesting is allowed up to the limit`() throws {
        var parser = JSONParser()
        let limit = JSONParser.maximumDepth
        let json = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        try parser.parse(Array(json.utf8).span)
        #expect(parser.rawRange(at: 0) == 1..<(2 * limit - 1))
    }
}
