// Where tests watch the calls that change the file system, and make them fail.

internal import Glibc
internal import Synchronization
package import SystemPackage

/// Sees every call of `SystemCalls` that concerns names below a folder, before it takes place, and
/// says what becomes of it. Taps are for tests: as long as none is installed, a call costs one
/// relaxed load more.
///
/// Calls under one tap take place one after the other, whatever threads they come from, so that
/// their order is the order in which they were seen. SQLite talks to the kernel by itself: the
/// catalogue's files are not seen.
package final class FileSystemTap: Sendable {
    /// What becomes of a call.
    package enum Verdict: Equatable, Sendable {
        case pass
        /// The call does not take place; a close does, as the kernel's would.
        case fail(Errno)
        /// Of a write only so many bytes are taken. Other calls pass.
        case cut(to: Int)
    }

    private struct Files {
        var byDescriptor: [Int32: TappedFile] = [:]
        var openedCount = 0
    }

    private static let installedCount = Atomic<Int>(0)
    private static let installed = Mutex<[FileSystemTap]>([])

    private let root: String
    private let judge: @Sendable (FileSystemCall) -> Verdict
    private let files = Mutex(Files())

    private init(_ root: FilePath, _ judge: @escaping @Sendable (FileSystemCall) -> Verdict) {
        self.root = root.madeAbsolute.string
        self.judge = judge
    }

    /// Runs `body` with a tap on a folder and everything below it.
    ///
    /// Files that are open already are not seen, nor are absolute paths that lead there through
    /// links or `..`. Several taps may be installed at a time; a call
    /// that concerns two of them is seen by the older one.
    ///
    /// - Parameter judge: called on the thread of the call. It must not touch files below `root`.
    package static func watching<Result, Failure: Error>(
        _ root: FilePath, _ judge: @escaping @Sendable (FileSystemCall) -> Verdict,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let tap = FileSystemTap(root, judge)
        installed.withLock { $0.append(tap) }
        installedCount.add(1, ordering: .sequentiallyConsistent)
        defer {
            installedCount.subtract(1, ordering: .sequentiallyConsistent)
            installed.withLock { $0.removeAll { $0 === tap } }
        }
        return try body()
    }

    /// A call on a name: its result, or -1 with `errno`.
    static func pass<Result: SignedInteger & Sendable>(
        _ call: @autoclosure () -> FileSystemCall, _ perform: () -> Result
    ) -> Result {
        guard isInstalled else { return perform() }
        let call = call()
        guard let tap = tap(on: call) else { return perform() }
        return tap.files.withLock { _ in tap.judged(call, perform) }
    }

    /// As above for an opening: a descriptor or -1.
    static func open(_ path: FilePath, flags: Int32, _ perform: () -> Int32) -> Int32 {
        guard isInstalled else { return perform() }
        guard let tap = installed.withLock({ $0.first { $0.covers(path) } }) else {
            return perform()
        }
        return tap.files.withLock { files in
            files.openedCount += 1
            let file = TappedFile(number: files.openedCount, path: path)
            let descriptor = tap.judged(.open(file, flags: flags), perform)
            if descriptor >= 0 { files.byDescriptor[descriptor] = file }
            return descriptor
        }
    }

    /// As above for a call on a descriptor.
    static func pass(
        _ descriptor: Int32, _ call: (TappedFile) -> FileSystemCall, _ perform: () -> Int32
    ) -> Int32 {
        guard isInstalled, let tap = tap(on: descriptor) else { return perform() }
        return tap.files.withLock { files in
            guard let file = files.byDescriptor[descriptor] else { return perform() }
            return tap.judged(call(file), perform)
        }
    }

    /// As above for a close. The descriptor is gone whatever becomes of the call.
    static func close(_ descriptor: Int32, _ perform: () -> Int32) -> Int32 {
        guard isInstalled, let tap = tap(on: descriptor) else { return perform() }
        return tap.files.withLock { files in
            guard let file = files.byDescriptor.removeValue(forKey: descriptor) else {
                return perform()
            }
            let verdict = tap.judge(.close(file))
            let result = perform()
            guard case .fail(let error) = verdict else { return result }
            return refuse(error)
        }
    }

    /// As above for a write.
    ///
    /// - Parameter perform: writes so many of the bytes.
    static func write(
        _ descriptor: Int32, _ bytes: @autoclosure () -> [UInt8], count: Int,
        offset: @autoclosure () -> Int, _ perform: (Int) -> Int
    ) -> Int {
        guard isInstalled, let tap = tap(on: descriptor) else { return perform(count) }
        return tap.files.withLock { files in
            guard let file = files.byDescriptor[descriptor] else { return perform(count) }
            switch tap.judge(.write(file, offset: offset(), bytes: bytes())) {
            case .pass: return perform(count)
            case .cut(let limit): return perform(min(limit, count))
            case .fail(let error): return refuse(error)
            }
        }
    }

    private static var isInstalled: Bool { installedCount.load(ordering: .relaxed) > 0 }

    private static func tap(on call: FileSystemCall) -> FileSystemTap? {
        installed.withLock { taps in
            taps.first { tap in
                if case .rename(_, let target) = call, tap.covers(target) { return true }
                return tap.covers(call.path)
            }
        }
    }

    private static func tap(on descriptor: Int32) -> FileSystemTap? {
        installed.withLock { taps in
            taps.first { tap in tap.files.withLock { $0.byDescriptor[descriptor] != nil } }
        }
    }

    private func covers(_ path: FilePath) -> Bool {
        let text = (path.isAbsolute ? path : path.madeAbsolute).string
        return text.hasPrefix(root)
            && (text.utf8.count == root.utf8.count || text.hasPrefix(root + "/"))
    }

    private func judged<Result: SignedInteger & Sendable>(
        _ call: FileSystemCall, _ perform: () -> Result
    ) -> Result {
        guard case .fail(let error) = judge(call) else { return perform() }
        return Self.refuse(error)
    }

    private static func refuse<Result: SignedInteger & Sendable>(_ error: Errno) -> Result {
        Glibc.errno = error.rawValue
        return -1
    }
}
