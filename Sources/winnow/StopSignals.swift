// SIGINT and SIGTERM: the first asks the run to stop cleanly, the second ends it at once.

internal import Glibc
internal import Synchronization

/// Counts the stop signals of this process.
enum StopSignals {
    private static let count = Atomic<Int>(0)

    /// Catches the signals from now on.
    static func install() {
        // Touched here, so that the handler never initialises it.
        _ = count.load(ordering: .relaxed)
        // Who starts the program may have blocked them, which is inherited, on purpose or not.
        // SAFETY: the set is this function's own and made whole by `sigemptyset`.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            unsafe sigaddset(&signals, number)
            // The handler touches one atomic and calls _exit, both allowed in a handler.
            signal(number) { _ in
                if StopSignals.count.add(1, ordering: .relaxed).oldValue > 0 {
                    _exit(ExitStatus.tryAgain.rawValue)
                }
            }
        }
        unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// True once a stop was asked for.
    static var isStopRequested: Bool { count.load(ordering: .relaxed) > 0 }
}
