// Holds a configuration tree against its shape.

internal import JSONBytes

/// Where a value comes from, for messages.
struct ConfigurationOrigin {
    /// The file's name as given, or the option.
    var place: String
    /// The file's bytes; nil for options, which have no lines.
    var bytes: [UInt8]?

    func error(at offset: Int, _ reason: String) -> ConfigurationError {
        let position = bytes.map { TextPosition(ofByte: offset, in: $0.span) }
        return ConfigurationError(place: place, position: position, reason: reason)
    }
}

/// Checks every key and value; the first fault is thrown with its place.
struct ConfigurationCheck {
    var origin: ConfigurationOrigin

    func check(
        _ tree: JSONTree, against shape: ConfigurationShape, path: String = ""
    ) throws(ConfigurationError) {
        switch shape {
        case .object(let keys): try checkObject(tree, keys, path)
        case .list(let element):
            guard let items = tree.array else { throw wrong(tree, shape, path) }
            for (index, item) in items.enumerated() {
                try check(item, against: element, path: "\(path)[\(index)]")
            }
        case .anyOf(let shapes):
            // The alternative of the value's own kind gives the telling message.
            guard let fitting = shapes.first(where: { $0.accepts(kindOf: tree) }) else {
                throw wrong(tree, shape, path)
            }
            try check(tree, against: fitting, path: path)
        default:
            guard shape.accepts(kindOf: tree), isInRange(tree, shape) else {
                throw wrong(tree, shape, path)
            }
        }
    }

    private func checkObject(
        _ tree: JSONTree, _ keys: [ConfigurationKey], _ path: String
    ) throws(ConfigurationError) {
        guard let fields = tree.fields else { throw wrong(tree, .object(keys), path) }
        let names = keys.map(\.name)
        var seen: Set<String> = []
        for field in fields {
            guard let key = keys.first(where: { $0.name == field.key }) else {
                var reason = "unknown key \"\(field.key)\""
                if !path.isEmpty { reason += " in \(path)" }
                if let nearest = NearestName.of(field.key, among: names) {
                    reason += "; did you mean \"\(nearest)\"?"
                } else {
                    reason +=
                        "; known are \(names.filter { $0 != "$schema" }.joined(separator: ", "))"
                }
                throw origin.error(at: field.keyOffset, reason)
            }
            guard seen.insert(field.key).inserted else {
                throw origin.error(
                    at: field.keyOffset, "the key \"\(field.key)\" stands here twice")
            }
            let inner = path.isEmpty ? field.key : "\(path).\(field.key)"
            try check(field.value, against: key.shape, path: inner)
        }
    }

    private func wrong(
        _ tree: JSONTree, _ shape: ConfigurationShape, _ path: String
    ) -> ConfigurationError {
        let name = path.isEmpty ? "the configuration" : path
        var reason = "\(name) must be \(shape.description)"
        if case .choice(let names) = shape, let given = tree.string,
            let nearest = NearestName.of(given, among: names)
        {
            reason += "; did you mean \"\(nearest)\"?"
        }
        return origin.error(at: tree.byteOffset, reason)
    }

    private func isInRange(_ tree: JSONTree, _ shape: ConfigurationShape) -> Bool {
        switch shape {
        case .choice(let names): tree.string.map(names.contains) ?? false
        case .integer(let range): tree.integer.map(range.contains) ?? false
        case .number(let range): tree.double.map(range.contains) ?? false
        case .size(let most):
            (tree.integer ?? tree.string.flatMap(ByteSize.parse))
                .map { $0 > 0 && $0 <= most } ?? false
        case .duration:
            (tree.integer.map { "\($0)" } ?? tree.string).flatMap(TimeSpan.parse) != nil
        case .off: tree.boolean == false
        default: true
        }
    }
}

extension ConfigurationShape {
    /// True if the value is of this shape's kind, whatever its range.
    func accepts(kindOf tree: JSONTree) -> Bool {
        switch self {
        case .string, .choice: tree.string != nil
        case .boolean, .off: tree.boolean != nil
        case .integer: tree.integer != nil
        case .number: tree.double != nil
        case .size, .duration: tree.string != nil || tree.integer != nil
        case .list: tree.array != nil
        case .object: tree.fields != nil
        case .null: tree.isNull
        case .anyOf(let shapes): shapes.contains { $0.accepts(kindOf: tree) }
        }
    }

    /// What a value must be, for messages.
    var description: String {
        switch self {
        case .string: "a string"
        case .choice(let names): names.map { "\"\($0)\"" }.joined(separator: " or ")
        case .boolean: "true or false"
        case .integer(let range):
            range.count == 1
                ? "\(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let most):
            "a size such as \"256MB\"" + (most == .max ? "" : ", at most \(most >> 20)MiB")
        case .duration: "a length of time such as \"10m\", \"30s\" or a number of seconds"
        case .list: "a list"
        case .object: "an object"
        case .null: "null"
        case .anyOf(let shapes): shapes.map(\.description).joined(separator: " or ")
        case .off: "false"
        }
    }
}
