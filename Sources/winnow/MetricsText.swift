// Metrics in the text format of Prometheus, version 0.0.4.

/// Lines of metrics, all with the labels `command` and `output`.
///
/// Every metric is a gauge: it tells of the last command or of the archive as it is.
struct MetricsText {
    private(set) var text = ""
    private let labels: [(name: String, value: String)]

    init(command: String, output: String) {
        labels = [("command", command), ("output", output)]
    }

    /// Adds a metric with one sample.
    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        gauge(name, help, text: "\(value)")
    }

    /// Adds a metric with one sample, its value as text.
    mutating func gauge(_ name: String, _ help: String, text value: String) {
        head(name, help)
        sample(name, [], value)
    }

    /// Adds a metric with one sample for each value of a label.
    mutating func gauge(
        _ name: String, _ help: String, by label: String, _ samples: [(value: String, count: Int)]
    ) {
        head(name, help)
        for entry in samples { sample(name, [(label, entry.value)], "\(entry.count)") }
    }

    /// Name and labels of a metric without labels of its own.
    func series(_ name: String) -> String { Self.series(name, labels) }

    private mutating func head(_ name: String, _ help: String) {
        text += "# HELP winnow_\(name) \(help)\n# TYPE winnow_\(name) gauge\n"
    }

    private mutating func sample(
        _ name: String, _ own: [(name: String, value: String)], _ value: String
    ) {
        text += "\(Self.series(name, labels + own)) \(value)\n"
    }

    private static func series(_ name: String, _ labels: [(name: String, value: String)]) -> String
    {
        let list = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        return "winnow_\(name){\(list)}"
    }

    /// Backslashes, quotes and line ends are what the format wants escaped.
    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
