// Reading a file or standard input.

internal import Glibc
package import SystemPackage

extension FileStatus {
    /// The facts of what a path names; of the link itself unless `isFollowingLinks`.
    package init(of path: FilePath, isFollowingLinks: Bool = true) throws(FileError) {
        do {
            self = try SystemCalls.status(path, followingLinks: isFollowingLinks)
        } catch { throw FileError(.inspect, path, error) }
    }

    /// True if both are the same file or folder.
    package func isSame(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}

/// An open file for reading. Closed when it goes out of scope.
package struct FileReader: ~Copyable, Sendable {
    package let path: FilePath
    private let descriptor: Int32
    private let isOwner: Bool
    private let isStopped: (@Sendable () -> Bool)?

    /// Opens a file, following links. A FIFO is opened, too, and waits for its writer.
    ///
    /// - Parameter isStopped: asked a few times a second while a pipe or a terminal has nothing to
    ///   say; true makes the file look as if it ended here.
    package init(
        opening path: FilePath, isStopped: (@Sendable () -> Bool)? = nil
    ) throws(FileError) {
        self.path = path
        self.isStopped = isStopped
        isOwner = true
        // Opening a FIFO would wait for its writer, deaf to `isStopped`; `hasInput` waits instead.
        let waiting = isStopped == nil ? 0 : O_NONBLOCK
        do {
            descriptor = try SystemCalls.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waiting)
        } catch { throw FileError(.open, path, error) }
    }

    private init(standardInputNamed path: FilePath, isStopped: (@Sendable () -> Bool)?) {
        self.path = path
        self.isStopped = isStopped
        descriptor = STDIN_FILENO
        isOwner = false
    }

    /// Standard input, shown as `-` in messages; it stays open.
    package static func standardInput(
        isStopped: (@Sendable () -> Bool)? = nil
    ) -> FileReader { FileReader(standardInputNamed: "-", isStopped: isStopped) }

    deinit {
        guard isOwner else { return }
        do { try SystemCalls.close(descriptor) } catch {
            // Nothing was written through this descriptor, so nothing can be lost.
        }
    }

    package func status() throws(FileError) -> FileStatus {
        do { return try SystemCalls.status(descriptor) } catch {
            throw FileError(.inspect, path, error)
        }
    }

    /// Sets where the next `read` begins; for regular files.
    package mutating func seek(to offset: Int) throws(FileError) {
        precondition(offset >= 0, "negative offset \(offset)")
        do { try SystemCalls.seek(descriptor, to: offset) } catch {
            throw FileError(.read, path, error)
        }
    }

    /// Appends the next `count` bytes, fewer only at the end of the file; returns how many.
    ///
    /// Short reads of pipes are continued, so that what follows depends on the data alone.
    package mutating func read(
        into output: inout [UInt8], upTo count: Int
    ) throws(FileError) -> Int {
        try fill(&output, count, at: nil)
    }

    /// Appends `count` bytes from `offset` on, fewer only at the end of the file.
    package func read(
        at offset: Int, upTo count: Int, into output: inout [UInt8]
    ) throws(FileError) -> Int {
        precondition(offset >= 0, "negative offset \(offset)")
        return try fill(&output, count, at: offset)
    }

    private func fill(
        _ output: inout [UInt8], _ count: Int, at offset: Int?
    ) throws(FileError) -> Int {
        precondition(count >= 0, "negative count \(count)")
        let start = output.count
        var failure: Errno?
        output.append(addingCapacity: count) { target in
            // SAFETY: the kernel writes into the array's own spare capacity, `count` bytes at most.
            unsafe target.withUnsafeMutableBufferPointer { buffer, used in
                let first = used
                let end = used + count
                while used < end {
                    let rest = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[used..<end])
                    do throws(Errno) {
                        if offset == nil, try !hasInput() { break }
                        let got =
                            if let offset {
                                unsafe try SystemCalls.pread(
                                    descriptor, into: rest, at: offset + used - first)
                            } else {
                                unsafe try SystemCalls.read(descriptor, into: rest)
                            }
                        if got == 0 { break }
                        used += got
                    } catch  where error == .wouldBlock {
                        continue
                    } catch {
                        failure = error
                        break
                    }
                }
            }
        }
        if let failure { throw FileError(.read, path, failure) }
        return output.count - start
    }

    /// Waits until there is something to read, the end included; false once it is stopped.
    private func hasInput() throws(Errno) -> Bool {
        guard let isStopped else { return true }
        let patienceMilliseconds: Int32 = 100
        repeat {
            if isStopped() { return false }
        } while try !SystemCalls.isReadable(descriptor, withinMilliseconds: patienceMilliseconds)
        return true
    }
}
