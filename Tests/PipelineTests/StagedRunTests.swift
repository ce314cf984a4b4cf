import Synchronization
import Testing

@testable import Pipeline

/// A batch that cannot be copied, so that ownership is tested, too.
private struct Crate: ~Copyable {
    var number: Int
    var sum = 0
}

private struct Failure: Error, Equatable {
    var stage: String
}

/// Runs numbered batches through stages that square them and passes three pieces a batch on.
private final class Plant {
    var written: [Int] = []
    var finished = false
    var failing = ""
    var failingNumber = 40
    let read = Atomic<Int>(0)
    let left = Atomic<Int>(0)
    let mostInside = Atomic<Int>(0)

    func run(
        batches: Int, threads: Int, stop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        var next = 0
        try StagedRun.run(
            Stages<Crate, Crate>(
                read: {
                    if next == batches { return nil }
                    try self.fail("read", next)
                    next += 1
                    self.read.add(1, ordering: .relaxed)
                    let inside = next - self.left.load(ordering: .relaxed)
                    self.mostInside.max(inside, ordering: .relaxed)
                    return Crate(number: next - 1)
                },
                makePreparer: {
                    { crate in
                        try self.fail("prepare", crate.number)
                        // Uneven work, so that batches finish out of order.
                        for step in 0..<((crate.number * 7_919) % 13) * 500 {
                            crate.sum &+= step
                        }
                        crate.sum = crate.number * crate.number
                    }
                },
                decide: { crate, passOn in
                    try self.fail("decide", crate.number)
                    self.left.add(1, ordering: .relaxed)
                    for part in 0..<3 { try passOn(Crate(number: crate.sum * 10 + part)) }
                },
                finish: { passOn in
                    try self.fail("finish", self.failingNumber)
                    try passOn(Crate(number: -1))
                    self.finished = true
                },
                makePacker: { { crate in try self.fail("pack", crate.number / 10) } },
                write: { crate in
                    try self.fail("write", self.written.count)
                    self.written.append(crate.number)
                }),
            threads: threads, stop: stop)
    }

    private func fail(_ stage: String, _ number: Int) throws {
        if stage == failing, number == failingNumber { throw Failure(stage: stage) }
    }
}

@Suite struct StagedRunTests {
    @Test(arguments: [1, 2, 3, 8], [0, 1, 5, 200])
    func `output order depends on the input alone`(threads: Int, batches: Int) throws {
        let plant = Plant()
        try plant.run(batches: batches, threads: threads)
        let expected = (0..<batches).flatMap { n in (0..<3).map { n * n * 10 + $0 } } + [-1]
        #expect(plant.written == expected)
        #expect(plant.finished)
    }

    @Test(
        arguments: ["read", "prepare", "decide", "finish", "write"], [1, 2, 8])
    func `the first error of any stage ends the run and is thrown`(stage: String, threads: Int) {
        let plant = Plant()
        plant.failing = stage
        #expect(throws: Failure(stage: stage)) { try plant.run(batches: 100, threads: threads) }
    }

    @Test(arguments: [1, 2, 8])
    func `an error while packing is thrown`(threads: Int) {
        let plant = Plant()
        plant.failing = "pack"
        plant.failingNumber = 25
        #expect(throws: Failure(stage: "pack")) { try plant.run(batches: 100, threads: threads) }
    }

    @Test(arguments: [1, 2, 8])
    func `a stop ends the run before the output is finished`(threads: Int) {
        let plant = Plant()
        let asked = Counter()
        #expect(throws: StopRequested.self) {
            try plant.run(batches: 1_000, threads: threads) { asked.next() > 30 }
        }
        #expect(!plant.finished)
        #expect(plant.read.load(ordering: .relaxed) < 40)
    }

    @Test(arguments: [2, 4])
    func `no more batches are inside than the step admits`(threads: Int) throws {
        let plant = Plant()
        try plant.run(batches: 500, threads: threads)
        // One a thread and two more, one in the reader's hand and one in the decider's.
        #expect(plant.mostInside.load(ordering: .relaxed) <= threads + 2 + 2)
    }
}

private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}

@Suite struct OrderedStepTests {
    @Test func `items leave in the order in which they entered`() {
        var step = OrderedStep<Int>(capacity: 3)
        for item in 10..<13 { step.admit(item) }
        let isFull = !step.canAdmit
        let first = step.takeWaiting()
        let second = step.takeWaiting()
        guard let first, let second else {
            Issue.record("two items were waiting")
            return
        }
        step.finish(second)
        let early = step.takeNext()
        step.finish(first)
        let leaving = [step.takeNext(), step.takeNext(), step.takeNext()]
        step.close()
        let isDrained = step.isDrained
        #expect(isFull)
        #expect(early == nil)
        #expect(leaving == [10, 11, nil])
        #expect(!isDrained)
    }
}
