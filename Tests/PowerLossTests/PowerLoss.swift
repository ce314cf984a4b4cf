// What a power loss leaves of a simulated disk.

import Foundation
import SystemPackage
import TestFixtures

/// What becomes of everything that was not synced.
enum Damage: Int, CaseIterable, CustomStringConvertible {
    /// It is as if it had never been.
    case allLost = 1
    /// Each change came through or did not, whatever came before or after it.
    case reordered
    /// Each write ends at any byte.
    case tornAtBytes
    /// Sectors of a write, of 512 or 4096 bytes, are missing in the middle: zeros.
    case tornAtSectors
    /// Files have their length, but their data was never written: zeros.
    case zeros
    /// Blocks hold something else's bytes.
    case garbage
    /// Names have changed, data was never written.
    case namesWithoutData
    /// Data is there, but folders have their old names back, all or some.
    case staleNames

    var description: String {
        switch self {
        case .allLost: "1 all unsynced changes lost"
        case .reordered: "2 each unsynced change kept or lost"
        case .tornAtBytes: "3 writes torn at bytes"
        case .tornAtSectors: "4 sectors missing"
        case .zeros: "5 lengths without data"
        case .garbage: "6 garbage in blocks"
        case .namesWithoutData: "7 names without data"
        case .staleNames: "8 old names back"
        }
    }
}

/// What is on a disk: files by their content's identity, so that two names of one stay one.
struct DiskImage: Equatable {
    indirect enum Entry: Equatable {
        case file(identity: Int, [UInt8])
        case folder([String: Entry])
    }

    var entries: [String: Entry] = [:]

    /// The content of a file; nil if there is none.
    subscript(path: String) -> [UInt8]? {
        var entries = entries
        let names = path.split(separator: "/").map(String.init)
        for name in names.dropLast() {
            guard case .folder(let below) = entries[name] else { return nil }
            entries = below
        }
        guard let last = names.last, case .file(_, let bytes) = entries[last] else { return nil }
        return bytes
    }

    /// All files and folders by their paths; folders end with a slash.
    var contents: [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        Self.collect(entries, below: "", into: &contents)
        return contents
    }

    private static func collect(
        _ entries: [String: Entry], below folder: String, into contents: inout [String: [UInt8]]
    ) {
        for (name, entry) in entries {
            switch entry {
            case .file(_, let bytes): contents[folder + name] = bytes
            case .folder(let below):
                contents[folder + name + "/"] = []
                collect(below, below: folder + name + "/", into: &contents)
            }
        }
    }

    /// Makes all of it in a folder that is empty or not there.
    func write(to folder: FilePath) throws {
        var written: [Int: String] = [:]
        try Self.write(entries, to: folder.string, &written)
    }

    private static func write(
        _ entries: [String: Entry], to folder: String, _ written: inout [Int: String]
    ) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            switch entry {
            case .folder(let below): try write(below, to: path, &written)
            case .file(let identity, let bytes):
                if let other = written[identity] {
                    try manager.linkItem(atPath: other, toPath: path)
                } else {
                    try Data(bytes).write(to: URL(fileURLWithPath: path))
                    written[identity] = path
                }
            }
        }
    }
}

/// Decides what came through, with a seed.
struct PowerLoss {
    private let disk: SimulatedDisk
    private let damage: Damage?
    private var random: SeededGenerator
    /// Of each rename between folders: is the new name there, is the old one gone?
    private var pairs: [Int: (isAdded: Bool, isRemoved: Bool)] = [:]
    private var contents: [SimulatedDisk.Node: [UInt8]] = [:]
    private let areNamesKept: Bool

    private init(_ disk: SimulatedDisk, _ damage: Damage?, seed: UInt64) {
        self.disk = disk
        self.damage = damage
        random = SeededGenerator(seed: seed)
        areNamesKept = Bool.random(using: &random)
    }

    /// What is there after a power loss.
    static func image(of disk: SimulatedDisk, _ damage: Damage, seed: UInt64) -> DiskImage {
        var loss = PowerLoss(disk, damage, seed: seed)
        return DiskImage(entries: loss.entries(of: SimulatedDisk.root))
    }

