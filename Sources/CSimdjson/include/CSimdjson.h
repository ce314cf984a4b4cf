// A C face of simdjson's DOM parser: parse one document, look at its top-level items.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How many readable bytes after the text spare the parser a copy of it.
#define WINNOW_JSON_PADDING 64

enum winnow_json_kind {
    WINNOW_JSON_NULL = 0,
    WINNOW_JSON_FALSE = 1,
    WINNOW_JSON_TRUE = 2,
    WINNOW_JSON_INTEGER = 3,
    WINNOW_JSON_UNSIGNED = 4,
    WINNOW_JSON_DOUBLE = 5,
    WINNOW_JSON_STRING = 6,
    WINNOW_JSON_OBJECT = 7,
    WINNOW_JSON_ARRAY = 8,
};

enum winnow_json_status {
    WINNOW_JSON_OK = 0,
    WINNOW_JSON_MALFORMED = 1,
    WINNOW_JSON_BAD_STRING = 2,
    WINNOW_JSON_BAD_NUMBER = 3,
    WINNOW_JSON_TOO_DEEP = 4,
    WINNOW_JSON_TOO_LARGE = 5,
    WINNOW_JSON_NO_MEMORY = 6,
};

/// One field of the top-level object, one element of the top-level array, or the whole scalar.
typedef struct {
    uint8_t kind;
    const uint8_t *key;         // decoded, in the parser's memory; NULL outside objects
    size_t key_count;
    size_t key_offset;          // of the key's opening quote in the text
    const uint8_t *string;      // decoded, in the parser's memory; NULL unless a string
    size_t string_count;
    size_t raw_offset;          // of the value in the text
    size_t raw_count;
    int64_t integer;            // INTEGER; UNSIGNED as its bit pattern
    double number;              // DOUBLE
} winnow_json_item;

typedef struct winnow_json_parser winnow_json_parser;

/// NULL if there is no memory.
winnow_json_parser *winnow_json_create(void);
void winnow_json_destroy(winnow_json_parser *parser);

/// Parses a text of `count` bytes; `readable` bytes after it may be read (their values do not
/// matter). Returns a status. The items live until the next call.
int winnow_json_parse(winnow_json_parser *parser, const uint8_t *text, size_t count,
                      size_t readable);
/// Kind of the parsed document.
int winnow_json_root(const winnow_json_parser *parser);
const winnow_json_item *winnow_json_items(const winnow_json_parser *parser, size_t *count);

#ifdef __cplusplus
}
#endif
