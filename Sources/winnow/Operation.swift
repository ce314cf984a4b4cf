// A command that changes an archive: how it waits, what it tells, what it leaves behind.

internal import Archive
internal import ByteIO
internal import PipelineAssembly
internal import SystemPackage

/// One command at work on one archive, from its start to its end.
final class Operation {
    private let command: String
    private let output: FilePath
    private let options: WriterOptions
    private var lastShown = 0.0
    private var checkpoints = 0
    /// How long to wait for the archive, and what to say meanwhile.
    let lock: LockTerms
    /// When the command started, for those who find the archive locked.
    let startText = StartTime.text()

    /// Catches signals and says that the work begins.
    ///
    /// - Parameter configuration: the file with the configuration; nil if there is none.
    init(
        _ command: String, on output: FilePath, configuration: String?, _ options: WriterOptions
    ) {
        self.command = command
        self.output = output
        self.options = options
        lock = LockTerms(
            command: command, waitSeconds: options.lockWait,
            isStopped: { StopSignals.isStopRequested },
            onWait: { Self.tell($0, output) })
        Console.use(options.logging.log)
        StopSignals.install()
        Console.logStart(command, output: output, configuration: configuration)
    }

    /// Does the work. An error is told, written to the file of metrics, and becomes the outcome.
    ///
    /// - Parameter whenStopped: what to say if a signal ended the work.
    func perform<Result>(whenStopped: String, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch {
            let status = ExitStatus(reporting: error, whenStopped: whenStopped)
            writeMetrics(status) { _ in }
            throw Outcome(status)
        }
    }

    /// Tells how far the work is: on a terminal a few times a second, in a log of JSON now and
    /// then, elsewhere never.
    func show(_ progress: RunProgress) {
        let elapsed = Console.elapsedSeconds
        if progress.checkpoints > checkpoints {
            checkpoints = progress.checkpoints
            let text = "what was done by now is durable"
            Console.log(.checkpoint, .info, text, line: nil) { json in
                json.field("documents", progress.documents)
                json.field("checkpoints", checkpoints)
                json.field("seconds", elapsed)
            }
        }
        let isLogged = Console.isLoggingJSON
        guard isLogged || Console.isLively else { return }
        guard elapsed - lastShown > (isLogged ? Double(options.logging.logEvery) : 0.2) else {
            return
        }
        lastShown = elapsed
        let text = ProgressText.line(progress, seconds: elapsed)
        if !isLogged { return Console.draw(text) }
        Console.log(.progress, .info, text, line: nil) { json in
            json.field("phase", progress.phase.rawValue)
            json.field("documents", progress.documents)
            if let share = progress.share { json.field("share", share) }
            json.field("seconds", elapsed)
        }
    }

    /// Says what the archive has now and leaves the metrics. Comes before the result is printed:
    /// the archive is what it is, whoever reads the result.
    ///
    /// - Parameters:
    ///   - run: number of the new commit; nil if there is none.
    ///   - seconds: fields of the event beside the number.
    ///   - metrics: adds what this command has measured.
    func end(
        _ status: ExitStatus, run: Int?, notices: [String], counts: RunCounts,
        metrics: (inout MetricsText) -> Void
    ) {
        for notice in notices { Console.notice(notice) }
        let message = run.map { "commit \($0) is in \(output)" } ?? "\(output) is as it was"
        Console.log(run == nil ? .unchanged : .commit, .info, message, line: nil) { json in
            json.field("path", output.string)
            json.field("run", run ?? 0)
            RunSummaryText.write(counts, to: &json)
            json.field("seconds", Console.elapsedSeconds)
        }
        writeMetrics(status, metrics)
    }

    private func writeMetrics(_ status: ExitStatus, _ add: (inout MetricsText) -> Void) {
        guard let path = options.metricsFile else { return }
        let file = MetricsFile(FilePath(path))
        var text = MetricsText(command: command, output: output.madeAbsolute.string)
        text.addEnd(status, seconds: Console.elapsedSeconds, in: file)
        add(&text)
        // What cannot be opened has no figures; the command's own error tells why.
        if let commit = try? ArchiveStore(opening: output).commit { text.add(commit) }
        do throws(FileError) {
            try file.replace(with: text)
        } catch {
            Console.notice("\(error); the metrics of this \(command) are not written")
        }
    }

    private static func tell(_ wait: LockWait, _ output: FilePath) {
        let waited = LockHolder.words(seconds: Int(wait.waitedSeconds))
        let limit = LockHolder.words(seconds: wait.limitSeconds)
        let text = "waiting for \(output), held by \(wait.holder): \(waited) of \(limit)"
        if !Console.isLoggingJSON {
            if Console.isLively { Console.draw(text) }
            return
        }
        guard wait.isFirst else { return }
        Console.log(.lockWait, .info, text, line: nil) { json in
            json.field("path", output.string)
            json.field("holder", "\(wait.holder)")
            json.field("limit_seconds", wait.limitSeconds)
        }
    }
}

/// How far a command is, in words.
enum ProgressText {
    /// Counts, the rate and, where the total is known, the time left.
    static func line(_ progress: RunProgress, seconds: Double) -> String {
        let documents = progress.documents
        var line = "\(progress.phase.rawValue): \(Readable.count(documents)) documents"
        if seconds > 0 { line += ", \(Readable.count(Int(Double(documents) / seconds)))/s" }
        if let share = progress.share, share > 0.01, share <= 1 {
            let left = seconds / share - seconds
            line += ", \(Int(share * 100)) %, \(Readable.seconds(left)) left"
        }
        return line
    }
}
