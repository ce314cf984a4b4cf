// Character classes and simple lower-casing, two-stage tables (Unicode, chapter 5.1).
// The tables are generated: see Scripts/generate_unicode_tables.py.
#pragma once
#include <stdint.h>

enum {
    WINNOW_UNICODE_WORD = 1,            // letter (L*), number (N*) or underscore
    WINNOW_UNICODE_CASED = 2,           // Unicode D135, for the final sigma
    WINNOW_UNICODE_CASE_IGNORABLE = 4,  // Unicode D136
    WINNOW_UNICODE_LOWERS = 8,          // its lower case differs
    WINNOW_UNICODE_ALONE = 16,          // a word character of a script without spaces: a word by itself
    WINNOW_UNICODE_NORMALISES = 32,     // NFC_Quick_Check is not Yes, or a combining class above 0
};

extern const uint16_t winnow_unicode_flags_index[];
extern const uint8_t winnow_unicode_flags_pages[][128];
extern const uint16_t winnow_unicode_lower_index[];
extern const int32_t winnow_unicode_lower_pages[][128];

/// The class bits of a code point; 0 above U+10FFFF.
static inline uint8_t winnow_unicode_flags(uint32_t code_point) {
    if (code_point > 0x10FFFF) return 0;
    return winnow_unicode_flags_pages[winnow_unicode_flags_index[code_point >> 7]][code_point & 127];
}

/// The simple lower case of a code point. U+0130, the one with two, is left to the caller.
static inline uint32_t winnow_unicode_lower(uint32_t code_point) {
    if (code_point > 0x10FFFF) return code_point;
    return (uint32_t)((int32_t)code_point
        + winnow_unicode_lower_pages[winnow_unicode_lower_index[code_point >> 7]][code_point & 127]);
}
