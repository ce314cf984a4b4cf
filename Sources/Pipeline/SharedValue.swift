// A value that one stage replaces while others read it.

/// A box around an immutable value. Readers get the value as it was last set, whole.
package final class SharedValue<Value: Sendable>: @unchecked Sendable {  // Guarded by `lock`.
    private let lock = Lock()
    private var current: Value

    package init(_ value: Value) { current = value }

    package var value: Value {
        get {
            lock.lock()
            defer { lock.unlock() }
            return current
        }
        set {
            lock.lock()
            defer { lock.unlock() }
            current = newValue
        }
    }
}
