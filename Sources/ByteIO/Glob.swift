// Patterns of paths: `*`, `?`, `[a-z]`, and `**` for any number of folders.

package import SystemPackage

/// A path pattern, split into the folder to walk and the components to match below it.
///
/// `*` and `?` stop at slashes; `?` and a bracket expression match one character of UTF-8 or one
/// byte that is none; `[!a-z]` negates; a backslash takes the next character literally. A path
/// below a match is a match, too: a pattern that names a folder means all of it.
package struct Glob: Sendable {
    /// The longest part of the pattern without wildcards.
    package let base: FilePath
    private let components: [[UInt8]]

    /// Nil if the path has no wildcard.
    package init?(_ pattern: FilePath) {
        let all = pattern.components.map(\.bytes)
        guard let first = all.firstIndex(where: Self.hasWildcard) else { return nil }
        var base = FilePath(root: pattern.root, pattern.components.prefix(first))
        if base.isEmpty { base = "." }
        self.base = base
        components = Array(all[first...])
    }

    /// True if a path relative to `base`, or a folder above it, matches.
    package func matches(_ path: FilePath) -> Bool {
        Self.match(components[...], path.components.map(\.bytes)[...])
    }

    private static func hasWildcard(_ component: [UInt8]) -> Bool {
        component.contains { "*?[".utf8.contains($0) }
    }

    private static func match(
        _ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>
    ) -> Bool {
        guard let first = pattern.first else { return true }
        let rest = pattern.dropFirst()
        if first == Array("**".utf8) {
            if rest.isEmpty { return !path.isEmpty }
            return path.indices.contains { match(rest, path[$0...]) }
        }
        guard let name = path.first, Self.match(first[...], name[...]) else { return false }
        return match(rest, path.dropFirst())
    }

    /// Matches one component; only the last star is ever tried again,
    /// so the time is quadratic at worst.
    private static func match(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var name = name
        var afterStar: ArraySlice<UInt8>?
        var nameAtStar = name
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                afterStar = pattern
                nameAtStar = name
                continue
            }
            if name.isEmpty && pattern.isEmpty { return true }
            if !name.isEmpty, let (restOfPattern, restOfName) = step(pattern, name) {
                pattern = restOfPattern
                name = restOfName
                continue
            }
            guard let retry = afterStar, !nameAtStar.isEmpty else { return false }
            nameAtStar = nameAtStar.dropFirst()
            pattern = retry
            name = nameAtStar
        }
    }

    /// Matches one element of the pattern against one character.
    private static func step(
        _ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>
    ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        guard let first = pattern.first else { return nil }
        switch first {
        case UInt8(ascii: "?"): return (pattern.dropFirst(), name.dropFirst(characterLength(name)))
        case UInt8(ascii: "["):
            guard let close = closingBracket(pattern) else { break }
            let length = characterLength(name)
            let inside = pattern[(pattern.startIndex + 1)..<close]
            guard bracket(inside, contains: scalar(name.prefix(length))) else { return nil }
            return (pattern[(close + 1)...], name.dropFirst(length))
        case UInt8(ascii: "\\") where pattern.count > 1:
            let literal = pattern.dropFirst()
            return literal.first == name.first ? (literal.dropFirst(), name.dropFirst()) : nil
        default: break
        }
        return first == name.first ? (pattern.dropFirst(), name.dropFirst()) : nil
    }

    private static func closingBracket(_ pattern: ArraySlice<UInt8>) -> Int? {
        var start = pattern.startIndex + 1
        if start < pattern.endIndex, isNegation(pattern[start]) { start += 1 }
        // A bracket in the first place stands for itself.
        guard start < pattern.endIndex else { return nil }
        return pattern[(start + 1)...].firstIndex(of: UInt8(ascii: "]"))
    }

    private static func isNegation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "!") || byte == UInt8(ascii: "^")
    }

    private static func bracket(_ inside: ArraySlice<UInt8>, contains wanted: UInt32) -> Bool {
        var rest = inside
        let isNegated = rest.first.map(isNegation) ?? false
        if isNegated { rest = rest.dropFirst() }
        var isFound = false
        while !rest.isEmpty {
            let length = characterLength(rest)
            let low = scalar(rest.prefix(length))
            rest = rest.dropFirst(length)
            var high = low
            if rest.count > 1, rest.first == UInt8(ascii: "-") {
                rest = rest.dropFirst()
                let length = characterLength(rest)
                high = scalar(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            if low <= wanted && wanted <= high { isFound = true }
        }
        return isFound != isNegated
    }

    private static func characterLength(_ bytes: ArraySlice<UInt8>) -> Int {
        let length =
            switch bytes.first ?? 0 {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let isWhole =
            bytes.count >= length
            && bytes.dropFirst().prefix(length - 1).allSatisfy { $0 & 0xC0 == 0x80 }
        return isWhole ? length : 1
    }

    /// A number for comparing characters; bytes that are no character sort behind all of them.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        guard let first = bytes.first else { return 0 }
        switch bytes.count {
        case 1: return first < 0x80 ? UInt32(first) : 0x11_0000 + UInt32(first)
        case 2: return tail(bytes, UInt32(first & 0x1F))
        case 3: return tail(bytes, UInt32(first & 0x0F))
        default: return tail(bytes, UInt32(first & 0x07))
        }
    }

    private static func tail(_ bytes: ArraySlice<UInt8>, _ head: UInt32) -> UInt32 {
        bytes.dropFirst().reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
    }
}
