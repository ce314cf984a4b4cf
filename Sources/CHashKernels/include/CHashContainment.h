// How much of one shingle set stands in another, as far as it matters.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The size of the intersection of two sorted sets without repetitions; SIZE_MAX as soon as it is
/// certain to be below `least`.
size_t winnow_shared_at_least(
    const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t least);

/// How many of a sorted set's hashes lie below `limit`.
size_t winnow_count_below(const uint32_t *set, size_t count, uint32_t limit);

/// Where the search for a hash begins in a table of `1 << bits` slots.
static inline size_t winnow_home_slot(uint32_t hash, unsigned bits) {
    return (size_t)((hash * 0x9E3779B97F4A7C15u) >> (64 - bits));
}

/// Asks for the slots in which a search for each of the hashes begins, so that the memory's answers
/// come together instead of one after the other.
void winnow_prefetch_slots(
    const uint64_t *slots, unsigned bits, const uint32_t *hashes, size_t count);
