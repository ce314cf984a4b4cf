// Sketches of invented documents, for measuring the index: no text, and the same in every process.

internal import ByteText
internal import NearDuplicates

/// Sketches documents by their number. A document has as many shingles as an article of 3.3 KB,
/// drawn evenly; some documents are copies of older ones, some nearly, some not quite.
struct MadeSketches: ~Copyable {
    /// What a document is to an older one.
    enum Kind: Int, CaseIterable {
        case fresh, copy
        /// Similarity 0.9: a near-duplicate.
        case near
        /// Similarity 0.7: often a candidate, never a duplicate.
        case unlike

        /// Of a hundred documents, those of each kind that is not fresh.
        fileprivate static let shares = [(copy, 10), (near, 15), (unlike, 5)]

        /// Of a set's shingles, the share to replace: with s of m replaced the similarity is
        /// (m - s) / (m + s).
        fileprivate var replacedShare: (of: Int, in: Int) {
            switch self {
            case .fresh, .copy: (0, 1)
            case .near: (1, 19)
            case .unlike: (3, 17)
            }
        }
    }

    /// Shingles of the shortest document and how many more the longest may have: 520 on average.
    private static let shingleCounts = (least: 420, more: 201)

    private var sketcher: BatchSketcher
    private var shingles: [UInt32] = []
    private(set) var id: [UInt8] = []

    init(parameters: NearDuplicateParameters) {
        sketcher = BatchSketcher(parameters: parameters)
    }

    /// What a document is, and the fresh one that it was made from: itself if it is fresh.
    static func origin(of number: Int) -> (kind: Kind, root: Int) {
        var hash = Noise(seed: UInt64(number))
        var share = Int(hash.next() % 100)
        var kind = Kind.fresh
        for (candidate, count) in Kind.shares {
            if share >= 0, share < count { kind = candidate }
            share -= count
        }
        if kind == .fresh || number == 0 { return (.fresh, number) }
        return (kind, origin(of: Int(hash.next() % UInt64(number))).root)
    }

    /// Appends the sketch of a document as it is drawn.
    mutating func append(_ number: Int, to sketches: inout SketchBatch) {
        let (kind, root) = Self.origin(of: number)
        append(number, as: kind, of: root, to: &sketches)
    }

    /// Appends the sketch of a document of a certain kind.
    mutating func append(
        _ number: Int, as kind: Kind, of root: Int, to sketches: inout SketchBatch
    ) {
        let isCopy = kind == .copy
        var (noise, own) = (Noise(seed: ~UInt64(root)), Noise(seed: UInt64(number) &<< 32))
        let count = Self.shingleCounts.least + Int(noise.next() % UInt64(Self.shingleCounts.more))
        let replaced = count * kind.replacedShare.of / kind.replacedShare.in
        // Lent by itself, not by way of self.
        var shingles: [UInt32] = []
        swap(&shingles, &self.shingles)
        shingles.removeAll(keepingCapacity: true)
        for index in 0..<count {
            let shared = noise.next()
            shingles.append(
                UInt32(truncatingIfNeeded: (index < replaced ? own.next() : shared) &>> 32))
        }
        Self.write(number, to: &id)
        let (idDigest, text) = (
            Digest(of: id.span), Digest(ofWords: [UInt64(isCopy ? root : number)].span)
        )
        sketcher.append(
            DocumentSketch(
                identity: idDigest.joined(text), idHash: idDigest.low, text: text, wordCount: 0,
                shingleCount: 0),
            shingles: shingles.span, to: &sketches)
        swap(&shingles, &self.shingles)
    }

    /// The id of a document: as long as an address's last part often is.
    static func write(_ number: Int, to id: inout [UInt8]) {
        let digits = Array(String(number).utf8)
        id.removeAll(keepingCapacity: true)
        id.append(contentsOf: "made-article-".utf8)
        id.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, 10 - digits.count)))
        id.append(contentsOf: digits)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a stream of numbers that its seed alone decides.
private struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0xD6E8_FEB8_6659_FD93 &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}
