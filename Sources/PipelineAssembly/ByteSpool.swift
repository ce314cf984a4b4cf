// Bytes put aside during a run: memory first, a file beyond a budget.

internal import ByteIO
internal import ByteText
internal import SystemPackage

/// An append-only store of byte runs that are read back at random.
///
/// What exceeds the budget lies in one file, which is created when it is needed and goes with the
/// value or, after a kill, with the folder. Once it was made durable it stays for the next attempt.
struct ByteSpool: ~Copyable {
    private let folder: Folder
    private let name: String
    private var memoryLimitBytes: Int
    /// Runs in memory and where each begins; they come before what the file holds.
    private var chunks: [[UInt8]] = []
    private var starts: [Int] = []
    private(set) var memoryBytes = 0
    private var file: File?
    /// True once an attempt to come may need the files.
    private var isDurable = false

    /// The spool file, open at both ends. One owner, so a reference only to be optional.
    private final class File {
        var writer: FileWriter
        let reader: FileReader

        init(_ path: FilePath) throws(FileError) {
            writer = try FileWriter(creating: path)
            reader = try FileReader(opening: path)
        }

        init(continuing path: FilePath, at offset: Int) throws(FileError) {
            writer = try FileWriter(continuing: path, at: offset)
            reader = try FileReader(opening: path)
        }
    }

    /// - Parameters:
    ///   - folder: the run's own; it is created when the file is.
    ///   - memoryLimitBytes: what may stay in memory.
    init(folder: Folder, name: String, memoryLimitBytes: Int) {
        self.folder = folder
        self.name = name
        self.memoryLimitBytes = memoryLimitBytes
    }

    deinit {
        // The folder goes with the run's end; a file that stays behind until then harms nobody.
        if file != nil, !isDurable { _ = try? folder.removeFile(name) }
    }

    /// All bytes that were appended.
    var byteCount: Int { memoryBytes + spilledBytes }
    /// Those of them that are in the file.
    var spilledBytes: Int { file?.writer.offset ?? 0 }

    /// Appends a run and tells where it lies.
    mutating func append(_ bytes: Span<UInt8>) throws(FileError) -> Int {
        let place = byteCount
        if file == nil, memoryBytes + bytes.count <= memoryLimitBytes {
            starts.append(place)
            var chunk: [UInt8] = []
            chunk.append(copying: bytes)
            chunks.append(chunk)
            memoryBytes += bytes.count
            return place
        }
        if file == nil {
            try folder.create()
            file = try File(folder.path(name))
        }
        try file?.writer.write(bytes)
        return place
    }

    /// Replaces the content of `bytes` by `count` bytes of one run.
    func read(at place: Int, count: Int, into bytes: inout [UInt8]) throws(FileError) {
        bytes.removeAll(keepingCapacity: true)
        if let file, place >= memoryBytes {
            let got = try file.reader.read(at: place - memoryBytes, upTo: count, into: &bytes)
            if got == count { return }
            throw damage("it ends \(count - got) bytes too early")
        }
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle } else { high = middle }
        }
        let offset = place - starts[low]
        let chunk = chunks[low]
        bytes.append(copying: chunk.span.extracting(offset..<(offset + count)))
    }

    /// Where the runs in memory lie once they are durable.
    private var headName: String { name + ".head" }

    /// Makes all bytes durable; from then on nothing is added to the memory.
    /// - Returns: the bytes of the two files.
    mutating func makeDurable() throws(FileError) -> (head: Int, file: Int) {
        try folder.create()
        if !isDurable {
            memoryLimitBytes = 0
            try folder.removeFile(headName)
            var head = try FileWriter(creating: folder.path(headName))
            for chunk in chunks { try head.write(chunk.span) }
            try head.sync()
            try head.close()
            if file == nil {
                try folder.removeFile(name)
                file = try File(folder.path(name))
            }
            isDurable = true
        }
        try file?.writer.sync()
        try folder.sync()
        return (memoryBytes, spilledBytes)
    }

    /// Goes on from what `makeDurable` has left; nothing was appended yet.
    mutating func resume(headBytes: Int, fileBytes: Int) throws(FileError) {
        var head: [UInt8] = []
        var reader = try FileReader(opening: folder.path(headName))
        guard try reader.read(into: &head, upTo: headBytes) == headBytes else {
            throw damage("its head ends too early")
        }
        if headBytes > 0 {
            chunks = [head]
            starts = [0]
        }
        memoryBytes = headBytes
        memoryLimitBytes = 0
        file = try File(continuing: folder.path(name), at: fileBytes)
        isDurable = true
    }

    /// The error for content that is not what was written.
    func damage(_ reason: String) -> FileError {
        var error = FileError(.read, folder.path(name), .ioError)
        error.detail = "\(reason); check the disk and run again"
        return error
    }
}
