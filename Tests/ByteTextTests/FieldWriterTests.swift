import ByteText
import TestFixtures
import Testing

@Suite struct FieldWriterTests {
    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 40, .max, .min])
    func `any number comes back`(number: Int) throws {
        var writer = FieldWriter()
        writer.number(number)
        writer.unsigned(UInt64(bitPattern: Int64(number)))
        writer.word(UInt64(bitPattern: Int64(number)))
        var reader = FieldReader(writer.bytes)
        #expect(try reader.number() == number)
        #expect(try reader.unsigned() == UInt64(bitPattern: Int64(number)))
        #expect(try reader.word() == UInt64(bitPattern: Int64(number)))
        #expect(reader.isAtEnd)
    }

    @Test func `small numbers take one byte, runs their length and one`() {
        var writer = FieldWriter()
        writer.number(63)
        writer.number(-64)
        writer.text("ab")
        #expect(writer.bytes == [126, 127, 2, 97, 98])
    }

    @Test func `lists, runs and digests come back in their order`() throws {
        var writer = FieldWriter()
        writer.list(["one", "", "drei ß"]) { $0.text($1) }
        writer.digest(Digest(high: 1, low: .max))
        writer.list([Int]()) { $0.number($1) }
        var reader = FieldReader(writer.bytes)
        let texts = try reader.list { (fields) throws(FieldFault) in try fields.text() }
        #expect(texts == ["one", "", "drei ß"])
        #expect(try reader.digest() == Digest(high: 1, low: .max))
        let none = try reader.list { (fields) throws(FieldFault) in try fields.number() }
        #expect(none.isEmpty && reader.isAtEnd)
    }

    @Test func `bytes that end too early, or never, are refused`() throws {
        var writer = FieldWriter()
        writer.list(["some", "text"]) { $0.text($1) }
        for count in 0..<writer.bytes.count {
            var reader = FieldReader(Array(writer.bytes[..<count]))
            #expect(throws: FieldFault.self) {
                _ = try reader.list { (fields) throws(FieldFault) in try fields.text() }
            }
        }
        for bytes in [[UInt8](repeating: 0xFF, count: 20), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]] {
            var reader = FieldReader(bytes)
            #expect(throws: FieldFault.self) { _ = try reader.run() }
            reader = FieldReader(bytes)
            #expect(throws: FieldFault.self) {
                _ = try reader.list { (fields) throws(FieldFault) in try fields.number() }
            }
        }
    }
}
