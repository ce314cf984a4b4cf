// Symbolic links where the archive is about to write: refused, replaced or moved aside, never obeyed.

import Foundation
import SystemPackage
import TestFixtures
import Testing

@Suite struct PlantedLinkTests {
    static let folders = [
        "articles", "duplicates", "rejected", "ledger", ".winnow", ".winnow/commits",
        ".winnow/segments", ".winnow/staging", ".winnow/staging/000002",
        ".winnow/staging/000002/articles", ".winnow/set-aside",
    ]
    static let files = [
        "manifest.json", "README.md", "SHA256SUMS", ".manifest.json.tmp", ".README.md.tmp",
        ".SHA256SUMS.tmp", "articles/000002-00000.jsonl.gz", "duplicates/000002-00000.jsonl.gz",
        ".winnow/lock", ".winnow/commits/000002.json", ".winnow/commits/.000002.json.tmp",
        ".winnow/segments/000002-00000.seg",
        ".winnow/staging/000002/articles/000002-00000.jsonl.gz",
        ".winnow/catalogue.sqlite", ".winnow/catalogue.sqlite-journal",
        ".winnow/catalogue.sqlite-wal",
    ]

    @Test(arguments: SweepTally.choose(files, sample: 4))
    func `a link in place of a file is not written through`(name: String) throws {
        for target in ["victim", "nowhere"] {
            let bench = try FaultBench()
            try bench.restore()
            try bench.folder.write("victim", "precious\n")
            let target = bench.folder.path.string + "/" + target
            try bench.folder.run(
                """
                mkdir -p $(dirname out/\(name)); test ! -e out/\(name) || mv out/\(name) saved
                ln -s \(target) out/\(name)
                """)
            let ending = try bench.run()
            #expect(try bench.folder.text("victim") == "precious\n")
            #expect(!bench.folder.exists("nowhere"))
            #expect([0, 3, 73, 74].contains(ending.status), "\(ending.status): \(ending.errors)")
            // Who refuses leaves the link to its owner; it is gone or harmless then.
            if ending.status > 3 {
                try bench.folder.run("rm out/\(name); test ! -e saved || mv saved out/\(name)")
            }
            let isForgetful = name == ".winnow/catalogue.sqlite"
            let complaints = try bench.complaints(isForgetful: isForgetful)
            #expect(complaints == [], "\(target): \(ending.errors)")
            #expect(try bench.folder.text("victim") == "precious\n")
            #expect(!bench.folder.exists("nowhere"))
        }
    }

    @Test(arguments: SweepTally.choose(folders, sample: 3))
    func `a link in place of a folder is not written through`(name: String) throws {
        let bench = try FaultBench()
        try bench.restore()
        try bench.folder.run(
            """
            mkdir elsewhere && echo precious > elsewhere/victim
            mkdir -p $(dirname out/\(name)); test ! -e out/\(name) || mv out/\(name) saved
            ln -s $PWD/elsewhere out/\(name)
            """)
        let ending = try bench.run()
        let left = try bench.folder.run("find elsewhere -type f | sort; cat elsewhere/victim")
        #expect(String(decoding: left, as: UTF8.self) == "elsewhere/victim\nprecious\n")
        #expect([0, 3, 73, 74].contains(ending.status), "\(ending.status): \(ending.errors)")
        if ending.status > 3 {
            #expect(ending.errors.contains(name), "\(ending.errors)")
            try bench.folder.run("rm out/\(name); test ! -e saved || mv saved out/\(name)")
        }
        let complaints = try bench.complaints()
        #expect(complaints == [], "\(ending.errors)")
    }
}
