// What is wrong with a configuration, and where.

internal import JSONBytes

/// A fault of a configuration file or an override; exit status 78.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// The file, or the option that holds the fault.
    package var place: String
    /// Line and column in the file, from 1; nil for options.
    package var line: Int?
    package var column: Int?
    /// What is wrong and what would be right.
    package var reason: String

    init(place: String, position: TextPosition? = nil, reason: String) {
        self.place = place
        line = position?.line
        column = position?.column
        self.reason = reason
    }

    package var description: String {
        if let line, let column {
            return "\(place):\(line):\(column): \(reason)"
        }
        return "\(place): \(reason)"
    }
}

/// Finds the word that somebody may have meant.
enum NearestName {
    /// The closest of the names by edits, if it is close enough to be a slip.
    static func of(_ word: String, among names: [String]) -> String? {
        let limit = max(2, word.count / 3)
        let ranked = names.map { (name: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit
        else { return nil }
        return best.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (restricted
    /// Damerau-Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first.lowercased())
        let b = Array(second.lowercased())
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
