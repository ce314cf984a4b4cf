// Small files at once.

package import SystemPackage

extension FileReader {
    /// The whole content of a small file; "-" is standard input.
    package static func contents(of path: FilePath) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        if path == "-" {
            var reader = FileReader.standardInput()
            try readAll(&reader, into: &bytes)
        } else {
            var reader = try FileReader(opening: path)
            try readAll(&reader, into: &bytes)
        }
        return bytes
    }

    private static func readAll(
        _ reader: inout FileReader, into bytes: inout [UInt8]
    ) throws(FileError) {
        let pieceBytes = 1 << 16
        while try reader.read(into: &bytes, upTo: pieceBytes) == pieceBytes {}
    }
}
