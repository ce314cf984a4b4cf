// Runs stages over batches: one reader, N workers, one decider, the same N workers again,
// one writer.

internal import Dispatch

/// The stages of a run, from input to output. `Batch` and `Piece` are moved from stage to stage and
/// have one owner at a time.
///
/// Stages are plain functions that know of no thread; each is called by one thread at a time.
package struct Stages<Batch: ~Copyable, Piece: ~Copyable> {
    /// Reads the next batch; nil at the end of the input.
    package var read: () throws -> Batch?
    /// Makes a worker's function that prepares a batch: the dear, order-free part.
    package var makePreparer: () throws -> (inout Batch) throws -> Void
    /// Decides on the batches in input order and passes pieces of output on.
    package var decide: (consuming Batch, (consuming Piece) throws -> Void) throws -> Void
    /// Passes on what is left after the last batch.
    package var finish: ((consuming Piece) throws -> Void) throws -> Void
    /// Makes a worker's function that packs a piece of output.
    package var makePacker: () throws -> (inout Piece) throws -> Void
    /// Writes the pieces in the order in which they were passed on.
    package var write: (consuming Piece) throws -> Void

    package init(
        read: @escaping () throws -> Batch?,
        makePreparer: @escaping () throws -> (inout Batch) throws -> Void,
        decide: @escaping (consuming Batch, (consuming Piece) throws -> Void) throws -> Void,
        finish: @escaping ((consuming Piece) throws -> Void) throws -> Void,
        makePacker: @escaping () throws -> (inout Piece) throws -> Void,
        write: @escaping (consuming Piece) throws -> Void
    ) {
        self.read = read
        self.makePreparer = makePreparer
        self.decide = decide
        self.finish = finish
        self.makePacker = makePacker
        self.write = write
    }
}

/// Thrown by a run that was asked to stop.
package struct StopRequested: Error {
    package init() {}
}

/// One pass of batches through stages.
///
/// The pieces reach `write` in an order that depends on the input alone, so the output is the same
/// for any number of threads. With one thread everything happens on the calling thread. A pass that
/// must see all of its input before it decides is two runs: the first one's `decide` collects the
/// batches, the second one reads them from there.
package enum StagedRun {
    /// Batches and pieces under way beside one for each thread: one to wait on each side of the
    /// workers. More only costs memory.
    private static let waitingItems = 2

    /// Runs the stages to the end of the input.
    ///
    /// - Parameter stop: asked once a batch; true ends the run with `StopRequested`.
    /// - Throws: the first error of any stage; all stages have ended then.
    package static func run<Batch: ~Copyable, Piece: ~Copyable>(
        _ stages: Stages<Batch, Piece>, threads: Int, stop: @escaping @Sendable () -> Bool
    ) throws {
        precondition(threads > 0, "\(threads) threads")
        if threads == 1 {
            try runOnThisThread(stages, stop: stop)
        } else {
            try runInParallel(stages, threads: threads, stop: stop)
        }
    }

    private static func runOnThisThread<Batch: ~Copyable, Piece: ~Copyable>(
        _ stages: Stages<Batch, Piece>, stop: () -> Bool
    ) throws {
        let prepare = try stages.makePreparer()
        let pack = try stages.makePacker()
        func passOn(_ piece: consuming Piece) throws {
            try pack(&piece)
            try stages.write(piece)
        }
        while var batch = try stages.read() {
            if stop() { throw StopRequested() }
            try prepare(&batch)
            try stages.decide(batch, passOn)
        }
        if stop() { throw StopRequested() }
        try stages.finish(passOn)
    }

    private static func runInParallel<Batch: ~Copyable, Piece: ~Copyable>(
        _ stages: Stages<Batch, Piece>, threads: Int, stop: @escaping @Sendable () -> Bool
    ) throws {
        let capacity = threads + waitingItems
        let floor = StageFloor<Batch, Piece>(capacity: capacity)
        let group = DispatchGroup()
        func start(_ name: String, _ body: @escaping () throws -> Void) {
            let handover = Handover(value: body)
            DispatchQueue(label: "winnow.\(name)").async(group: group) {
                floor.guarding { try handover.value() }
            }
        }
        var workers: [Worker<Batch, Piece>] = []
        for _ in 0..<threads {
            workers.append(
                Worker(prepare: try stages.makePreparer(), pack: try stages.makePacker()))
        }
        start("reader") {
            while let batch = try stages.read() {
                if stop() { throw StopRequested() }
                guard floor.admit(batch: batch) else { return }
            }
            if stop() { throw StopRequested() }
            floor.closeBatches()
        }
        for worker in workers {
            start("worker") { try floor.work(prepare: worker.prepare, pack: worker.pack) }
        }
        start("writer") {
            while let piece = floor.nextPiece() { try stages.write(piece) }
        }
        floor.guarding {
            let passOn = { (piece: consuming Piece) in
                guard floor.admit(piece: piece) else { throw StageFloor<Batch, Piece>.Abandoned() }
            }
            while let batch = floor.nextBatch() { try stages.decide(batch, passOn) }
            try stages.finish(passOn)
            floor.closePieces()
        }
        group.wait()
        if let failure = floor.failure { throw failure }
    }
}

private struct Worker<Batch: ~Copyable, Piece: ~Copyable> {
    var prepare: (inout Batch) throws -> Void
    var pack: (inout Piece) throws -> Void
}

/// A value that is made on one thread and from then on used by one other.
private struct Handover<Value>: @unchecked Sendable {  // Given away once, as `start` does.
    let value: Value
}
