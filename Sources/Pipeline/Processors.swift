// How many threads make sense.

internal import Glibc

/// The processors that this process may use.
package enum Processors {
    /// At least 1; respects the affinity mask that containers and taskset set.
    package static var count: Int {
        var mask = cpu_set_t()
        // SAFETY: the mask is this function's own and its size is passed along.
        guard unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &mask) == 0 else {
            return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        let bits = unsafe withUnsafeBytes(of: &mask) { bytes in
            unsafe bytes.reduce(0) { $0 + $1.nonzeroBitCount }
        }
        return max(1, bits)
    }
}
