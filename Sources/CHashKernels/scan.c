// Wide scans over text. Plain C: the compiler makes the vectors (target_clones picks at load time).
#include "CHashScan.h"
#include <string.h>

#include "clones.h"

enum { BLOCK = 256 };

static inline uint8_t is_special(uint8_t byte) {
    return (uint8_t)((uint8_t)(byte - 0x20) > 0x5E) & (uint8_t)(byte != '\n')
        & (uint8_t)(byte != '\t');
}

// A block without early exit is what vectorises; the block that fails is searched byte by byte.
WINNOW_CLONES
static size_t plain_blocks(const uint8_t *bytes, size_t from, size_t count) {
    while (count - from >= BLOCK) {
        uint8_t any = 0;
        for (size_t i = 0; i < BLOCK; i++) any |= is_special(bytes[from + i]);
        if (any) break;
        from += BLOCK;
    }
    return from;
}

size_t winnow_scan_plain(const uint8_t *bytes, size_t from, size_t count) {
    if (from >= count) return count;
    from = plain_blocks(bytes, from, count);
    while (from < count && !is_special(bytes[from])) from++;
    return from;
}

size_t winnow_scan_line_feeds(
    const uint8_t *bytes, size_t from, size_t count, uint32_t *ends, size_t capacity) {
    size_t found = 0;
    while (found < capacity && from < count) {
        const uint8_t *hit = memchr(bytes + from, '\n', count - from);
        if (!hit) break;
        size_t at = (size_t)(hit - bytes);
        ends[found++] = (uint32_t)at;
        from = at + 1;
    }
    return found;
}
