// The state of one parallel step: what waits, what is being worked on, what is done, in which order
// it goes on. Pure: no thread, no lock.

internal import DequeModule

/// An item with its place in the step's order.
struct Numbered<Item: ~Copyable>: ~Copyable {
    let number: Int
    var item: Item
}

/// Items enter in order, are worked on in any order by any number of workers, and leave in order.
/// At most `capacity` items are inside; the step admits no more until one leaves.
struct OrderedStep<Item: ~Copyable>: ~Copyable {
    let capacity: Int
    private var waiting: RigidDeque<Numbered<Item>>
    /// Done items; the first place belongs to the item that leaves next.
    private var done: RigidDeque<Item?>
    private var admittedCount = 0
    private var leftCount = 0
    private(set) var isClosed = false

    init(capacity: Int) {
        precondition(capacity > 0, "a step needs room for one item, got \(capacity)")
        self.capacity = capacity
        waiting = RigidDeque(capacity: capacity)
        done = RigidDeque(capacity: capacity)
    }

    var canAdmit: Bool { admittedCount - leftCount < capacity }

    /// True when nothing will leave any more.
    var isDrained: Bool { isClosed && admittedCount == leftCount }

    mutating func admit(_ item: consuming Item) {
        precondition(canAdmit && !isClosed, "admitted to a step that is full or closed")
        waiting.append(Numbered(number: admittedCount, item: item))
        done.append(nil)
        admittedCount += 1
    }

    /// No item will be admitted any more.
    mutating func close() { isClosed = true }

    /// The oldest item that no worker has.
    mutating func takeWaiting() -> Numbered<Item>? {
        waiting.popFirst()
    }

    mutating func finish(_ numbered: consuming Numbered<Item>) {
        let place = numbered.number - leftCount
        precondition(place >= 0 && place < done.count, "item \(place) is not inside the step")
        done[place] = consume numbered.item
    }

    /// The next item in order, if it is done.
    mutating func takeNext() -> Item? {
        guard !done.isEmpty, done[0] != nil else { return nil }
        leftCount += 1
        return done.removeFirst()
    }
}
