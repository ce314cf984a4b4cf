// The JSON Schema of pipeline.json, made from its shape.

internal import JSONBytes

/// Writes the schema (JSON Schema, draft 2020-12) that editors and checkers understand.
package enum ConfigurationSchema {
    /// The whole schema as indented JSON.
    package static var json: String {
        var lines = Lines()
        lines.open("{")
        lines.field("$schema", "\"https://json-schema.org/draft/2020-12/schema\"")
        lines.field("title", "\"Winnow pipeline\"")
        write(.pipeline, into: &lines)
        lines.close("}")
        return lines.text + "\n"
    }

    private static func write(_ shape: ConfigurationShape, into lines: inout Lines) {
        switch shape {
        case .string: lines.field("type", "\"string\"")
        case .choice(let names):
            lines.field("enum", "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]")
        case .boolean: lines.field("type", "\"boolean\"")
        case .off: lines.field("const", "false")
        case .null: lines.field("type", "\"null\"")
        case .integer(let range):
            lines.field("type", "\"integer\"")
            lines.field("minimum", "\(range.lowerBound)")
            lines.field("maximum", "\(range.upperBound)")
        case .number(let range):
            lines.field("type", "\"number\"")
            lines.field("minimum", "\(range.lowerBound)")
            lines.field("maximum", "\(range.upperBound)")
        case .size:
            lines.field("type", "[\"string\", \"integer\"]")
            lines.field("pattern", "\"^[0-9]+ ?([kKmMgGtT]?[iI]?[bB])?$\"")
        case .duration:
            lines.field("type", "[\"string\", \"integer\"]")
            lines.field("pattern", "\"^[0-9]+ *[smhd]?$\"")
            lines.field("minimum", "0")
        case .list(let element):
            lines.field("type", "\"array\"")
            lines.open("\"items\": {")
            write(element, into: &lines)
            lines.close("}")
        case .anyOf(let shapes):
            lines.open("\"anyOf\": [")
            for shape in shapes {
                lines.open("{")
                write(shape, into: &lines)
                lines.close("}")
            }
            lines.close("]")
        case .object(let keys): writeObject(keys, into: &lines)
        }
    }

    private static func writeObject(_ keys: [ConfigurationKey], into lines: inout Lines) {
        lines.field("type", "\"object\"")
        lines.field("additionalProperties", "false")
        let required = keys.filter { $0.defaultJSON == nil }.map { "\"\($0.name)\"" }
        if !required.isEmpty {
            lines.field("required", "[" + required.joined(separator: ", ") + "]")
        }
        lines.open("\"properties\": {")
        for key in keys {
            lines.open("\"\(key.name)\": {")
            var meaning = JSONWriter()
            meaning.string(key.meaning)
            lines.field("description", String(decoding: meaning.bytes, as: UTF8.self))
            if let value = key.defaultJSON { lines.field("default", value) }
            write(key.shape, into: &lines)
            lines.close("}")
        }
        lines.close("}")
    }

    /// Indented lines with the commas where JSON wants them.
    private struct Lines {
        private(set) var text = ""
        private var depth = 0
        private var isFirst = true

        mutating func field(_ name: String, _ json: String) { start("\"\(name)\": \(json)") }

        mutating func open(_ bracket: String) {
            start(bracket)
            depth += 1
            isFirst = true
        }

        mutating func close(_ bracket: String) {
            depth -= 1
            text += "\n" + String(repeating: "  ", count: depth) + bracket
            isFirst = false
        }

        private mutating func start(_ line: String) {
            if !text.isEmpty { text += isFirst ? "\n" : ",\n" }
            text += String(repeating: "  ", count: depth) + line
            isFirst = false
        }
    }
}