    /// What is there without one.
    static func undamaged(_ disk: SimulatedDisk) -> DiskImage {
        var none = PowerLoss(disk, nil, seed: 0)
        return DiskImage(entries: none.entries(of: SimulatedDisk.root))
    }

    private mutating func entries(of node: SimulatedDisk.Node) -> [String: DiskImage.Entry] {
        guard case .directory(let directory) = disk.nodes[node] else { return [:] }
        var names = directory.durable
        let isReverted = damage == .staleNames && Bool.random(using: &random)
        for change in directory.pending where !isReverted {
            kept(change)?.apply(to: &names)
        }
        var entries: [String: DiskImage.Entry] = [:]
        for (name, child) in names.sorted(by: { $0.key < $1.key }) {
            switch disk.nodes[child] {
            case .directory: entries[name] = .folder(self.entries(of: child))
            case .file(let file): entries[name] = .file(identity: child, content(child, file))
            }
        }
        return entries
    }

    /// The part of a change of names that came through.
    private mutating func kept(_ change: SimulatedDisk.EntryChange) -> SimulatedDisk.EntryChange? {
        var change = change
        if let pair = change.pair {
            let fate = pairs[pair] ?? fateOfPair()
            pairs[pair] = fate
            return (change.added == nil ? fate.isRemoved : fate.isAdded) ? change : nil
        }
        guard isNameKept() else { return nil }
        // Half a rename: the file has both names.
        if change.added != nil, change.removed != nil, damage == .staleNames,
            Bool.random(using: &random)
        {
            change.removed = nil
        }
        return change
    }

    private mutating func fateOfPair() -> (isAdded: Bool, isRemoved: Bool) {
        let isAdded = isNameKept()
        return (isAdded, isAdded && isNameKept())
    }

    private mutating func isNameKept() -> Bool {
        switch damage {
        case nil, .namesWithoutData: true
        case .allLost: false
        case .reordered, .staleNames: Bool.random(using: &random)
        case .tornAtBytes, .tornAtSectors, .zeros, .garbage:
            areNamesKept || Int.random(in: 0..<4, using: &random) > 0
        }
    }

    private mutating func content(
        _ node: SimulatedDisk.Node, _ file: SimulatedDisk.File
    ) -> [UInt8] {
        if let content = contents[node] { return content }
        var content = file.durable
        for change in file.pending { apply(change, to: &content) }
        contents[node] = content
        return content
    }

    private mutating func apply(_ change: SimulatedDisk.DataChange, to content: inout [UInt8]) {
        switch damage {
        case .allLost, .namesWithoutData: return
        case .reordered where Bool.random(using: &random): return
        case nil, .reordered, .staleNames:
            change.apply(to: &content)
            return
        case .tornAtBytes, .tornAtSectors, .zeros, .garbage: break
        }
        guard case .write(let offset, var bytes) = change else {
            change.apply(to: &content)
            return
        }
        switch damage {
        case .tornAtBytes: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case .tornAtSectors: loseSectors(of: &bytes, at: offset)
        case .zeros: bytes = [UInt8](repeating: 0, count: bytes.count)
        default: spoilBlocks(of: &bytes, at: offset)
        }
        content.write(bytes, at: offset)
    }

    private mutating func loseSectors(of bytes: inout [UInt8], at offset: Int) {
        let size = Bool.random(using: &random) ? 512 : 4096
        for sector in Self.blocks(bytes.count, at: offset, size: size)
        where Bool.random(using: &random) {
            bytes.replaceSubrange(sector, with: repeatElement(0, count: sector.count))
        }
    }

    private mutating func spoilBlocks(of bytes: inout [UInt8], at offset: Int) {
        for block in Self.blocks(bytes.count, at: offset, size: 4096)
        where Bool.random(using: &random) {
            let stranger = UInt8.random(in: 1...255, using: &random)
            bytes.replaceSubrange(block, with: repeatElement(stranger, count: block.count))
        }
    }

    /// The parts of so many bytes that lie in one block of a file each.
    private static func blocks(_ count: Int, at offset: Int, size: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        while start < count {
            let end = min(count, start + size - (offset + start) % size)
            blocks.append(start..<end)
            start = end
        }
        return blocks
    }
}
