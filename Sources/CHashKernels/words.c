// From text to word hashes: fold, then hash the runs between spaces.

#include <string.h>

#include "CHashKernels.h"
#include "CUnicodeTables.h"
#include "clones.h"
#include "mix.h"

// ASCII: digits, letters (lowered) and '_' stay, the rest becomes a space. Plain arithmetic, so that
// the compiler can use the widest vectors there are.
WINNOW_CLONES
static void fold_ascii(const uint8_t *text, size_t count, uint8_t *folded) {
    for (size_t i = 0; i < count; i++) {
        uint8_t c = text[i];
        uint8_t lower = c | 0x20;
        uint8_t is_letter = (uint8_t)(lower - 'a') < 26;
        uint8_t is_other = (uint8_t)((uint8_t)(c - '0') < 10) | (uint8_t)(c == '_');
        folded[i] = is_letter ? lower : is_other ? c : ' ';
    }
}

static size_t ascii_run(const uint8_t *text, size_t count) {
    size_t i = 0;
    while (i + 16 <= count) {
        uint64_t a, b;
        memcpy(&a, text + i, 8);
        memcpy(&b, text + i + 8, 8);
        if ((a | b) & 0x8080808080808080u) break;
        i += 16;
    }
    while (i < count && text[i] < 0x80) i++;
    return i;
}

// Decodes one character of valid UTF-8; a malformed byte stands for itself, so reading stays in bounds.
static uint32_t decode(const uint8_t *text, size_t count, size_t *length) {
    uint8_t a = text[0];
    if (a < 0x80) {
        *length = 1;
        return a;
    }
    if (a >= 0xC2 && a < 0xE0 && count >= 2) {
        *length = 2;
        return (uint32_t)(a & 0x1F) << 6 | (text[1] & 0x3F);
    }
    if (a >= 0xE0 && a < 0xF0 && count >= 3) {
        *length = 3;
        return (uint32_t)(a & 0x0F) << 12 | (uint32_t)(text[1] & 0x3F) << 6 | (text[2] & 0x3F);
    }
    if (a >= 0xF0 && a < 0xF5 && count >= 4) {
        *length = 4;
        return (uint32_t)(a & 0x07) << 18 | (uint32_t)(text[1] & 0x3F) << 12
            | (uint32_t)(text[2] & 0x3F) << 6 | (text[3] & 0x3F);
    }
    *length = 1;
    return 0xFFFD;
}

static size_t encode(uint32_t c, uint8_t *out) {
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xC0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xE0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (c & 0x3F));
    return 4;
}

// Unicode 3.13, table 3-17, Final_Sigma: a cased letter before, none after, case-ignorables skipped.
static int is_final_sigma(const uint8_t *text, size_t count, size_t at, size_t length) {
    size_t i = at;
    int cased_before = 0;
    while (i > 0) {
        size_t start = i - 1, ignored;
        while (start > 0 && (text[start] & 0xC0) == 0x80) start--;
        uint8_t flags = winnow_unicode_flags(decode(text + start, i - start, &ignored));
        if (!(flags & WINNOW_UNICODE_CASE_IGNORABLE)) {
            cased_before = (flags & WINNOW_UNICODE_CASED) != 0;
            break;
        }
        i = start;
    }
    if (!cased_before) return 0;
    i = at + length;
    while (i < count) {
        size_t step;
        uint8_t flags = winnow_unicode_flags(decode(text + i, count - i, &step));
        if (!(flags & WINNOW_UNICODE_CASE_IGNORABLE)) return (flags & WINNOW_UNICODE_CASED) == 0;
        i += step;
    }
    return 1;
}

size_t winnow_fold_words(const uint8_t *text, size_t count, uint8_t *folded) {
    size_t i = 0, out = 0;
    while (i < count) {
        size_t run = ascii_run(text + i, count - i);
        fold_ascii(text + i, run, folded + out);
        i += run;
        out += run;
        while (i < count && text[i] >= 0x80) {
            size_t length;
            uint32_t c = decode(text + i, count - i, &length);
            uint8_t flags = winnow_unicode_flags(c);
            if (!(flags & WINNOW_UNICODE_WORD)) {
                folded[out++] = ' ';
            } else if (flags & WINNOW_UNICODE_ALONE) {
                folded[out++] = ' ';
                out += encode(c, folded + out);
                folded[out++] = ' ';
            } else if (!(flags & WINNOW_UNICODE_LOWERS)) {
                memcpy(folded + out, text + i, length);
                out += length;
            } else if (c == 0x130) {
                // Lowers to "i" and U+0307, a mark, which is no word character.
                folded[out++] = 'i';
                folded[out++] = ' ';
            } else if (c == 0x3A3 && is_final_sigma(text, count, i, length)) {
                out += encode(0x3C2, folded + out);
            } else {
                out += encode(winnow_unicode_lower(c), folded + out);
            }
            i += length;
        }
    }
    memset(folded + out, ' ', 16);
    return out;
}

#if defined(__SSE2__)
#include <emmintrin.h>
// One bit a byte: set where the byte is no space.
static inline uint32_t word_bits(const uint8_t *folded) {
    __m128i spaces = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)folded), _mm_set1_epi8(' '));
    return (uint32_t)_mm_movemask_epi8(spaces) ^ 0xFFFF;
}
#else
static inline uint32_t word_bits(const uint8_t *folded) {
    uint32_t bits = 0;
    for (int i = 0; i < 16; i++) bits |= (uint32_t)(folded[i] != ' ') << i;
    return bits;
}
#endif

static inline uint64_t hash_word(const uint8_t *word, size_t length) {
    uint64_t a, b = 0;
    if (length <= 8) {
        memcpy(&a, word, 8);
        a &= ~0ull >> (64 - 8 * length);
    } else if (length <= 16) {
        memcpy(&a, word, 8);
        memcpy(&b, word + length - 8, 8);
    } else {
        return winnow_hash_bytes(word, length, 0);
    }
    return winnow_multiply_mix(a ^ 0x9E3779B97F4A7C15u, b ^ (0xE7037ED1A0B428DBu + length));
}

size_t winnow_hash_words(const uint8_t *folded, size_t count, uint64_t *hashes) {
    size_t words = 0, start = 0;
    uint32_t inside = 0;
    for (size_t block = 0; block < count; block += 16) {
        uint32_t bits = word_bits(folded + block);
        if (count - block < 16) bits &= (1u << (count - block)) - 1;
        uint32_t edges = bits ^ (bits << 1 | inside);
        edges &= 0xFFFF;
        while (edges) {
            size_t at = block + (size_t)__builtin_ctz(edges);
            edges &= edges - 1;
            if (inside) {
                hashes[words++] = hash_word(folded + start, at - start);
            } else {
                start = at;
            }
            inside ^= 1;
        }
    }
    if (inside) hashes[words++] = hash_word(folded + start, count - start);
    return words;
}
