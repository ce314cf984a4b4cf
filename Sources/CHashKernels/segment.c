// Look-ups in mapped index segments, and the arithmetic of writing them.

#include <string.h>

#include "CHashKernels.h"
#include "mix.h"

uint64_t winnow_block_checksum(const uint8_t *bytes, size_t count, uint64_t number) {
    return winnow_hash_bytes(bytes, count, number * 0x9E3779B97F4A7C15u + 1);
}

static size_t check_block(const winnow_mapping *mapping, size_t block) {
    size_t offset = block * WINNOW_SEGMENT_BLOCK;
    size_t rest = mapping->covered - offset;
    size_t count = rest < WINNOW_SEGMENT_BLOCK ? rest : WINNOW_SEGMENT_BLOCK;
    uint64_t expected;
    memcpy(&expected, mapping->checksums + 8 * block, 8);
    if (winnow_block_checksum(mapping->base + offset, count, block) != expected) return offset;
    __atomic_fetch_or(&mapping->touched[block / 64], (uint64_t)1 << block % 64, __ATOMIC_RELAXED);
    return WINNOW_NO_DAMAGE;
}

size_t winnow_mapping_touch(const winnow_mapping *mapping, size_t offset, size_t count) {
    if (count == 0) return WINNOW_NO_DAMAGE;
    size_t last = (offset + count - 1) / WINNOW_SEGMENT_BLOCK;
    for (size_t block = offset / WINNOW_SEGMENT_BLOCK; block <= last; block++) {
        uint64_t word = __atomic_load_n(&mapping->touched[block / 64], __ATOMIC_RELAXED);
        if (word >> block % 64 & 1) continue;
        size_t damage = check_block(mapping, block);
        if (damage != WINNOW_NO_DAMAGE) return damage;
    }
    return WINNOW_NO_DAMAGE;
}

uint32_t winnow_table_bucket_bits(uint64_t entry_count) {
    uint32_t bits = 0;
    while (bits < 28 && (uint64_t)32 << bits <= entry_count) bits++;
    return bits;
}

uint64_t winnow_table_filter_blocks(uint64_t entry_count) {
    uint64_t keys = WINNOW_FILTER_BLOCK * 8 / WINNOW_FILTER_BITS;
    return entry_count / keys + 1;
}

// The block goes by the key's high bits, so that keys in order fill the blocks in order; the bits
// within go by a hash (blocked Bloom filters: Putze, Sanders, Singler 2007).
static inline uint64_t filter_block(uint64_t blocks, uint32_t key) { return key * blocks >> 32; }

enum { FILTER_PROBES = 6 };

static void filter_add(uint8_t *filter, uint64_t filter_blocks, uint32_t key) {
    uint8_t *block = filter + WINNOW_FILTER_BLOCK * filter_block(filter_blocks, key);
    uint64_t hash = winnow_finalise(key + 0x9E3779B97F4A7C15u);
    for (int i = 0; i < FILTER_PROBES; i++, hash >>= 9) block[hash >> 3 & 63] |= 1 << (hash & 7);
}

static inline int may_hold(const uint8_t *block, uint32_t key) {
    uint64_t hash = winnow_finalise(key + 0x9E3779B97F4A7C15u);
    int all = 1;
    for (int i = 0; i < FILTER_PROBES; i++, hash >>= 9)
        all &= block[hash >> 3 & 63] >> (hash & 7) & 1;
    return all;
}

static inline size_t filter_offset(const winnow_key_table *table, uint32_t key) {
    return table->filter + WINNOW_FILTER_BLOCK * filter_block(table->filter_blocks, key);
}

size_t winnow_tables_filter(
    const winnow_mapping *mapping, const winnow_key_table *tables, const uint32_t *keys,
    size_t count, uint32_t *passed, size_t *passed_count) {
    *passed_count = 0;
    // All misses under way at once: a look-up is a wait for memory and little else.
    for (size_t t = 0; t < count; t++)
        __builtin_prefetch(mapping->base + filter_offset(&tables[t], keys[t]));
    size_t found = 0;
    for (size_t t = 0; t < count; t++) {
        size_t offset = filter_offset(&tables[t], keys[t]);
        size_t damage = winnow_mapping_touch(mapping, offset, WINNOW_FILTER_BLOCK);
        if (damage != WINNOW_NO_DAMAGE) return damage;
        passed[found] = (uint32_t)t;
        found += may_hold(mapping->base + offset, keys[t]);
    }
    *passed_count = found;
    return WINNOW_NO_DAMAGE;
}

static inline uint64_t low_bits(uint32_t bits) {
    return bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
}

static inline uint64_t unpack_entry(const uint8_t *packed, uint64_t index, uint32_t bits) {
    uint64_t bit = index * bits, word;
    memcpy(&word, packed + (bit >> 3), 8);
    word >>= bit & 7;
    if ((bit & 7) + bits > 64) word |= (uint64_t)packed[(bit >> 3) + 8] << (64 - (bit & 7));
    return word & low_bits(bits);
}

static void pack_entry(uint8_t *packed, uint64_t index, uint32_t bits, uint64_t value) {
    uint64_t bit = index * bits, word;
    memcpy(&word, packed + (bit >> 3), 8);
    word |= value << (bit & 7);
    memcpy(packed + (bit >> 3), &word, 8);
    if ((bit & 7) + bits > 64) packed[(bit >> 3) + 8] |= (uint8_t)(value >> (64 - (bit & 7)));
}

