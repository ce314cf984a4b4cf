// A streaming digest of long byte strings: four lanes of 64 bits over blocks of 64 bytes.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { winnow_digest_block_bytes = 64, winnow_digest_lanes = 4 };

/// Sets the lanes to the state of a digest of no bytes.
void winnow_digest_start(uint64_t *lanes);

/// Takes `blocks` blocks of 64 bytes into the lanes; not cryptographic.
void winnow_digest_blocks(uint64_t *lanes, const uint8_t *bytes, size_t blocks);

/// Two words that stand for all bytes taken in: the blocks, then a tail of less than a block.
/// `count` is the number of all bytes. The lanes stay as they are.
void winnow_digest_end(
    const uint64_t *lanes, const uint8_t *tail, size_t tail_count, uint64_t count,
    uint64_t *digest);
