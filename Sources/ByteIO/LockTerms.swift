// On what terms a lock is asked for: who asks, how long it waits, what ends the wait.

/// A look at a lock that somebody else holds.
package struct LockWait: Sendable {
    package var holder: LockHolder
    /// True for the first look at it.
    package var isFirst: Bool
    /// How long the asker has waited.
    package var waitedSeconds: Double
    /// How long it waits at most.
    package var limitSeconds: Int
}

/// What the asker for a lock wants. The default is refused at once if the lock is held.
package struct LockTerms: Sendable {
    /// What those who come later are told: the command, for instance `run`.
    package var command: String
    /// How long to wait for a lock that is held.
    package var waitSeconds: Int
    /// Asked a few times a second while waiting; true ends the wait.
    package var isStopped: @Sendable () -> Bool
    /// Told of each look at the lock while waiting.
    package var onWait: @Sendable (LockWait) -> Void

    package init(
        command: String = "run", waitSeconds: Int = 0,
        isStopped: @escaping @Sendable () -> Bool = { false },
        onWait: @escaping @Sendable (LockWait) -> Void = { _ in }
    ) {
        self.command = command
        self.waitSeconds = waitSeconds
        self.isStopped = isStopped
        self.onWait = onWait
    }
}
