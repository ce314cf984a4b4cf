// SHA256SUMS: what `sha256sum -c` checks.

enum Checksums {
    /// One line a data file, in the order of the commit's list.
    static func file(of commit: Commit) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in commit.files { bytes.append(contentsOf: "\(file.sha256)  \(file.path)\n".utf8) }
        return bytes
    }
}
