// Which figures there are: of the command that ended, and of the archive as it left it.

internal import Archive
internal import ByteIO
internal import DocumentModel
internal import IndexStore
internal import PipelineAssembly

extension MetricsText {
    private static let lastSuccess = "last_success_timestamp_seconds"

    /// Adds how the command ended. If it failed, the time of the last success is what the file
    /// says.
    mutating func addEnd(_ status: ExitStatus, seconds: Double, in file: MetricsFile) {
        let now = "\(WallClock.nanoseconds() / 1_000_000_000)"
        let isSuccess = status == .done || status == .damagedInput
        if let time = isSuccess ? now : file.value(of: series(Self.lastSuccess)) {
            gauge(Self.lastSuccess, "When the command last ended with 0 or 3.", text: time)
        }
        gauge("last_run_timestamp_seconds", "When the command ended.", text: now)
        gauge("last_run_status", "Exit status of the command.", Int(status.rawValue))
        gauge("last_run_duration_seconds", "How long the command took.", text: "\(seconds)")
        gauge(
            "build_info", "Version of the program; the value is 1.", by: "version",
            [(ProgramVersion.text, 1)])
    }

    /// Adds what a run has read and where it went.
    mutating func add(_ report: RunReport) {
        let counts = report.counts
        gauge("last_run_documents_read", "Records that the run read.", counts.read)
        gauge("last_run_documents_kept", "Documents that went to articles.", counts.kept)
        gauge(
            "last_run_documents_duplicate", "Documents that went to duplicates.", by: "kind",
            DuplicateKind.allCases.map { ($0.rawValue, counts[$0]) })
        gauge(
            "last_run_documents_rejected", "Records that went to rejected.", by: "reason",
            RejectionReason.allCases.map { ($0.rawValue, counts[$0]) })
        gauge("last_run_documents_seen", "Records that were archived before.", counts.seen)
        gauge("last_run_documents_renamed", "Documents whose id was made unique.", counts.renamed)
        gauge("last_run_input_bytes", "Bytes of input read, as on disk.", report.inputBytes)
        gauge("last_run_output_bytes", "Bytes of data files written.", report.archivedBytes)
        gauge(
            "last_run_output_uncompressed_bytes", "Bytes of records in the data files written.",
            report.uncompressedBytes)
        gauge(
            "last_run_input_files", "Input files that were read, or known and passed over.",
            by: "outcome", [("read", report.filesRead), ("seen", report.filesSeen)])
        gauge(
            "last_run_input_files_quarantined", "Input files with damage.",
            Set(report.faults.filter(\.isDamage).map(\.path)).count)
        gauge("last_run_checkpoints", "Checkpoints that the run made.", report.checkpoints)
        gauge(
            "last_run_resumed_documents",
            "Documents that an earlier attempt at the run had read.", report.resumedDocuments)
        addNumber(report.run)
    }

    /// Adds what an act took out or put together.
    mutating func add(_ report: ArchiveActReport) {
        addNumber(report.run)
        gauge("last_run_records_removed", "Records that the act took out.", report.counts.removed)
    }

    /// Adds what a repair found.
    mutating func add(_ report: RepairReport) {
        addNumber(report.run)
        gauge("last_run_findings", "What the repair found to be wrong.", report.findings.count)
    }

    private mutating func addNumber(_ run: Int?) {
        gauge("last_run_number", "Number of the command's commit; 0 if it made none.", run ?? 0)
    }

    /// Adds what the archive holds.
    mutating func add(_ commit: Commit) {
        let streams = ArchiveStream.allCases.map { stream in
            (name: stream.rawValue, files: commit.files(of: stream))
        }
        gauge("archive_commit", "Number of the archive's last commit.", commit.run)
        gauge("archive_articles", "Documents that the archive keeps.", commit.totals.kept)
        gauge(
            "archive_records", "Records in the data files.", by: "stream",
            streams.map { ($0.name, $0.files.reduce(0) { $0 + $1.records }) })
        gauge(
            "archive_bytes", "Size of the data files.", by: "stream",
            streams.map { ($0.name, $0.files.reduce(0) { $0 + $1.bytes }) })
        gauge(
            "archive_uncompressed_bytes", "Bytes of records in the data files.", by: "stream",
            streams.map { ($0.name, $0.files.reduce(0) { $0 + $1.uncompressedBytes }) })
        gauge("archive_files", "Data files.", commit.files.count)
        gauge("index_bytes", "Size of the index.", commit.segments.reduce(0) { $0 + $1.bytes })
        gauge("index_segments", "Files of the index.", commit.segments.count)
        let counts = commit.segments.map(\.extent.counts)
        gauge(
            "index_records", "Records that the index knows.", by: "kind",
            [
                ("kept", counts.reduce(0) { $0 + $1.kept }),
                ("duplicate", counts.reduce(0) { $0 + $1.duplicates }),
                ("rejected", counts.reduce(0) { $0 + $1.rejected }),
            ])
    }
}
