// Intersections that stop when they cannot reach what is asked for.

#include "CHashContainment.h"

// Steps between two looks at the bound: few enough to stop early, many enough to cost nothing.
enum { STRIDE = 32 };

static inline size_t least_of(size_t a, size_t b) { return a < b ? a : b; }

size_t winnow_shared_at_least(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t least) {
    size_t i = 0, j = 0, shared = 0;
    while (shared + least_of(a_count - i, b_count - j) >= least) {
        if (i == a_count || j == b_count) return shared;
        size_t a_end = least_of(a_count, i + STRIDE), b_end = least_of(b_count, j + STRIDE);
        while (i < a_end && j < b_end) {
            uint32_t x = a[i], y = b[j];
            shared += x == y;
            i += x <= y;
            j += y <= x;
        }
    }
    return SIZE_MAX;
}

size_t winnow_count_below(const uint32_t *set, size_t count, uint32_t limit) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set[middle] < limit) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void winnow_prefetch_slots(
    const uint64_t *slots, unsigned bits, const uint32_t *hashes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(slots + winnow_home_slot(hashes[i], bits));
    }
}
