// Whether strace can put faults into programs here.

import Foundation
import TestFixtures

enum Strace {
    /// False where it is not installed, or where processes may not be traced.
    static let isUsable: Bool = {
        do {
            let folder = try ScratchFolder()
            let ending = try folder.start(
                "/bin/bash",
                ["-c", "strace -f -o trace -e inject=unlink:error=EIO rm -f trace"]
            ).end()
            return ending.status == 1 || ending.status == 0
        } catch {
            return false
        }
    }()

    static let absence = "strace cannot trace programs here"
}
