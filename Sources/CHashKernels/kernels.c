// From word hashes to sets and sketches, and what is asked of them.

#include <string.h>

#include "CHashKernels.h"
#include "clones.h"
#include "mix.h"

uint64_t winnow_hash_bytes(const uint8_t *bytes, size_t count, uint64_t seed) {
    uint64_t h = seed ^ 0xA0761D6478BD642Fu ^ (uint64_t)count;
    size_t i = 0;
    uint64_t a, b;
    for (; i + 16 <= count; i += 16) {
        memcpy(&a, bytes + i, 8);
        memcpy(&b, bytes + i + 8, 8);
        h = winnow_multiply_mix(a ^ 0xE7037ED1A0B428DBu, b ^ h);
    }
    uint8_t tail[16] = {0};
    memcpy(tail, bytes + i, count - i);
    memcpy(&a, tail, 8);
    memcpy(&b, tail + 8, 8);
    h = winnow_multiply_mix(a ^ 0x8EBC6AF09C88C6E3u, b ^ h);
    return winnow_finalise(h ^ (uint64_t)count);
}

// Multilinear hashing with one odd factor a position, then a finaliser; the high half is kept.
WINNOW_CLONES
void winnow_hash_shingles(
    const uint64_t *word_hashes, size_t words, size_t width, uint64_t seed, uint32_t *shingles) {
    if (words < width) return;
    size_t count = words - width + 1;
    uint64_t factors[64];
    if (width > 64) return;
    uint64_t factor = seed | 1;
    for (size_t k = 0; k < width; k++) {
        factor = winnow_finalise(factor + 0x9E3779B97F4A7C15u) | 1;
        factors[k] = factor;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t h = 0;
        for (size_t k = 0; k < width; k++) h += word_hashes[i + k] * factors[k];
        shingles[i] = (uint32_t)(winnow_finalise(h) >> 32) & WINNOW_SHINGLE_MASK;
    }
}

static unsigned sort_bits(size_t count) {
    unsigned bits = 4;
    while (bits < 16 && ((size_t)1 << bits) < count) bits++;
    return bits;
}

size_t winnow_sort_counters(size_t count) { return ((size_t)1 << sort_bits(count)) + 1; }

// One distribution pass by the high bits leaves about one hash a bucket, because hashes are spread
// evenly; an insertion pass finishes the order. Linear, where quicksort costs 4 times as much.
size_t winnow_sort_unique(uint32_t *hashes, size_t count, uint32_t *scratch, uint32_t *counters) {
    if (count < 2) return count;
    unsigned shift = 32 - sort_bits(count);
    size_t buckets = (size_t)1 << (32 - shift);
    memset(counters, 0, (buckets + 1) * sizeof *counters);
    for (size_t i = 0; i < count; i++) counters[(hashes[i] >> shift) + 1]++;
    for (size_t b = 1; b < buckets; b++) counters[b] += counters[b - 1];
    for (size_t i = 0; i < count; i++) scratch[counters[hashes[i] >> shift]++] = hashes[i];
    for (size_t i = 1; i < count; i++) {
        uint32_t value = scratch[i];
        size_t j = i;
        for (; j > 0 && scratch[j - 1] > value; j--) scratch[j] = scratch[j - 1];
        scratch[j] = value;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        hashes[kept] = scratch[i];
        kept += i + 1 == count || scratch[i + 1] != scratch[i];
    }
    return kept;
}

enum { SKETCH_BLOCK = 256 };

// The hashes of one round over a block of the set: wide multiplications, no dependencies.
WINNOW_CLONES
static void round_hashes(const uint32_t *set, size_t count, uint64_t round_seed, uint64_t *hashes) {
    for (size_t i = 0; i < count; i++) hashes[i] = winnow_finalise(set[i] + round_seed);
}

void winnow_sketch(
    const uint32_t *set, size_t count, uint64_t seed, uint32_t *slots, size_t slot_count) {
    unsigned slot_shift = 64;
    while (((size_t)1 << (64 - slot_shift)) < slot_count) slot_shift--;
    for (size_t s = 0; s < slot_count; s++) slots[s] = UINT32_MAX;
    size_t empty = slot_count;
    uint64_t hashes[SKETCH_BLOCK];
    for (uint32_t round = 0; empty > 0 && round < 2 * slot_count; round++) {
        uint64_t round_seed = winnow_finalise(seed + (uint64_t)round * 0x9E3779B97F4A7C15u);
        int is_random = round < slot_count;
        for (size_t at = 0; at < count; at += SKETCH_BLOCK) {
            size_t block = count - at < SKETCH_BLOCK ? count - at : SKETCH_BLOCK;
            round_hashes(set + at, block, round_seed, hashes);
            for (size_t i = 0; i < block; i++) {
                size_t slot = is_random ? (size_t)(hashes[i] >> slot_shift) : round - slot_count;
                uint32_t value = round << 24 | (uint32_t)(hashes[i] & 0xFFFFFF);
                empty -= slots[slot] == UINT32_MAX;
                slots[slot] = value < slots[slot] ? value : slots[slot];
            }
        }
    }
}

size_t winnow_intersection(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count) {
    size_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        uint32_t x = a[i], y = b[j];
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return shared;
}

