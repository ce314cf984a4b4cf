import JSONBytes
import Testing

@Suite struct JSONWriterTests {
    @Test func `objects, arrays and scalars come with their commas`() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.integer(-1)
        writer.double(0.1)
        writer.beginObject()
        writer.endObject()
        writer.null()
        writer.endArray()
        writer.key("b\n")
        writer.string("x")
        writer.key("c")
        writer.raw(Array("[ 1]".utf8).span)
        writer.key("d")
        writer.boolean(true)
        writer.endObject()
        writer.endLine()
        writer.beginArray()
        writer.endArray()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[-1,0.1,{},null],"b\n":"x","c":[ 1],"d":true}"# + "\n[]")
    }

    @Test func `every byte that needs it is escaped at every place of a run`() throws {
        for byte in UInt8(0)..<128 {
            for place in 0..<20 {
                var text = [UInt8](repeating: 0x78, count: 20)
                text[place] = byte
                var writer = JSONWriter()
                writer.string(text.span)
                var parser = JSONParser()
                try parser.parse(writer.bytes.span)
                var back: [UInt8] = []
                parser.appendString(at: 0, to: &back)
                #expect(back == text)
                let isEscaped = byte < 0x20 || byte == 0x22 || byte == 0x5C
                #expect((writer.bytes.count > 22) == isEscaped)
            }
        }
    }

    @Test func `the plain run ends where a slow search says, seeded`() {
        var state: UInt64 = 42
        for round in 0..<2000 {
            let text = (0..<40).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let pick = UInt8(truncatingIfNeeded: state >> 56)
                return pick < 8
                    ? [0x22, 0x5C, 0x1F, 0, 0x0A, 0x21, 0x23, 0x5D][Int(pick)] : pick | 0x80
            }
            let slow = text.firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C } ?? text.count
            #expect(
                JSONWriter.endOfPlainRun(in: text.span, from: 0) == slow, "seed 42, round \(round)")
        }
    }

    @Test(arguments: [0.1, 1e21, 2.5e-300, -1.7976931348623157e308, 100])
    func `a double reads back as itself`(value: Double) throws {
        var writer = JSONWriter()
        writer.double(value)
        var parser = JSONParser()
        try parser.parse(writer.bytes.span)
        #expect(parser.double(at: 0) == value)
    }

    @Test func `characters beyond ASCII stay as they are`() {
        var writer = JSONWriter()
        writer.string("é\u{7F}😀")
        #expect(writer.bytes == Array("\"é\u{7F}😀\"".utf8))
    }
}
