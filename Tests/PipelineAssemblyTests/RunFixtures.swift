// Whole runs in a test's own folder, and dumps that tests make up.

import Archive
import ByteIO
import Foundation
import PipelineAssembly
import SystemPackage
import TestFixtures
import Testing

extension ScratchFolder {
    func file(_ name: String) -> FilePath { path.appending(name) }

    /// Runs Winnow from inputs in this folder to an archive in this folder.
    @discardableResult
    func run(
        _ inputs: [String], output: String = "out", settings: [String] = [], threads: Int = 2,
        isStrict: Bool = false, isRereading: Bool = false,
        stop: @escaping @Sendable () -> Bool = { false }
    ) throws -> RunReport {
        var overrides = ConfigurationOverrides()
        overrides.inputs = inputs.map { $0.hasPrefix("/") ? $0 : file($0).string }
        overrides.output = file(output).string
        overrides.settings = settings
        overrides.threads = threads
        let configuration = try PipelineConfiguration(file: nil, overrides: overrides)
        return try ArchiveRun(
            configuration: configuration, isStrict: isStrict, isRereading: isRereading
        ).execute(startText: "test", progress: { _ in }, stop: stop)
    }

    /// The visible files of an archive with their bytes, `.winnow` left out.
    func archive(_ output: String = "out") throws -> [String: [UInt8]] {
        try files(below: output) { !$0.hasPrefix(".winnow") }
    }

    func questions(_ output: String = "out") throws -> ArchiveQuestions {
        try ArchiveQuestions(archive: file(output))
    }

    func findings(_ output: String = "out") throws -> [ArchiveFinding] {
        try ArchiveVerifier.findings(in: ArchiveStore(opening: file(output)))
    }
}

/// Made-up articles as JSON lines.
struct MadeDump {
    /// The value of every record's text field, by id.
    private(set) var texts: [(id: String, text: String)] = []

    /// - Parameter count: records; about a third are copies or edited copies of earlier ones.
    init(count: Int, seed: UInt64) {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for number in 0..<count {
            var text: String
            if number > 3, random(3) == 0 {
                text = texts[random(number)].text
                if random(2) == 0 { text += " And a closing remark number \(random(50))." }
            } else {
                let paragraphs = (0..<(2 + random(4))).map { _ in
                    (0..<(30 + random(60))).map { _ in "word\(random(3_000))" }
                        .joined(separator: " ") + "."
                }
                text = "Heading number \(number)\n\n" + paragraphs.joined(separator: "\n\n")
                if random(2) == 0 { text += "\n\nSubscribe to our channel" }
                if random(4) == 0 { text = "EN|FR|RU\r\n" + text }
                if random(5) == 0 { text += "\u{200B} cafe\u{301}" }
            }
            texts.append((id: "doc-\(number)", text: text))
        }
    }

    var jsonLines: String {
        texts.map { record in
            let text = record.text
                .replacingOccurrences(of: "\r", with: "\\r").replacingOccurrences(
                    of: "\n", with: "\\n")
            return #"{"id":"\#(record.id)","text":"\#(text)","source":"made","extra":[1,2.50]}"#
        }.joined(separator: "\n") + "\n"
    }
}
