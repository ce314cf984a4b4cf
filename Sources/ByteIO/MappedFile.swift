// A file as memory: mapped for reading as long as the object lives.

internal import Glibc
package import SystemPackage

/// A whole file mapped for reading. Pages come and go as they are used; they are no memory of the
/// process's own.
///
/// The file must not become shorter while it is mapped: touching what is missing ends the process.
/// Files of the index are written once and only ever removed by name, which keeps them mapped.
@safe package final class MappedFile: @unchecked Sendable {  // The mapping is read-only.
    // SAFETY: of the whole type: the mapping lives as long as the object and is `count` bytes long;
    // no pointer to it leaves `withBytes`.
    package let path: FilePath
    /// Size in bytes.
    package let count: Int
    private let base: UnsafeRawPointer?

    /// Maps a regular file. An empty file has no bytes and no mapping.
    package init(opening path: FilePath) throws(FileError) {
        self.path = path
        do throws(Errno) {
            let descriptor = try SystemCalls.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            // The mapping outlives the descriptor; nothing was written through it.
            defer { try? SystemCalls.close(descriptor) }
            let status = try SystemCalls.status(descriptor)
            guard status.kind == .regular else { throw Errno.invalidArgument }
            count = status.sizeBytes
            unsafe base = count == 0 ? nil : try SystemCalls.map(descriptor, count: count)
        } catch {
            throw FileError(.map, path, error)
        }
    }

    deinit {
        guard let base = unsafe base else { return }
        unsafe SystemCalls.unmap(base, count: count)
    }

    /// Calls `body` with all bytes; no pointer may leave it.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }
}
