// The digest of files: wyhash's mix in four lanes, which keep the multiplier busy.

#include <string.h>

#include "CHashDigest.h"
#include "mix.h"

static const uint64_t secrets[8] = {
    0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
    0x1D8E4E27C47D124F, 0xEB44ACCAB455D165, 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93,
};

void winnow_digest_start(uint64_t *lanes) {
    for (int lane = 0; lane < winnow_digest_lanes; lane++) lanes[lane] = secrets[lane + 4];
}

void winnow_digest_blocks(uint64_t *lanes, const uint8_t *bytes, size_t blocks) {
    uint64_t state[winnow_digest_lanes];
    memcpy(state, lanes, sizeof state);
    for (size_t block = 0; block < blocks; block++, bytes += winnow_digest_block_bytes) {
        uint64_t words[8];
        memcpy(words, bytes, sizeof words);
        for (int lane = 0; lane < winnow_digest_lanes; lane++) {
            // The rotated state joins the product, so that a factor of zero forgets nothing.
            uint64_t before = state[lane];
            state[lane] = (before << 23 | before >> 41)
                ^ winnow_multiply_mix(
                    words[2 * lane] ^ secrets[lane], words[2 * lane + 1] ^ before);
        }
    }
    memcpy(lanes, state, sizeof state);
}

void winnow_digest_end(
    const uint64_t *lanes, const uint8_t *tail, size_t tail_count, uint64_t count,
    uint64_t *digest) {
    uint64_t state[winnow_digest_lanes];
    uint8_t block[winnow_digest_block_bytes] = {0};
    memcpy(state, lanes, sizeof state);
    if (tail_count > 0) {
        memcpy(block, tail, tail_count);
        winnow_digest_blocks(state, block, 1);
    }
    uint64_t high = winnow_finalise(count ^ secrets[0]), low = winnow_finalise(count ^ secrets[1]);
    for (int lane = 0; lane < winnow_digest_lanes; lane++) {
        high = winnow_finalise(high ^ state[lane]) * secrets[6];
        low = winnow_multiply_mix(low ^ secrets[lane + 4], state[lane] ^ secrets[lane]) + low;
    }
    digest[0] = winnow_finalise(high);
    digest[1] = winnow_finalise(low ^ state[0]);
}
