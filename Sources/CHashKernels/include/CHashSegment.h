// Look-ups in a mapped index segment: blocks that are checked on first touch, and key tables
// (a Bloom filter, buckets, packed entries). docs/index-format.md describes the bytes.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Bytes of a block, the unit that has a checksum.
#define WINNOW_SEGMENT_BLOCK 16384
/// Bytes of a filter's block, the unit that one look-up reads.
#define WINNOW_FILTER_BLOCK 64
/// Bits of a filter for each key.
#define WINNOW_FILTER_BITS 10
/// Where a fault has no place.
#define WINNOW_NO_DAMAGE SIZE_MAX

/// A mapped file whose first `covered` bytes are in blocks with a checksum each.
typedef struct {
    const uint8_t *base;
    size_t covered;
    /// One little-endian 64-bit number a block.
    const uint8_t *checksums;
    /// One bit a block: it was right when it was first touched. Shared by threads.
    uint64_t *touched;
} winnow_mapping;

/// Where a key table lies in a mapped file; offsets in bytes.
typedef struct {
    uint64_t filter, buckets, entries;
    uint64_t filter_blocks;
    uint64_t entry_count;
    uint32_t bucket_bits;
    uint32_t row_bits;
} winnow_key_table;

/// The checksum of a block's bytes; `number` keeps equal blocks at other places apart.
uint64_t winnow_block_checksum(const uint8_t *bytes, size_t count, uint64_t number);

/// Checks the blocks of a range that were not touched before. Returns WINNOW_NO_DAMAGE or the
/// offset of the first block that is not what its checksum says. The range must be covered.
size_t winnow_mapping_touch(const winnow_mapping *mapping, size_t offset, size_t count);

/// Bits of a bucket's number in a table of so many entries: about 16 entries a bucket.
uint32_t winnow_table_bucket_bits(uint64_t entry_count);
/// 64-byte blocks of the filter of a table of so many entries; at least one.
uint64_t winnow_table_filter_blocks(uint64_t entry_count);

/// Bits of a packed entry.
static inline uint32_t winnow_table_entry_bits(uint32_t bucket_bits, uint32_t row_bits) {
    return 32 - bucket_bits + row_bits;
}

/// A key table that is being made. All arrays start as zeroes.
typedef struct {
    uint8_t *filter;
    uint64_t filter_blocks;
    /// One more than there are buckets; element b + 1 counts the entries of bucket b.
    uint32_t *bucket_counts;
    uint32_t bucket_bits;
    uint32_t row_bits;
} winnow_table_draft;

/// Adds entries (`key << 32 | row`, sorted) to filter and counts, and packs them one after the
/// other from the start of `packed`, which has room for them and 9 bytes more.
void winnow_table_add(
    const winnow_table_draft *draft, const uint64_t *values, size_t count, uint8_t *packed);

/// Asks the filters of tables 0..<count for one key each. Writes the numbers of the tables that may
/// hold theirs to `passed` and their count to `passed_count`. Returns as `winnow_mapping_touch`.
size_t winnow_tables_filter(
    const winnow_mapping *mapping, const winnow_key_table *tables, const uint32_t *keys,
    size_t count, uint32_t *passed, size_t *passed_count);

/// The range of a key's entries, by row ascending; empty if there are none.
/// Returns as `winnow_mapping_touch`.
size_t winnow_table_find(
    const winnow_mapping *mapping, const winnow_key_table *table, uint32_t key, uint64_t *first,
    uint64_t *last);

/// The row of an entry that `winnow_table_find` named.
uint32_t winnow_table_row(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t index);

/// Unpacks the entries of buckets `first_bucket..<last_bucket` as `key << 32 | row`.
/// `values` has room for them. Returns as `winnow_mapping_touch`; `count` receives how many.
size_t winnow_table_unpack(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first_bucket,
    uint64_t last_bucket, uint64_t *values, size_t *count);

/// How many entries the buckets hold. Returns as `winnow_mapping_touch`.
size_t winnow_table_bucket_sizes(
    const winnow_mapping *mapping, const winnow_key_table *table, uint64_t first_bucket,
    uint64_t last_bucket, size_t *count);

/// Sorts values by all their bits; the high half is spread evenly. `scratch` has room for `count`,
/// `counters` for `winnow_sort_counters(count)`.
void winnow_sort_entries(uint64_t *values, size_t count, uint64_t *scratch, uint32_t *counters);