// The parameter that fits evenly spread values: half the mean gap or so, as a power of two.
static unsigned rice_parameter(size_t count) {
    uint64_t gap = ((uint64_t)1 << WINNOW_SHINGLE_BITS) / (count + 1);
    unsigned bits = 0;
    while (bits < WINNOW_SHINGLE_BITS - 1 && ((uint64_t)2 << bits) <= gap) bits++;
    return bits;
}

size_t winnow_encode_set(const uint32_t *set, size_t count, uint8_t *coded) {
    unsigned parameter = rice_parameter(count);
    uint64_t mask = ((uint64_t)1 << parameter) - 1;
    uint64_t bits = 0, previous = UINT64_MAX;
    unsigned held = 0;
    size_t out = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = set[i] >> WINNOW_SHINGLE_SHIFT;
        uint64_t gap = value - previous - 1;
        previous = value;
        uint64_t quotient = gap >> parameter;
        // The quotient in unary: ones, then a zero; in pieces, as a gap may be as long as the range.
        while (quotient >= 16) {
            bits |= (uint64_t)0xFFFF << held;
            held += 16;
            quotient -= 16;
            while (held >= 8) { coded[out++] = (uint8_t)bits; bits >>= 8; held -= 8; }
        }
        bits |= (((uint64_t)1 << quotient) - 1) << held;
        held += (unsigned)quotient + 1;
        while (held >= 8) { coded[out++] = (uint8_t)bits; bits >>= 8; held -= 8; }
        bits |= (gap & mask) << held;
        held += parameter;
        while (held >= 8) { coded[out++] = (uint8_t)bits; bits >>= 8; held -= 8; }
    }
    if (held) coded[out++] = (uint8_t)bits;
    return out;
}

// Where a coded set is read from, and the value before. A value that begins before `end` is read
// with at most 24 bytes behind it.
struct rice_reader {
    const uint8_t *coded;
    size_t bit, end;
    uint64_t previous, mask;
    unsigned parameter;
};

static struct rice_reader rice_reader(const uint8_t *coded, size_t bytes, size_t count) {
    unsigned parameter = rice_parameter(count);
    size_t end = bytes > SIZE_MAX / 8 ? SIZE_MAX : 8 * bytes;
    return (struct rice_reader){
        coded, 0, end, UINT64_MAX, ((uint64_t)1 << parameter) - 1, parameter};
}

static inline uint32_t next_value(struct rice_reader *reader) {
    uint64_t quotient = 0, word;
    for (;;) {
        memcpy(&word, reader->coded + (reader->bit >> 3), 8);
        word >>= reader->bit & 7;
        unsigned ones = ~word ? (unsigned)__builtin_ctzll(~word) : 64;
        // At least 57 bits of the word are the code's; fewer ones than that end in a real zero.
        if (ones < 57) {
            quotient += ones;
            reader->bit += ones + 1;
            break;
        }
        quotient += 56;
        reader->bit += 56;
        if (reader->bit > reader->end) break;
    }
    memcpy(&word, reader->coded + (reader->bit >> 3), 8);
    uint64_t rest = word >> (reader->bit & 7) & reader->mask;
    reader->bit += reader->parameter;
    reader->previous += 1 + (quotient << reader->parameter | rest);
    return (uint32_t)reader->previous << WINNOW_SHINGLE_SHIFT;
}

void winnow_decode_set(const uint8_t *coded, size_t count, uint32_t *set) {
    struct rice_reader reader = rice_reader(coded, SIZE_MAX, count);
    for (size_t i = 0; i < count; i++) set[i] = next_value(&reader);
}

int winnow_decode_bounded_set(const uint8_t *coded, size_t bytes, size_t count, uint32_t *set) {
    struct rice_reader reader = rice_reader(coded, bytes, count);
    for (size_t i = 0; i < count; i++) {
        set[i] = next_value(&reader);
        if (reader.bit > reader.end) return 0;
    }
    return 1;
}

static inline size_t shared_count(
    const uint32_t *set, size_t count, const uint8_t *coded, size_t bytes, size_t coded_count,
    size_t least) {
    if (least > count || least > coded_count) return SIZE_MAX;
    size_t may_miss = coded_count - least, limit = count - least;
    struct rice_reader reader = rice_reader(coded, bytes, coded_count);
    size_t at = 0, shared = 0;
    for (size_t i = 0; i < coded_count; i++) {
        uint32_t value = next_value(&reader);
        if (reader.bit > reader.end) return WINNOW_BROKEN_SET;
        while (at < count && set[at] < value) at++;
        if (at < count && set[at] == value) {
            shared++;
            at++;
        } else if (i + 1 - shared > may_miss) {
            return SIZE_MAX;
        }
        if (at - shared > limit) return SIZE_MAX;
    }
    return shared >= least ? shared : SIZE_MAX;
}

size_t winnow_shared_with_coded(
    const uint32_t *set, size_t count, const uint8_t *coded, size_t coded_count, size_t least) {
    return shared_count(set, count, coded, SIZE_MAX, coded_count, least);
}

size_t winnow_shared_with_bounded(
    const uint32_t *set, size_t count, const uint8_t *coded, size_t bytes, size_t coded_count,
    size_t least) {
    return shared_count(set, count, coded, bytes, coded_count, least);
}
