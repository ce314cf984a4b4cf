// Reading a small file whole: commits, manifests, what a store compares before it replaces it.

internal import Glibc
internal import SystemPackage

extension Folder {
    /// The whole content of an entry, or nil if there is none. A symbolic link is not followed.
    ///
    /// For small files: all of it is in memory. A FIFO in a file's place reads as empty.
    package func contents(of name: String) throws(FileError) -> [UInt8]? {
        let file = path(name)
        let descriptor: Int32
        do throws(Errno) {
            descriptor = try SystemCalls.open(
                file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw FileError(.open, file, error)
        }
        do throws(Errno) {
            let content = try Self.readAll(descriptor)
            try SystemCalls.close(descriptor)
            return content
        } catch {
            // The read's error is the one to report; a second close would hit a stranger's file.
            throw FileError(.read, file, error)
        }
    }

    private static func readAll(_ descriptor: Int32) throws(Errno) -> [UInt8] {
        let expected = try SystemCalls.status(descriptor).sizeBytes
        // One byte more than expected, so that a file that has grown is seen to the end.
        var content = [UInt8](repeating: 0, count: expected + 1)
        var count = 0
        while true {
            if count == content.count {
                content.append(contentsOf: repeatElement(0, count: content.count))
            }
            let offset = count
            var space = content.mutableSpan
            // SAFETY: the kernel writes at most `rest.count` bytes of the array's own memory.
            let read = try unsafe space.withUnsafeMutableBytes { (whole) throws(Errno) in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[offset...])
                return try unsafe SystemCalls.pread(descriptor, into: rest, at: offset)
            }
            if read == 0 { break }
            count += read
        }
        content.removeLast(content.count - count)
        return content
    }
}
