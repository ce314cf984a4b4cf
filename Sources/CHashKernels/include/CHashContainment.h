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
