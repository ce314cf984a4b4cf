// --metrics-file: what the monitoring gets to know of a command, however it ends.

import Foundation
import TestFixtures
import Testing

@Suite struct MetricsTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try Articles.writeFive(to: folder)
    }

    private func metrics(_ name: String = "winnow.prom") throws -> Exposition {
        try Exposition(try folder.text(name))
    }

    @Test func `a run leaves its figures and those of the archive`() throws {
        let before = Date().timeIntervalSince1970.rounded(.down)
        let run = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--metrics-file", "winnow.prom", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let report = try run.object()
        let metrics = try metrics()
        let path = folder.url.resolvingSymlinksInPath().appendingPathComponent("out").path
        for sample in metrics.samples {
            #expect(sample.name.hasPrefix("winnow_"))
            #expect(sample.labels["command"] == "run")
            let output = URL(fileURLWithPath: sample.labels["output"] ?? "")
            #expect(output.resolvingSymlinksInPath().path == path)
        }
        let expected: [(String, [String: String], Double)] = [
            ("last_run_status", [:], 0), ("last_run_documents_read", [:], 5),
            ("last_run_documents_kept", [:], 2),
            ("last_run_documents_duplicate", ["kind": "exact"], 1),
            ("last_run_documents_duplicate", ["kind": "near"], 1),
            ("last_run_documents_duplicate", ["kind": "short"], 0),
            ("last_run_documents_rejected", ["reason": "empty-text"], 1),
            ("last_run_documents_rejected", ["reason": "malformed-json"], 0),
            ("last_run_documents_seen", [:], 0), ("last_run_input_files", ["outcome": "read"], 5),
            ("last_run_input_files", ["outcome": "seen"], 0),
            ("last_run_input_files_quarantined", [:], 0), ("last_run_number", [:], 1),
            ("archive_commit", [:], 1), ("archive_articles", [:], 2),
            ("archive_records", ["stream": "duplicates"], 2), ("index_segments", [:], 1),
            ("index_records", ["kind": "kept"], 2), ("build_info", ["version": "0.1.0"], 1),
        ]
        for (name, labels, value) in expected {
            #expect(try metrics.value("winnow_\(name)", labels) == value, "\(name) \(labels)")
        }
        let archived = try #require(report["archived_bytes"] as? Int)
        #expect(try metrics.value("winnow_last_run_output_bytes") == Double(archived))
        let read = try folder.shell("cat in/* | wc -c").text
        #expect(try metrics.value("winnow_last_run_input_bytes") == Double(read.dropLast()))
        let segments = try folder.shell("cat out/.winnow/segments/* | wc -c").text
        #expect(try metrics.value("winnow_index_bytes") == Double(segments.dropLast()))
        for name in ["last_success", "last_run"] {
            let time = try metrics.value("winnow_\(name)_timestamp_seconds")
            #expect(time >= before && time <= Date().timeIntervalSince1970)
        }
        #expect(try metrics.value("winnow_last_run_duration_seconds") > 0)
    }

    @Test func `a run that fails says so and keeps the time of the last success`() throws {
        let options = ["run", "--input", "in", "--output", "out", "--metrics-file", "winnow.prom"]
        _ = try folder.shell(#"printf '{"text":"a b c"}\n' | gzip | head -c 30 > in/f.jsonl.gz"#)
        #expect(try Tool.start(Tool.path, options, in: folder).end().status == 3)
        #expect(try metrics().value("winnow_last_run_status") == 3)
        #expect(try metrics().value("winnow_last_run_input_files_quarantined") == 1)
        let earlier = try folder.text("winnow.prom").replacingOccurrences(
            of: #"(last_success[^}]*\}) [0-9]+"#, with: "$1 1234567890",
            options: .regularExpression)
        try folder.write("winnow.prom", earlier)
        let refused = try Tool.start(
            Tool.path, options + ["--strict", "--reread"], in: folder
        ).end()
        #expect(refused.status == 65)
        let after = try metrics()
        #expect(try after.value("winnow_last_run_status") == 65)
        #expect(try after.value("winnow_last_success_timestamp_seconds") == 1_234_567_890)
        #expect(try after.value("winnow_archive_commit") == 1)
        #expect(!after.samples.contains { $0.name == "winnow_last_run_documents_read" })
        let locked = try folder.shell(
            "flock out/.winnow/lock \"$WINNOW\" \(options.joined(separator: " "))")
        #expect(locked.status == 75)
        #expect(try metrics().value("winnow_last_run_status") == 75)
        #expect(try metrics().value("winnow_last_success_timestamp_seconds") == 1_234_567_890)
    }

    @Test(arguments: [
        "", "winnow_last_success_timestamp_seconds nonsense\n", "\u{0}\u{1}", "{{{{",
        "winnow_last_success_timestamp_seconds{command=\"run\",output=\"OUT\"} -5\n",
        "winnow_last_success_timestamp_seconds{command=\"run\",output=\"OUT\"}\n",
        "winnow_last_success_timestamp_seconds{command=\"run\",output=\"OUT\"} NaN\n",
        "winnow_last_success_timestamp_seconds{command=\"run\",output=\"else\"} 5\n",
        "winnow_last_success_timestamp_seconds{command=\"compact\",output=\"OUT\"} 5\n",
    ])
    func `a file that tells no time of success is passed over`(content: String) throws {
        let out = folder.url.appendingPathComponent("out").path
        try folder.write("winnow.prom", content.replacingOccurrences(of: "OUT", with: out))
        let run = try folder.winnow(
            "run", "--input", "in", "--output", out, "--metrics-file", "winnow.prom", "--set",
            "dedup.threshold=0.8", "--strict", "--rebuild")
        #expect(run.status == 0, "\(run.errors)")
        try folder.write("winnow.prom", content.replacingOccurrences(of: "OUT", with: out))
        let refused = try folder.winnow(
            "run", "--input", "in", "--output", out, "--metrics-file", "winnow.prom", "--set",
            "dedup.threshold=0.7")
        #expect(refused.status == 78, "\(refused.errors)")
        let metrics = try metrics()
        #expect(try metrics.value("winnow_last_run_status") == 78)
        #expect(!metrics.samples.contains { $0.name.contains("last_success") })
    }

    @Test(arguments: ["no/such/folder/winnow.prom", "taken", "/", "."])
    func `a file that cannot be written is a notice and no failure`(path: String) throws {
        try folder.write("taken/file", "x")
        let run = try folder.winnow(
            "run", "--input", "in", "--output", "out", "--metrics-file", path)
        #expect(run.status == 0)
        #expect(run.errors.contains("the metrics of this run are not written"), "\(run.errors)")
        #expect(try folder.winnow("verify", "--output", "out").status == 0)
        #expect(try folder.shell("find . -name '*.tmp' | wc -l").text == "0\n")
    }

    @Test func `a link or a FIFO in its place is replaced, not followed`() throws {
        try folder.write("victim", "as it was")
        for made in ["ln -s victim winnow.prom", "rm winnow.prom; mkfifo winnow.prom"] {
            #expect(try folder.shell(made).status == 0)
            let run = try folder.winnow(
                "run", "--input", "in", "--output", "out", "--metrics-file", "winnow.prom")
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            #expect(try metrics().value("winnow_last_run_status") == 0)
        }
        #expect(try folder.text("victim") == "as it was")
    }

    @Test(arguments: [("022", "644"), ("077", "600"), ("002", "664")])
    func `its mode is what the umask leaves`(mask: String, mode: String) throws {
        let run = try folder.shell(
            #"""
            umask \#(mask); "$WINNOW" run --input in --output out --metrics-file m.prom >&2
            stat -c %a m.prom; ls -A | sort | tr '\n' ' '
            """#)
        #expect(run.text == "\(mode)\nin m.prom out ")
    }

    @Test func `odd names of archives are escaped`() throws {
        let made = try folder.shell(
            #"""
            "$WINNOW" run --input in --output $'o"u\\t\nx{}=,' --metrics-file m.prom >&2
            """#)
        #expect(made.status == 0, "\(made.errors)")
        let metrics = try metrics("m.prom")
        let output = try #require(metrics.samples.first?.labels["output"])
        #expect(output.hasSuffix("/o\"u\\t\nx{}=,"))
    }

    @Test func `acts and repairs leave metrics of their own`() throws {
        _ = try folder.winnow("run", "--input", "in", "--output", "out")
        let forgot = try folder.winnow(
            "forget", "d.txt", "--output", "out", "--metrics-file", "forget.prom")
        #expect(forgot.status == 0, "\(forgot.errors)")
        let forget = try metrics("forget.prom")
        #expect(try forget.value("winnow_last_run_records_removed", ["command": "forget"]) == 1)
        #expect(try forget.value("winnow_archive_articles") == 1)
        for (command, more) in [
            ("compact", []), ("prune", ["--through-run", "9"]), ("repair", []),
        ] {
            let ending = try Tool.start(
                Tool.path, [command] + more + ["--output", "out", "--metrics-file", "m.prom"],
                in: folder
            ).end()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(try metrics("m.prom").value("winnow_last_run_status") == 0)
        }
        let dry = try folder.winnow(
            "forget", "a.txt", "--output", "out", "--metrics-file", "dry.prom", "--dry-run")
        #expect(dry.status == 0 && !folder.exists("dry.prom"), "\(dry.errors)")
        let unknown = try folder.winnow(
            "forget", "nobody", "--output", "out", "--metrics-file", "forget.prom")
        #expect(unknown.status == 1)
        #expect(try metrics("forget.prom").value("winnow_last_run_status") == 1)
    }
}
