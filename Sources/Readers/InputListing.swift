// What a run would read, without reading it.

internal import ByteIO
internal import ByteText
package import DocumentModel
package import SystemPackage

/// Walks the inputs as a `DumpReader` does and opens no file.
package struct InputListing {
    /// One thing that was found.
    package enum Entry: Sendable {
        /// A file that would be read; its size is 0 where it is not known.
        case file(input: Int, bytes: Int)
        /// Something that would be skipped or cannot be read.
        case fault(InputFault)
    }

    private var lister: InputLister

    /// Looks at every input, so that a missing one is an error at once.
    package init(_ inputs: [InputSpec], excluding output: FilePath?) throws(ReaderError) {
        lister = try InputLister(inputs, excluding: output)
    }

    /// The next thing found, or nil after the last one.
    package mutating func next() -> Entry? {
        switch lister.nextInput() {
        case nil: return nil
        case .file(let file): return .file(input: file.input, bytes: file.sizeBytes ?? 0)
        case .skipped(let input, let path, let message, let isDamage):
            return .fault(
                InputFault(
                    input: input, path: String(decoding: path.bytes, as: UTF8.self),
                    byteOffset: -1, message: message, isDamage: isDamage))
        }
    }
}
