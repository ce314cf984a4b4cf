// ISA-L's streaming inflate, with the state behind a pointer: its struct holds arrays that are too
// long for Swift to import.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <isa-l/igzip_lib.h>

// Raw deflate whose output is summed with gzip's CRC-32; the caller reads header and trailer.
static inline void winnow_inflate_reset(struct inflate_state *state) {
    isal_inflate_reset(state);
    state->crc_flag = ISAL_GZIP_NO_HDR;
    state->hist_bits = 0;
}

static inline struct inflate_state *winnow_inflate_create(void) {
    struct inflate_state *state = (struct inflate_state *)calloc(1, sizeof(struct inflate_state));
    if (state != NULL) {
        isal_inflate_init(state);
        winnow_inflate_reset(state);
    }
    return state;
}

static inline void winnow_inflate_destroy(struct inflate_state *state) { free(state); }

// Takes up to *in_count bytes and gives up to *out_count; both return what was used. Negative on
// damage, 1 at the end of the deflate stream, else 0.
static inline int winnow_inflate_step(struct inflate_state *state, const uint8_t *in,
                                      uint32_t *in_count, uint8_t *out, uint32_t *out_count) {
    state->next_in = (uint8_t *)(uintptr_t)in;
    state->avail_in = *in_count;
    state->next_out = out;
    state->avail_out = *out_count;
    int result = isal_inflate(state);
    *in_count -= state->avail_in;
    *out_count -= state->avail_out;
    if (result < 0) return result;
    return state->block_state == ISAL_BLOCK_FINISH ? 1 : 0;
}

// The whole bytes behind the end of the stream that are still in the bit buffer; at most 8.
static inline uint32_t winnow_inflate_leftover(struct inflate_state *state, uint8_t *bytes) {
    uint32_t bits = state->read_in_length > 0 ? (uint32_t)state->read_in_length : 0;
    uint64_t rest = bits >= 64 ? state->read_in : state->read_in >> (bits % 8);
    uint32_t count = bits / 8;
    for (uint32_t index = 0; index < count; index++) bytes[index] = (uint8_t)(rest >> (8 * index));
    state->read_in = 0;
    state->read_in_length = 0;
    return count;
}

static inline uint32_t winnow_inflate_crc(const struct inflate_state *state) { return state->crc; }
