// A mutex with a condition, for the one place where stages meet.

internal import Glibc

/// A pthread mutex and condition variable.
///
/// `Synchronization.Mutex` has no condition and gives false race reports under
/// the thread sanitizer.
@safe package final class Lock: @unchecked Sendable {  // Only pthread calls touch the two pointers.
    // SAFETY: of the whole type: both are allocated, initialised and freed by this object alone,
    // one value each, and live as long as it does; pthread objects must not move, hence the heap.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        let status = unsafe pthread_mutex_init(mutex, nil) | pthread_cond_init(condition, nil)
        precondition(status == 0, "pthread initialisation failed with \(status)")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    package func lock() { unsafe check(pthread_mutex_lock(mutex)) }

    package func unlock() { unsafe check(pthread_mutex_unlock(mutex)) }

    /// Waits for a broadcast; the lock is released meanwhile. May return without one.
    func wait() { unsafe check(pthread_cond_wait(condition, mutex)) }

    func broadcast() { unsafe check(pthread_cond_broadcast(condition)) }

    private func check(_ status: Int32) {
        precondition(status == 0, "a pthread call failed with \(status)")
    }
}
