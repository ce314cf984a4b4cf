// Wide scans over text: where plain ASCII ends, where lines end.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Offset of the first byte at or after `from` that is not plain text: not in 0x20...0x7E, no tab
/// and no line feed. Returns `count` if there is none.
size_t winnow_scan_plain(const uint8_t *bytes, size_t from, size_t count);

/// Writes the offsets of the line feeds at or after `from`, at most `capacity` of them, and
/// returns how many were written. Fewer than `capacity` means that there are no more.
size_t winnow_scan_line_feeds(
    const uint8_t *bytes, size_t from, size_t count, uint32_t *ends, size_t capacity);
