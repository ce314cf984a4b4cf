import Foundation
import SystemPackage

enum Link {
    static func make(to target: String, at place: SystemPackage.FilePath) throws {
        try FileManager.default.createSymbolicLink(
            atPath: place.string, withDestinationPath: target)
    }
}
