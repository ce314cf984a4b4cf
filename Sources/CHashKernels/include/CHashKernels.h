// The arithmetic of near-duplicate detection as plain loops over arrays: folding text to words,
// hashing words and shingles, sorting sets, sketching, comparing, coding.
//
// All functions are pure: they touch only the arrays they are given. Sizes are in elements.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "CHashContainment.h"
#include "CHashDigest.h"
#include "CHashScan.h"
#include "CHashSegment.h"

/// Bytes that `winnow_fold_words` may write for a text of `count` bytes, padding included: a
/// character of 3 bytes in a script without spaces becomes 5, nothing else grows more.
static inline size_t winnow_fold_capacity(size_t count) { return count + count / 3 * 2 + 64; }

/// Lower-cases the word characters of a valid UTF-8 text and turns all others into spaces.
/// A character of a script without spaces is set off by spaces. Returns the bytes written;
/// `folded` has room for `winnow_fold_capacity(count)`, and 16 spaces follow the result.
size_t winnow_fold_words(const uint8_t *text, size_t count, uint8_t *folded);

/// Hashes each run of non-spaces of a folded text. Returns the number of words;
/// `hashes` has room for `count / 2 + 1`. 16 readable bytes must follow `folded[count]`.
size_t winnow_hash_words(const uint8_t *folded, size_t count, uint64_t *hashes);

/// Significant bits of a shingle's hash; the low ones of its 32 are 0. Two shingles of a pair of
/// articles with 1,000 shingles together share a hash by chance in one pair of 130.
#define WINNOW_SHINGLE_BITS 26
#define WINNOW_SHINGLE_SHIFT (32 - WINNOW_SHINGLE_BITS)
#define WINNOW_SHINGLE_MASK (UINT32_MAX << WINNOW_SHINGLE_SHIFT)

/// A hash of every run of `width` consecutive words: `words - width + 1` of them.
void winnow_hash_shingles(
    const uint64_t *word_hashes, size_t words, size_t width, uint64_t seed, uint32_t *shingles);

/// Sorts evenly spread hashes in place and drops repetitions; returns how many are left.
/// `scratch` has room for `count`, `counters` for `winnow_sort_counters(count)`.
size_t winnow_sort_unique(uint32_t *hashes, size_t count, uint32_t *scratch, uint32_t *counters);
size_t winnow_sort_counters(size_t count);

/// Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup 2017, algorithm 1) of a set of hashes.
/// `slots` receives `slot_count` values (a power of two, at most 256): round << 24 | fraction.
/// The set must not be empty.
void winnow_sketch(
    const uint32_t *set, size_t count, uint64_t seed, uint32_t *slots, size_t slot_count);

/// The size of the intersection of two sorted sets without repetitions.
size_t winnow_intersection(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count);

/// Most bytes that `winnow_encode_set` may write.
static inline size_t winnow_encoded_capacity(size_t count) { return 5 * count + 24; }

/// Rice-codes the gaps of a sorted set of shingle hashes without repetitions (Rice and Plaunt
/// 1971); the parameter follows from `count`. Returns the bytes written.
size_t winnow_encode_set(const uint32_t *set, size_t count, uint8_t *coded);

/// Readable bytes that must follow a coded set.
#define WINNOW_CODED_PADDING 8

/// Undoes `winnow_encode_set`; `set` has room for `count`.
void winnow_decode_set(const uint8_t *coded, size_t count, uint32_t *set);

/// The size of the intersection of a sorted set with a coded one; SIZE_MAX as soon as it is certain
/// to be below `least`.
size_t winnow_shared_with_coded(
    const uint32_t *set, size_t count, const uint8_t *coded, size_t coded_count, size_t least);

/// What `winnow_shared_with_bounded` returns for bytes that are no set of so many hashes.
#define WINNOW_BROKEN_SET (SIZE_MAX - 1)

/// As the two above for bytes that nobody vouches for: a set that does not end within `bytes` is
/// refused (0, WINNOW_BROKEN_SET). At most 24 bytes behind them are read.
int winnow_decode_bounded_set(const uint8_t *coded, size_t bytes, size_t count, uint32_t *set);
size_t winnow_shared_with_bounded(
    const uint32_t *set, size_t count, const uint8_t *coded, size_t bytes, size_t coded_count,
    size_t least);

/// A 64-bit hash of a byte run (wyhash's final mix over 16-byte steps); not cryptographic.
uint64_t winnow_hash_bytes(const uint8_t *bytes, size_t count, uint64_t seed);
