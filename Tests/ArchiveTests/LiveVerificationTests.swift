// Verifying beside runs: what they move is no damage, and damage stays damage.

import ByteIO
import Foundation
import SystemPackage
import TestFixtures
import Testing

@testable import Archive

@Suite struct LiveVerificationTests {
    private func archive() throws -> ScratchFolder {
        let place = try ScratchFolder()
        try run(mixedRecords(40), into: Folder(place.path))
        return place
    }

    @Test(arguments: [VerificationScope.quick, .full])
    func `beside runs that publish and compact nothing is ever found`(
        scope: VerificationScope
    ) throws {
        let place = try archive()
        let writer = BusyWriter(place.path, rounds: 12)
        writer.start()
        var checks = 0
        while !writer.isFinished {
            let result = try LiveVerification(place.path, scope: scope, restartLimit: 10_000)
                .result()
            #expect(result.findings == [], "commit \(result.store.commit?.run ?? 0)")
            #expect(result.store.notices == [])
            checks += 1
        }
        #expect(writer.failure == nil)
        #expect(checks > 0)
        #expect(try ArchiveStore(opening: place.path).commit?.run == 25)
    }

    @Test func `damage is found at once, and beside a run that lives as well`() throws {
        let place = try archive()
        var bytes = try place.bytes("articles/000001-00000.jsonl.gz")
        bytes[40] ^= 1
        try place.write("articles/000001-00000.jsonl.gz", bytes)
        try FileManager.default.removeItem(
            atPath: place.path.appending("ledger/000001-00000.jsonl.gz").string)
        let paths = ["ledger/000001-00000.jsonl.gz", "articles/000001-00000.jsonl.gz"]
        let alone = try LiveVerification(place.path, patienceSeconds: 600).result()
        #expect(Set(alone.findings.map(\.path)) == Set(paths))
        let held = try WritableArchive(opening: place.path, startText: "now")
        let beside = try LiveVerification(place.path, patienceSeconds: 0.1).result()
        #expect(beside.findings == alone.findings)
        #expect(held.nextRun == 2)
    }

    @Test func `a publication that was killed is told at once, and is no finding`() throws {
        let place = try archive()
        do {
            let archive = try WritableArchive(opening: place.path, startText: "killed")
            let (files, counts) = try stage(mixedRecords(20, from: 40), in: archive)
            let store = archive.store
            let commit = Commit.following(
                store.commit.map { ($0, store.commitSHA256) }, adding: files, segments: [],
                act: .run, counts: counts, faults: [], parameters: Array("{}".utf8))
            var publication = Publication(
                layout: store.layout, commit: commit, commitBytes: commit.encoded())
            try publication.writeCommit()
        }
        let result = try LiveVerification(place.path, patienceSeconds: 600).result()
        #expect(result.findings == [])
        #expect(result.notices.count == 1)
        #expect(result.store.commit?.run == 2)
    }

    @Test func `an archive that never rests is told so`() throws {
        let place = try archive()
        let writer = BusyWriter(place.path, rounds: 100_000)
        writer.start()
        defer { writer.stop() }
        var error: ArchiveError?
        let deadline = ContinuousClock.now + .seconds(60)
        while error == nil, ContinuousClock.now < deadline {
            do throws(ArchiveError) {
                let result = try LiveVerification(place.path, restartLimit: 0).result()
                #expect(result.findings == [])
            } catch let failure {
                error = failure
            }
        }
        #expect(error?.code == .busy, "\(String(describing: error))")
    }

    @Test func `a missing archive has nothing wrong`() throws {
        let place = try ScratchFolder()
        let result = try LiveVerification(place.path.appending("none")).result()
        #expect(result.findings == [] && result.store.commit == nil)
    }
}

/// Adds runs to an archive and compacts it, again and again, on a thread of its own.
private final class BusyWriter: @unchecked Sendable {  // `lock` guards every var.
    private let path: FilePath
    private let rounds: Int
    private let lock = NSLock()
    private var isStopped = false
    private var isDone = false
    private var error: (any Error)?

    init(_ path: FilePath, rounds: Int) {
        self.path = path
        self.rounds = rounds
    }

    var isFinished: Bool { lock.withLock { isDone } }
    var failure: (any Error)? { lock.withLock { error } }

    func start() {
        Thread { [self] in
            do {
                for round in 0..<rounds where !lock.withLock({ isStopped }) {
                    try run(mixedRecords(20, from: 40 + round * 20), into: Folder(path))
                    var archive = try WritableArchive(opening: path, startText: "test")
                    try archive.publish(try stageCompaction(archive, shardBytes: 1_000_000))
                }
            } catch {
                lock.withLock { self.error = error }
            }
            lock.withLock { isDone = true }
        }.start()
    }

    /// Returns when the thread has ended.
    func stop() {
        lock.withLock { isStopped = true }
        while !isFinished { usleep(1_000) }
    }
}
