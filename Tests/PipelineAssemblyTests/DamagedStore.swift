// An archive with everything in it that can be damaged, and what a reader finds there.

import Archive
import Foundation
import JSONBytes
import PipelineAssembly
import SystemPackage
import TestFixtures

/// A way to harm the files of an archive.
enum StoreDamage: CustomStringConvertible {
    case flip(String, bit: Int)
    case deletion(String)
    case truncation(String, to: Int)
    case swap(String, String)

    var description: String {
        switch self {
        case .flip(let name, let bit): "\(name): bit \(bit) flipped"
        case .deletion(let name): "\(name): deleted"
        case .truncation(let name, let count): "\(name): cut off at \(count)"
        case .swap(let name, let other): "\(name) and \(other): swapped"
        }
    }

    /// The files that are not as they were.
    var names: [String] {
        switch self {
        case .flip(let name, _), .deletion(let name), .truncation(let name, _): [name]
        case .swap(let name, let other): [name, other]
        }
    }

    /// What kind of file is concerned, for the figures.
    var kind: String {
        let name = names[0]
        if name.hasPrefix(".winnow/") {
            return String(name.dropFirst(8).prefix { $0 != "/" })
        }
        return String(name.prefix { $0 != "/" })
    }
}

extension ScratchFolder {
    /// Four commits, the second of them a `forget`, so that three stay: kept documents, duplicates,
    /// rejected records, ledger, several segments, a list of known records, a catalogue.
    func makeStore(_ output: String = "out") throws {
        func dump(_ name: String, _ numbers: Range<Int>) throws {
            var texts: [(id: String, text: String)] = []
            for number in numbers {
                let id = "d\(number)"
                switch number % 5 {
                case 3: texts.append((id, LikeTexts.text(number - 1, changedAt: 40)))
                case 4:
                    texts.append(
                        (id, LikeTexts.text(number) + "\n\nSubscribe to our newsletter"))
                default: texts.append((id, LikeTexts.text(number)))
                }
            }
            try write(name, Self.jsonLines(texts) + "{\"id\":\"bad\(numbers.lowerBound)\"}\n")
        }
        try dump("1.jsonl", 0..<30)
        try run(["1.jsonl"], output: output)
        try forget(.ids(["d2"]), output)
        try dump("3.jsonl", 30..<35)
        try run(["3.jsonl"], output: output)
        try dump("4.jsonl", 35..<38)
        try run(["4.jsonl"], output: output)
    }

    /// The files of an archive that hold its data, by their paths.
    func store(_ output: String = "out") throws -> [String: [UInt8]] {
        try files(below: output) { name in
            !name.hasSuffix("lock") && !name.contains("/staging/") && !name.contains("set-aside")
        }
    }

    func apply(_ damage: StoreDamage, to whole: [String: [UInt8]], _ output: String = "out") throws
    {
        switch damage {
        case .flip(let name, let bit):
            var bytes = whole[name] ?? []
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try write("\(output)/\(name)", bytes)
        case .deletion(let name):
            try FileManager.default.removeItem(atPath: file("\(output)/\(name)").string)
        case .truncation(let name, let count):
            try write("\(output)/\(name)", Array((whole[name] ?? []).prefix(count)))
        case .swap(let name, let other):
            try write("\(output)/\(name)", whole[other] ?? [])
            try write("\(output)/\(other)", whole[name] ?? [])
        }
    }

    /// Makes the archive again as it was.
    func restore(_ whole: [String: [UInt8]], _ output: String = "out") throws {
        try FileManager.default.removeItem(atPath: file(output).string)
        for (name, bytes) in whole { try write("\(output)/\(name)", bytes) }
    }

    func check(
        _ output: String = "out", _ scope: VerificationScope = .full
    ) throws -> ArchiveVerification {
        try StoreVerification.check(ArchiveStore(opening: file(output)), scope: scope)
    }

    @discardableResult
    func repair(_ output: String = "out", isDryRun: Bool = false) throws -> RepairReport {
        try ArchiveRepair(actOptions(output, isDryRun: isDryRun)).execute(
            progress: { _ in }, stop: { false })
    }

    /// The text of every document, kept or not, by its id.
    func texts(_ output: String = "out") throws -> [String: String] {
        var texts: [String: String] = [:]
        for record in try records(.articles, output) + records(.duplicates, output) {
            texts[record["id"]?.string ?? ""] = record["text"]?.string
        }
        return texts
    }
}
