// A file system that remembers what is durable and what is not.

import ByteIO
import Foundation
import SystemPackage

/// Files and folders as POSIX promises them: content is durable after an fsync of the file, a name
/// after an fsync of its folder. Everything else may or may not be there after a power loss, in any
/// order (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
///
/// A rename within a folder is one change. One between folders is two: the new name is durable by
/// an fsync of the folder it is in, and so is the going of the old one; as long as neither was
/// synced, the old name goes only where the new one has come.
struct SimulatedDisk: Sendable {
    typealias Node = Int

    enum DataChange: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case truncate(Int)
    }

    /// A change of a folder's entries.
    struct EntryChange: Sendable {
        /// The name that is given, to what.
        var added: (name: String, node: Node)?
        var removed: String?
        /// The same for both halves of a rename between folders.
        var pair: Int?
    }

    struct File: Sendable {
        var durable: [UInt8] = []
        var pending: [DataChange] = []
    }

    struct Directory: Sendable {
        var durable: [String: Node] = [:]
        var pending: [EntryChange] = []
        var current: [String: Node] = [:]
    }

    enum Content: Sendable {
        case file(File)
        case directory(Directory)
    }

    static let root: Node = 0
    private(set) var nodes: [Content] = [.directory(Directory())]
    private var opened: [Int: Node] = [:]
    private var pairCount = 0

    /// What is in a folder now, all of it durable.
    init(folder: FilePath) throws {
        var known: [Int: Node] = [:]
        try load(folder.string, into: Self.root, &known)
    }

    /// - Parameter known: files that were met already, by inode: they may have several names.
    private mutating func load(
        _ path: String, into node: Node, _ known: inout [Int: Node]
    ) throws {
        var directory = Directory()
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
            let below = path + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: below)
            let inode = attributes[.systemFileNumber] as? Int ?? 0
            if attributes[.type] as? FileAttributeType == .typeDirectory {
                let child = add(.directory(Directory()))
                directory.durable[name] = child
                try load(below, into: child, &known)
            } else if let child = known[inode] {
                directory.durable[name] = child
            } else {
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: below)))
                let child = add(.file(File(durable: bytes)))
                known[inode] = child
                directory.durable[name] = child
            }
        }
        directory.current = directory.durable
        nodes[node] = .directory(directory)
    }

    /// Forgets which files were open: the program that opened them has ended.
    mutating func endProgram() { opened = [:] }

    /// Takes a call into account. One that the kernel would have refused changes nothing.
    mutating func apply(_ call: FileSystemCall) {
        switch call {
        case .open(let file, _): open(file, isCreating: call.isCreation)
        case .write(let file, let offset, let bytes):
            change(file) { $0.append(.write(offset: offset, bytes: bytes)) }
        case .truncate(let file, let size): change(file) { $0.append(.truncate(size)) }
        case .sync(let file): if let node = opened[file.number] { sync(node) }
        case .close(let file): opened[file.number] = nil
        case .rename(let path, let target): rename(path, target)
        case .unlink(let path): unlink(path)
        case .makeFolder(let path):
            guard let (folder, name) = place(of: path), entry(name, in: folder) == nil else {
                return
            }
            let node = add(.directory(Directory()))
            change(folder, EntryChange(added: (name, node)))
        case .removeFolder(let path):
            guard let (folder, name) = place(of: path), let node = entry(name, in: folder),
                case .directory(let directory) = nodes[node], directory.current.isEmpty
            else { return }
            change(folder, EntryChange(removed: name))
        }
    }

    private mutating func open(_ file: TappedFile, isCreating: Bool) {
        if file.path.isEmpty {
            opened[file.number] = Self.root
            return
        }
        guard let (folder, name) = place(of: file.path) else { return }
        if let node = entry(name, in: folder) {
            opened[file.number] = node
        } else if isCreating {
            let node = add(.file(File()))
            change(folder, EntryChange(added: (name, node)))
            opened[file.number] = node
        }
    }

    private mutating func rename(_ path: FilePath, _ target: FilePath) {
        guard let (folder, name) = place(of: path), let node = entry(name, in: folder),
            let (newFolder, newName) = place(of: target), (folder, name) != (newFolder, newName)
        else { return }
        if folder == newFolder {
            change(folder, EntryChange(added: (newName, node), removed: name))
        } else {
            pairCount += 1
            change(newFolder, EntryChange(added: (newName, node), pair: pairCount))
            change(folder, EntryChange(removed: name, pair: pairCount))
        }
    }

    private mutating func unlink(_ path: FilePath) {
        guard let (folder, name) = place(of: path), entry(name, in: folder) != nil else { return }
        change(folder, EntryChange(removed: name))
    }

    private mutating func sync(_ node: Node) {
        switch nodes[node] {
        case .file(var file):
            file.durable = file.pending.reduce(into: file.durable) { $1.apply(to: &$0) }
            file.pending = []
            nodes[node] = .file(file)
        case .directory(var directory):
            directory.durable = directory.current
            directory.pending = []
            nodes[node] = .directory(directory)
        }
    }

    private mutating func add(_ content: Content) -> Node {
        nodes.append(content)
        return nodes.count - 1
    }

    private mutating func change(_ file: TappedFile, _ body: (inout [DataChange]) -> Void) {
        guard let node = opened[file.number], case .file(var content) = nodes[node] else { return }
        body(&content.pending)
        nodes[node] = .file(content)
    }

    private mutating func change(_ folder: Node, _ change: EntryChange) {
        guard case .directory(var directory) = nodes[folder] else { return }
        change.apply(to: &directory.current)
        directory.pending.append(change)
        nodes[folder] = .directory(directory)
    }

    private func entry(_ name: String, in folder: Node) -> Node? {
        guard case .directory(let directory) = nodes[folder] else { return nil }
        return directory.current[name]
    }

    /// The folder that a path's last component is in, and that component.
    private func place(of path: FilePath) -> (Node, String)? {
        let names = path.string.split(separator: "/")
        guard let name = names.last else { return nil }
        var folder = Self.root
        for component in names.dropLast() where component != "." {
            guard let next = entry(String(component), in: folder) else { return nil }
            folder = next
        }
        return (folder, String(name))
    }
}

extension SimulatedDisk.DataChange {
    func apply(to content: inout [UInt8]) {
        switch self {
        case .write(let offset, let bytes): content.write(bytes, at: offset)
        case .truncate(let size): content.setCount(size)
        }
    }
}

extension SimulatedDisk.EntryChange {
    func apply(to entries: inout [String: SimulatedDisk.Node]) {
        if let removed { entries[removed] = nil }
        if let added { entries[added.name] = added.node }
    }
}

extension [UInt8] {
    /// Makes the array longer, with zeros, or shorter.
    mutating func setCount(_ size: Int) {
        if count > size {
            removeLast(count - size)
        } else {
            append(contentsOf: repeatElement(0, count: size - count))
        }
    }

    /// Puts bytes at a place; what lies between the end and it becomes zeros.
    mutating func write(_ bytes: [UInt8], at offset: Int) {
        if count < offset + bytes.count { setCount(offset + bytes.count) }
        replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
}
