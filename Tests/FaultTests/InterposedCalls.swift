// Faults that strace cannot make: short writes and clocks that jump, by a library loaded before the
// C library's own.

import Foundation
import TestFixtures

enum InterposedCalls {
    /// Compiles the library in a folder.
    static func build(in folder: ScratchFolder) throws {
        try folder.write("interposed.c", source)
        try folder.run(
            "PATH=\(searchPath) clang -shared -fPIC -O1 -o interposed.so interposed.c -ldl")
    }

    /// The compiler comes with the Swift toolchain, wherever that is.
    private static let searchPath =
        ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

    /// Whether there is the compiler.
    static let isUsable: Bool = {
        do {
            try build(in: ScratchFolder())
            return true
        } catch {
            return false
        }
    }()

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdatomic.h>
        #include <stdlib.h>
        #include <sys/types.h>
        #include <time.h>

        static atomic_long writes;
        static atomic_long questions;

        static long number(const char *name) {
            const char *text = getenv(name);
            return text ? atol(text) : 0;
        }

        /* The SHORT_WRITE-th write, of whichever kind, takes a part only; with SHORT_WRITE=-1 all do. */
        static size_t part(size_t count) {
            long wanted = number("SHORT_WRITE");
            long now = atomic_fetch_add(&writes, 1) + 1;
            return count > 1 && (wanted == now || wanted == -1) ? (count + 1) / 2 : count;
        }

        ssize_t write(int file, const void *bytes, size_t count) {
            static ssize_t (*real)(int, const void *, size_t);
            if (!real) real = dlsym(RTLD_NEXT, "write");
            return real(file, bytes, part(count));
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
            static ssize_t (*real)(int, const void *, size_t, off64_t);
            if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
            return real(file, bytes, part(count), offset);
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
            return pwrite64(file, bytes, count, offset);
        }

        /* The clock of the day goes CLOCK_JUMP seconds to and fro from one question to the next. */
        int clock_gettime(clockid_t clock, struct timespec *now) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, now);
            if (clock == CLOCK_REALTIME && atomic_fetch_add(&questions, 1) % 2)
                now->tv_sec += number("CLOCK_JUMP");
            return result;
        }
        """#
}