void winnow_table_add(
    const winnow_table_draft *draft, const uint64_t *values, size_t count, uint8_t *packed) {
    uint32_t rest_bits = 32 - draft->bucket_bits, row_bits = draft->row_bits;
    uint32_t bits = winnow_table_entry_bits(draft->bucket_bits, row_bits);
    for (size_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)(values[i] >> 32), row = (uint32_t)values[i];
        filter_add(draft->filter, draft->filter_blocks, key);
        draft->bucket_counts[((uint64_t)key >> rest_bits) + 1]++;
        pack_entry(packed, i, bits, (key & low_bits(rest_bits)) << row_bits | row);
    }
}

static inline uint32_t table_bits(const winnow_key_table *table) {
    return winnow_table_entry_bits(table->bucket_bits, table->row_bits);
}

static inline uint64_t bucket_of(const winnow_key_table *table, uint32_t key) {
    return (uint64_t)key >> (32 - table->bucket_bits);
}

static inline uint32_t bucket_start(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t bucket) {
    uint32_t start;
    memcpy(&start, mapping->base + table->buckets + 4 * bucket, 4);
    return start;
}

// The bytes that hold entries `first..<last`, with what an unaligned load may read behind them.
static size_t touch_entries(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first, uint64_t last) {
    uint32_t bits = table_bits(table);
    size_t start = first * bits >> 3, end = (last * bits >> 3) + 9;
    return winnow_mapping_touch(mapping, table->entries + start, end - start);
}

// The entries of a run of buckets; a range that a damaged table gives is not believed.
static size_t bucket_range(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first_bucket,
    uint64_t last_bucket, uint64_t *first, uint64_t *last) {
    size_t at = table->buckets + 4 * first_bucket;
    size_t damage = winnow_mapping_touch(mapping, at, 4 * (last_bucket - first_bucket + 1));
    if (damage != WINNOW_NO_DAMAGE) return damage;
    *first = bucket_start(mapping, table, first_bucket);
    *last = bucket_start(mapping, table, last_bucket);
    if (*first > *last || *last > table->entry_count) return at;
    return touch_entries(mapping, table, *first, *last);
}

size_t winnow_table_find(
    const winnow_mapping *mapping, const winnow_key_table *table, uint32_t key, uint64_t *first,
    uint64_t *last) {
    uint64_t bucket = bucket_of(table, key), start, end;
    *first = *last = 0;
    size_t damage = bucket_range(mapping, table, bucket, bucket + 1, &start, &end);
    if (damage != WINNOW_NO_DAMAGE) return damage;
    uint32_t bits = table_bits(table);
    uint64_t rest = key & low_bits(32 - table->bucket_bits);
    const uint8_t *packed = mapping->base + table->entries;
    while (start < end && unpack_entry(packed, start, bits) >> table->row_bits < rest) start++;
    uint64_t behind = start;
    while (behind < end && unpack_entry(packed, behind, bits) >> table->row_bits == rest) behind++;
    *first = start;
    *last = behind;
    return WINNOW_NO_DAMAGE;
}

uint32_t winnow_table_row(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t index) {
    uint64_t entry = unpack_entry(mapping->base + table->entries, index, table_bits(table));
    return (uint32_t)(entry & low_bits(table->row_bits));
}

size_t winnow_table_bucket_sizes(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first_bucket,
    uint64_t last_bucket, size_t *count) {
    uint64_t first = 0, last = 0;
    size_t damage = bucket_range(mapping, table, first_bucket, last_bucket, &first, &last);
    *count = last - first;
    return damage;
}

size_t winnow_table_unpack(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first_bucket,
    uint64_t last_bucket, uint64_t *values, size_t *count) {
    uint64_t first, last;
    size_t damage = bucket_range(mapping, table, first_bucket, last_bucket, &first, &last);
    *count = 0;
    if (damage != WINNOW_NO_DAMAGE) return damage;
    uint32_t bits = table_bits(table), rest_bits = 32 - table->bucket_bits;
    const uint8_t *packed = mapping->base + table->entries;
    uint64_t bucket = first_bucket, next = bucket_start(mapping, table, bucket + 1);
    for (uint64_t index = first; index < last; index++) {
        while (index >= next) next = bucket_start(mapping, table, ++bucket + 1);
        uint64_t entry = unpack_entry(packed, index, bits);
        uint64_t key = bucket << rest_bits | entry >> table->row_bits;
        values[(*count)++] = key << 32 | (entry & low_bits(table->row_bits));
    }
    return WINNOW_NO_DAMAGE;
}

void winnow_sort_entries(uint64_t *values, size_t count, uint64_t *scratch, uint32_t *counters) {
    if (count < 2) return;
    size_t buckets = winnow_sort_counters(count) - 1;
    unsigned bits = (unsigned)__builtin_ctzll(buckets);
    // Entries of a part of the key range share their highest bits: sort by those that differ.
    uint64_t all = 0, least = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        all = values[i] > all ? values[i] : all;
        least = values[i] < least ? values[i] : least;
    }
    uint64_t span = all - least;
    unsigned width = span ? 64 - (unsigned)__builtin_clzll(span) : 1;
    unsigned shift = width > bits ? width - bits : 0;
    memset(counters, 0, (buckets + 1) * sizeof *counters);
    for (size_t i = 0; i < count; i++) counters[((values[i] - least) >> shift) + 1]++;
    for (size_t b = 1; b <= buckets; b++) counters[b] += counters[b - 1];
    for (size_t i = 0; i < count; i++)
        scratch[counters[(values[i] - least) >> shift]++] = values[i];
    for (size_t i = 1; i < count; i++) {
        uint64_t value = scratch[i];
        size_t j = i;
        for (; j > 0 && scratch[j - 1] > value; j--) scratch[j] = scratch[j - 1];
        scratch[j] = value;
    }
    memcpy(values, scratch, count * sizeof *values);
}
