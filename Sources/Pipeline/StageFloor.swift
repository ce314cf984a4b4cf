// Where the threads of a run meet: two ordered steps behind one lock.

/// The shared state of a parallel run. Every method locks, asks the steps, unlocks, and only then
/// does the work; threads wait here when their step is full or empty, which is all back-pressure.
final class StageFloor<Batch: ~Copyable, Piece: ~Copyable>: @unchecked Sendable {
    // `lock` guards every `var`.
    private let lock = Lock()
    private var batches: OrderedStep<Batch>
    private var pieces: OrderedStep<Piece>
    private var firstFailure: (any Error)?

    /// Thrown to leave a stage after another one has failed; never the run's error.
    struct Abandoned: Error {}

    init(capacity: Int) {
        batches = OrderedStep(capacity: capacity)
        pieces = OrderedStep(capacity: capacity)
    }

    /// The error that ended the run.
    var failure: (any Error)? {
        lock.lock()
        defer { lock.unlock() }
        return firstFailure
    }

    /// Runs a stage; its error becomes the run's if it is the first, and wakes all others to leave.
    func guarding(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            lock.lock()
            if firstFailure == nil, !(error is Abandoned) { firstFailure = error }
            lock.broadcast()
            lock.unlock()
        }
    }

    /// Waits for room; false if the run has failed.
    func admit(batch: consuming Batch) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        while firstFailure == nil && !batches.canAdmit { lock.wait() }
        guard firstFailure == nil else { return false }
        batches.admit(batch)
        lock.broadcast()
        return true
    }

    /// Waits for room; false if the run has failed.
    func admit(piece: consuming Piece) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        while firstFailure == nil && !pieces.canAdmit { lock.wait() }
        guard firstFailure == nil else { return false }
        pieces.admit(piece)
        lock.broadcast()
        return true
    }

    func closeBatches() {
        lock.lock()
        batches.close()
        lock.broadcast()
        lock.unlock()
    }

    func closePieces() {
        lock.lock()
        pieces.close()
        lock.broadcast()
        lock.unlock()
    }

    /// Waits for the next prepared batch in order; nil after the last, or if the run has failed.
    func nextBatch() -> Batch? {
        lock.lock()
        defer { lock.unlock() }
        while firstFailure == nil {
            if let batch = batches.takeNext() {
                lock.broadcast()
                return batch
            }
            if batches.isDrained { return nil }
            lock.wait()
        }
        return nil
    }

    /// Waits for the next packed piece in order; nil after the last, or if the run has failed.
    func nextPiece() -> Piece? {
        lock.lock()
        defer { lock.unlock() }
        while firstFailure == nil {
            if let piece = pieces.takeNext() {
                lock.broadcast()
                return piece
            }
            if pieces.isDrained { return nil }
            lock.wait()
        }
        return nil
    }

    /// A worker's life: pieces first, as they free memory, then batches, until both are drained.
    func work(
        prepare: (inout Batch) throws -> Void, pack: (inout Piece) throws -> Void
    ) throws {
        while true {
            lock.lock()
            if firstFailure != nil {
                lock.unlock()
                return
            }
            if var piece = pieces.takeWaiting() {
                lock.unlock()
                try pack(&piece.item)
                lock.lock()
                pieces.finish(piece)
                lock.broadcast()
                lock.unlock()
            } else if var batch = batches.takeWaiting() {
                lock.unlock()
                try prepare(&batch.item)
                lock.lock()
                batches.finish(batch)
                lock.broadcast()
                lock.unlock()
            } else if pieces.isDrained {
                lock.unlock()
                return
            } else {
                lock.wait()
                lock.unlock()
            }
        }
    }
}
