// A strict reader of Prometheus' text format 0.0.4, written from its description alone.

/// What the format or its conventions forbid.
struct ExpositionError: Error, CustomStringConvertible {
    var description: String
}

/// Metrics as a text says them.
struct Exposition {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]
    private(set) var helps: [String: String] = [:]

    /// Throws for everything that the format or its conventions forbid.
    init(_ text: String) throws {
        func check(_ holds: Bool, _ what: String, _ line: Substring) throws {
            guard holds else { throw ExpositionError(description: "\(what): \(line)") }
        }
        try check(text.hasSuffix("\n"), "the last line has no end", text.suffix(40))
        var family = ""
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#") {
                let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
                try check(parts.count == 4 && parts[0] == "#", "no HELP and no TYPE", line)
                try check(Self.isName(parts[2]), "no name", line)
                if parts[1] == "HELP" {
                    try check(helps.updateValue(parts[3], forKey: parts[2]) == nil, "twice", line)
                    family = parts[2]
                } else {
                    try check(parts[1] == "TYPE" && family == parts[2], "no family", line)
                    try check(["gauge", "counter"].contains(parts[3]), "no type", line)
                    try check(types.updateValue(parts[3], forKey: family) == nil, "twice", line)
                }
                continue
            }
            let sample = try Self.sample(line)
            try check(sample.name == family && types[family] != nil, "outside its family", line)
            try check(
                !samples.contains { $0.name == sample.name && $0.labels == sample.labels },
                "twice", line)
            try check(
                sample.name.hasSuffix("_total") == (types[family] == "counter"), "suffix", line)
            samples.append(sample)
        }
    }

    /// The one value of a metric with these labels among others.
    func value(_ name: String, _ labels: [String: String] = [:]) throws -> Double {
        let found = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        guard found.count == 1 else {
            throw ExpositionError(description: "\(name) \(labels) occurs \(found.count) times")
        }
        return found[0].value
    }

    private static func isName(_ text: String) -> Bool {
        text.first.map { !$0.isNumber } == true
            && text.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "_" }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        func fail(_ what: String) -> ExpositionError {
            ExpositionError(description: "\(what): \(line)")
        }
        func take(until stop: (Character) -> Bool) -> String {
            let part = rest.prefix { !stop($0) }
            rest = rest.dropFirst(part.count)
            return String(part)
        }
        func expect(_ character: Character) throws {
            guard rest.popFirst() == character else { throw fail("no \(character)") }
        }
        let name = take { $0 == "{" || $0 == " " }
        guard isName(name) else { throw fail("no name") }
        var labels: [String: String] = [:]
        if rest.first == "{" {
            try expect("{")
            while rest.first != "}" {
                if !labels.isEmpty { try expect(",") }
                let label = take { $0 == "=" }
                guard isName(label), labels[label] == nil else { throw fail("label \(label)") }
                try expect("=")
                try expect("\"")
                var value = ""
                while let next = rest.popFirst(), next != "\"" {
                    guard next == "\\" else {
                        value.append(next)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": value.append("\n")
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    default: throw fail("escape")
                    }
                }
                labels[label] = value
            }
            try expect("}")
        }
        try expect(" ")
        guard let value = Double(rest), !rest.contains(" ") else { throw fail("value") }
        return Sample(name: name, labels: labels, value: value)
    }
}
