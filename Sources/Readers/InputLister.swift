// The files of all inputs, in order: inputs as listed, files of a tree by path.

internal import ByteIO
internal import SystemPackage

/// A file to be read.
struct InputFile: Sendable {
    var input: Int
    /// Where it is; `-` for standard input.
    var location: FilePath
    /// Its path as records name it, relative to the input.
    var relativePath: FilePath
    /// Known size; nil for streams.
    var sizeBytes: Int?
    /// Nil for what is no regular file.
    var status: FileStatus?
}

/// Something that was found instead of a file.
enum ListedInput {
    case file(InputFile)
    case skipped(input: Int, FilePath, message: String, isDamage: Bool)
}

struct InputLister: Sendable {
    private enum Root: Sendable {
        case file(InputFile)
        case tree(DirectoryWalk, Glob?)
        /// A tree that is being walked or has been.
        case started
    }

    private var roots: [Root] = []
    private var next = 0
    /// The walk that is going on, apart from `roots`, so that it is moved on in place.
    private var walk: DirectoryWalk?
    private var glob: Glob?

    /// Size of all inputs where each is a single file, else nil.
    let storedByteTotal: Int?

    /// Looks at every input, so that a missing one is known before anything runs.
    init(_ inputs: [InputSpec], excluding output: FilePath?) throws(ReaderError) {
        // An output folder that cannot be looked at does not exist yet, so nothing lies in it.
        let excluded = output.flatMap { path in try? FileStatus(of: path) }
        for (index, input) in inputs.enumerated() {
            roots.append(try Self.root(of: input, index, excluded))
        }
        var total: Int? = 0
        for root in roots {
            guard case .file(let file) = root, let size = file.sizeBytes else {
                total = nil
                break
            }
            total = total.map { $0 + size }
        }
        storedByteTotal = total
    }

    /// The next file, or nil after the last one.
    mutating func nextInput() -> ListedInput? {
        while next < roots.count {
            if walk != nil {
                if let found = Self.nextMatch(&walk, glob, next) { return found }
                walk = nil
                next += 1
                continue
            }
            switch roots[next] {
            case .file(let file):
                next += 1
                return .file(file)
            case .tree(let tree, let pattern):
                walk = tree
                glob = pattern
                roots[next] = .started
            case .started: next += 1
            }
        }
        return nil
    }

    private static func nextMatch(
        _ walk: inout DirectoryWalk?, _ glob: Glob?, _ input: Int
    ) -> ListedInput? {
        guard let root = walk?.root else { return nil }
        while let event = walk?.next() {
            switch event {
            case .file(let path, let status):
                if let glob, !glob.matches(path) { continue }
                return .file(
                    InputFile(
                        input: input, location: root.pushing(path), relativePath: path,
                        sizeBytes: status.sizeBytes, status: status))
            case .skipped(let path, let kind):
                if let glob, !glob.matches(path) { continue }
                return .skipped(
                    input: input, path, message: "\(name(kind)) was skipped", isDamage: false)
            case .unreadable(let path, let error):
                return .skipped(input: input, path, message: "\(error)", isDamage: true)
            }
        }
        return nil
    }

    private static func name(_ kind: FileKind) -> String {
        switch kind {
        case .symbolicLink: "a symbolic link"
        case .fifo: "a FIFO"
        default: "a device or socket"
        }
    }

    private static func root(
        of input: InputSpec, _ index: Int, _ excluded: FileStatus?
    ) throws(ReaderError) -> Root {
        if input.isStandardInput {
            return .file(
                InputFile(input: index, location: "-", relativePath: "-", sizeBytes: nil))
        }
        var path = input.path
        var glob: Glob?
        // `failure` asks again for the reason where both questions fail.
        var status = try? FileStatus(of: path)
        if status == nil, let pattern = Glob(path) {
            glob = pattern
            path = pattern.base
            // As above.
            status = try? FileStatus(of: path)
        }
        guard let status else { throw failure(index, path) }
        if let excluded, isInside(path, status, excluded) {
            throw ReaderError(code: .insideOutput, input: index, path: input.path)
        }
        if status.kind == .directory {
            let walk = DirectoryWalk(root: path, excluding: excluded)
            if let glob {
                var probe: DirectoryWalk? = walk
                guard nextMatch(&probe, glob, index) != nil else {
                    throw ReaderError(code: .noMatch, input: index, path: input.path)
                }
            }
            return .tree(walk, glob)
        }
        let name = path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path
        return .file(
            InputFile(
                input: index, location: path, relativePath: name,
                sizeBytes: status.kind == .regular ? status.sizeBytes : nil,
                status: status.kind == .regular ? status : nil))
    }

    private static func failure(_ index: Int, _ path: FilePath) -> ReaderError {
        do {
            _ = try FileStatus(of: path)
            return ReaderError(code: .unreadable, input: index, path: path)
        } catch {
            let isMissing = error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
            return ReaderError(
                code: isMissing ? .missing : .unreadable, input: index, path: path, cause: error)
        }
    }

    /// True if the path or a folder above it is the excluded one.
    private static func isInside(
        _ path: FilePath, _ status: FileStatus, _ excluded: FileStatus
    ) -> Bool {
        var folder = status.kind == .directory ? path : path.removingLastComponent()
        if folder.isEmpty { folder = "." }
        var last: FileStatus?
        // A folder above that cannot be looked at ends the search: it is not the output folder,
        // which could be.
        while let current = try? FileStatus(of: folder) {
            if current.isSame(as: excluded) { return true }
            if let last, last.isSame(as: current) { return false }
            last = current
            folder = folder.appending("..")
        }
        return false
    }
}
