import ByteIO
import Foundation
import SystemPackage
import TestFixtures
import Testing

@Suite struct FolderTests {
    @Test func `a written file holds all spans in order`() throws {
        let place = try ScratchFolder()
        var writer = try FileWriter(creating: Folder(place.path).path("a"))
        let large = [UInt8](repeating: 7, count: 3_000_000)
        try writer.write([1, 2, 3].span)
        try writer.write([UInt8]().span)
        try writer.write(large.span)
        #expect(writer.offset == 3_000_003)
        try writer.sync()
        try writer.close()
        #expect(try Folder(place.path).contents(of: "a") == [1, 2, 3] + large)
    }

    @Test func `a file that exists is never opened for writing`() throws {
        let place = try ScratchFolder()
        try Folder(place.path).replaceFile("a", with: [1].span)
        #expect {
            _ = try FileWriter(creating: Folder(place.path).path("a"))
        } throws: {
            ($0 as? FileError)?.errno == .fileExists
        }
        #expect(try Folder(place.path).contents(of: "a") == [1])
    }

    @Test func `a planted symbolic link is neither followed nor obeyed`() throws {
        let place = try ScratchFolder()
        let folder = Folder(place.path)
        try folder.replaceFile("victim", with: [1].span)
        for name in ["link", ".small.tmp", "small"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(name).string, withDestinationPath: "victim")
        }
        #expect(throws: FileError.self) { _ = try FileWriter(creating: folder.path("link")) }
        #expect(throws: FileError.self) {
            _ = try FileLock(acquiring: folder.path("link"), startText: "now")
        }
        #expect(throws: FileError.self) { _ = try folder.contents(of: "link") }
        try folder.replaceFile("small", with: [2].span)
        #expect(try folder.contents(of: "victim") == [1])
        #expect(try folder.contents(of: "small") == [2])
        #expect(try folder.status(of: "small")?.kind == .regular)
    }

    @Test func `replacing a file leaves no other file behind`() throws {
        let place = try ScratchFolder()
        try Folder(place.path).replaceFile("a", with: [1].span)
        try Folder(place.path).replaceFile("a", with: [2, 3].span)
        #expect(try Folder(place.path).names() == ["a"])
        #expect(try Folder(place.path).contents(of: "a") == [2, 3])
    }

    @Test func `parents are created, and creating twice is fine`() throws {
        let place = try ScratchFolder()
        let deep = Folder(place.path).folder("a/b/c")
        try deep.create()
        try deep.create()
        #expect(try deep.isFolder())
    }

    @Test func `a file in the way of a folder is refused with its path`() throws {
        let place = try ScratchFolder()
        try Folder(place.path).replaceFile("a", with: [1].span)
        let below = Folder(place.path).folder("a/b")
        let error = #expect(throws: FileError.self) { try below.create() }
        #expect(error?.description.contains("/a") == true)
    }

    @Test func `names are sorted by bytes`() throws {
        let place = try ScratchFolder()
        for name in ["b", "B", "a10", "a9", "é", "z"] {
            try Folder(place.path).replaceFile(name, with: [UInt8]().span)
        }
        #expect(try Folder(place.path).names() == ["B", "a10", "a9", "b", "z", "é"])
    }

    @Test func `a tree is removed without following links out of it`() throws {
        let place = try ScratchFolder()
        let folder = Folder(place.path)
        try folder.folder("outside").create()
        try folder.folder("outside").replaceFile("keep", with: [1].span)
        try folder.folder("tree/below").create()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("tree/below/link").string,
            withDestinationPath: folder.path("outside").string)
        try folder.removeTree("tree")
        try folder.removeTree("tree")
        #expect(try folder.names() == ["outside"])
        #expect(try folder.contents(of: "outside/keep") == [1])
    }

    @Test func `what is absent has no content and no status`() throws {
        let place = try ScratchFolder()
        #expect(try Folder(place.path).contents(of: "a") == nil)
        #expect(try Folder(place.path).status(of: "a") == nil)
        #expect(try Folder(place.path).removeFile("a") == false)
        #expect(try !Folder(place.path).folder("a").exists())
    }

    @Test func `a full disk is reported with path, cause and remedy`() throws {
        // The device /dev/full refuses every write; a writer cannot create it, so ask the error.
        let error = FileError(.write, "/archive/articles/a", .noSpace)
        #expect(error.isOutOfSpace)
        #expect(
            error.description
                == "cannot write /archive/articles/a: No space left on device; free some space and "
                + "run again")
    }
}
