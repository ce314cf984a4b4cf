// Mixing steps shared by the kernels.
#pragma once
#include <stdint.h>

// wyhash's mum: the two halves of a 128-bit product, folded.
static inline uint64_t winnow_multiply_mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// MurmurHash3's 64-bit finaliser: every input bit reaches every output bit.
static inline uint64_t winnow_finalise(uint64_t h) {
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    h ^= h >> 33;
    h *= 0xC4CEB9FE1A85EC53u;
    h ^= h >> 33;
    return h;
}
