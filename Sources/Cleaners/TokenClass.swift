// Classes of tokens that patterns can name, and the word lists of packs.

internal import ByteText

/// What `<...>` in a pattern can stand for.
enum TokenClass: Hashable {
    /// Any one word or number.
    case word
    /// A number, with its separators: `14`, `1,158`.
    case number
    /// A time of day: `08:00`, `7.30 pm`, `10:12 GMT`.
    case time
    /// A date in words or figures, with or without a year.
    case date
    /// A date with its year and day.
    case fullDate
    /// A person's name: two to five capitalised words, initials and particles among them.
    case name
    /// One to six capitalised words, small connecting words among them.
    case proper
    /// One word in capitals, two letters or more.
    case capitals
    case url
    case email
    case handle
    /// An image's number or file name: `IRQ6532`, `DSC_0012.jpg`.
    case imageCode
    /// The marks that the pattern language itself uses, and groups of like marks.
    case bar, open, close, dash, arrow, bullet
    /// A word list of a pack, by number.
    case list(Int)

    /// The marks that the class consists of; nil if it stands for words.
    var marks: [Unicode.Scalar]? {
        switch self {
        case .bar: ["|"]
        case .open: ["(", "[", "{"]
        case .close: [")", "]", "}"]
        case .dash: ["-", "_", "~"]
        case .arrow: [">", "\"", "<"]
        case .bullet: ["•", "*", "/"]
        default: nil
        }
    }
}

/// The names of all classes, and which list holds which word.
struct TokenClassTable: Sendable {
    /// Lists are bits of a 64-bit set.
    static let maximumLists = 64

    private static let builtIn: [String: TokenClass] = [
        "word": .word, "number": .number, "time": .time, "date": .date, "full-date": .fullDate,
        "name": .name,
        "proper": .proper, "capitals": .capitals, "url": .url, "email": .email, "handle": .handle,
        "image-code": .imageCode, "bar": .bar, "open": .open, "close": .close, "dash": .dash,
        "arrow": .arrow, "bullet": .bullet,
    ]

    private var lists: [String: Int] = [:]
    /// Lists of a word in whatever case, and of one written in capitals only.
    private var members: [UInt64: UInt64] = [:]
    private var capitals: [UInt64: UInt64] = [:]

    private struct Slot {
        var hash: UInt64 = 0
        var any: UInt64 = 0
        var capitals: UInt64 = 0
    }

    /// Open addressing over both: a look-up per capitalised word has to be cheap.
    private var slots = [Slot()]

    func named(_ name: String) -> TokenClass? {
        Self.builtIn[name] ?? lists[name].map { .list($0) }
    }

    func list(_ name: String) -> Int? { lists[name] }

    /// Adds words to a list. A word that is written in capitals matches capitals only.
    mutating func add(_ words: [String], to name: String) throws(RulePatternParser.Fault) {
        guard Self.builtIn[name] == nil else {
            throw RulePatternParser.Fault(
                reason: "<\(name)> is a class of its own; rename the list")
        }
        let number = lists[name] ?? lists.count
        guard number < Self.maximumLists else {
            throw RulePatternParser.Fault(reason: "there are more than \(Self.maximumLists) lists")
        }
        lists[name] = number
        for word in words {
            let bytes = Array(word.utf8)
            var tokens: [LineToken] = []
            var tokenizer = LineTokenizer(0..<bytes.count)
            while tokenizer.next(bytes.span, into: &tokens) {}
            guard tokens.count == 1 else {
                throw RulePatternParser.Fault(
                    reason: "\"\(word)\" in the list \(name) is not one word")
            }
            if tokens[0].traits.contains(.allUpper) {
                capitals[tokens[0].hash, default: 0] |= 1 << UInt64(number)
            } else {
                members[tokens[0].hash, default: 0] |= 1 << UInt64(number)
            }
        }
    }

    /// Builds the look-up table; no word may be added afterwards.
    mutating func seal() {
        var capacity = 16
        while capacity < (members.count + capitals.count) * 4 { capacity *= 2 }
        slots = [Slot](repeating: Slot(), count: capacity)
        for (hash, set) in members { slots[slot(of: hash)] = Slot(hash: hash | 1, any: set) }
        for (hash, set) in capitals {
            let slot = slot(of: hash)
            slots[slot].hash = hash | 1
            slots[slot].capitals = set
        }
    }

    /// The slot of a hash, or the empty one where it would be.
    @inline(__always)
    private func slot(of hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash >> 20) & mask
        while slots[slot].hash != 0, slots[slot].hash != hash | 1 { slot = (slot + 1) & mask }
        return slot
    }

    /// The set of lists that a token is in.
    @inline(__always)
    func lists(of token: LineToken) -> UInt64 {
        let slot = slots[slot(of: token.hash)]
        return token.traits.contains(.allUpper) ? slot.any | slot.capitals : slot.any
    }

    func contains(_ list: Int?, _ token: LineToken) -> Bool {
        guard let list else { return false }
        return lists(of: token) >> UInt64(list) & 1 == 1
    }
}

/// A calendar date as far as a text shows it.
struct CalendarDate: Equatable {
    var year: Int?
    var month: Int
    var day: Int?

    /// `YYYY-MM-DD`, only for a complete date.
    var iso: String? {
        guard let year, let day else { return nil }
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    init?(year: Int?, month: Int, day: Int?) {
        guard (1...12).contains(month) else { return nil }
        if let year, !(1600...2199).contains(year) { return nil }
        if let day {
            let isLeap = year.map { $0 % 4 == 0 && ($0 % 100 != 0 || $0 % 400 == 0) } ?? true
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            guard day >= 1, day <= lengths[month - 1] else { return nil }
        }
        self.year = year
        self.month = month
        self.day = day
    }
}
