// The file of metrics: what the last command left in it, and how the next one replaces it.

internal import ByteIO
internal import Glibc
internal import SystemPackage

/// A file for the textfile collector of Prometheus' node exporter.
struct MetricsFile {
    /// Larger files are not of our writing.
    private static let limitBytes = 1 << 20

    private let folder: Folder
    private let name: String
    private let path: FilePath

    init(_ path: FilePath) {
        self.path = path
        folder = Folder(path.removingLastComponent())
        name = path.lastComponent?.string ?? ""
    }

    /// The value of a metric that an earlier command left, as it stands there; nil if the file has
    /// none, or none that is a number above 0.
    ///
    /// - Parameter series: name and labels as `MetricsText` writes them.
    func value(of series: String) -> String? {
        // The last time of success is a courtesy: a file that cannot be read has none.
        guard let status = try? folder.status(of: name), status.kind == .regular,
            status.sizeBytes <= Self.limitBytes,
            // As above.
            let bytes = (try? folder.contents(of: name)) ?? nil
        else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.hasPrefix(series) else { continue }
            let fields = line.dropFirst(series.count).split { $0 == " " || $0 == "\t" }
            if let value = fields.first, let number = Double(value), number.isFinite, number > 0 {
                return String(value)
            }
        }
        return nil
    }

    /// Puts a text in the file's place by one rename. Commands that end at the same time do not
    /// meet: each writes beside it under a name of its own.
    func replace(with text: MetricsText) throws(FileError) {
        guard !name.isEmpty else { throw FileError(.create, path, .isDirectory) }
        let temporary = ".\(name).\(getpid()).tmp"
        do throws(FileError) {
            try folder.replaceFile(name, with: Array(text.text.utf8).span, temporary: temporary)
        } catch {
            // The error before is the one to report.
            _ = try? folder.removeFile(temporary)
            throw error
        }
    }
}
