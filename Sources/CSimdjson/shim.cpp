// The C face of simdjson: copies what a caller needs to know of each top-level item.
#include "CSimdjson.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <vector>

using namespace simdjson;

struct winnow_json_parser {
    dom::parser parser;
    std::vector<winnow_json_item> items;
    int root = WINNOW_JSON_NULL;
};

namespace {

// Walks over text that the parser has accepted already, so nothing is checked again.
struct Walker {
    const uint8_t *text;
    size_t position;
    size_t count;

    void skip_space() {
        while (position < count && (text[position] == ' ' || text[position] == '\n'
                                    || text[position] == '\r' || text[position] == '\t'))
            position++;
    }

    // From an opening quote to behind the closing one.
    void skip_string() {
        size_t start = position + 1;
        size_t from = start;
        for (;;) {
            auto found = static_cast<const uint8_t *>(memchr(text + from, '"', count - from));
            if (found == nullptr) {
                position = count;
                return;
            }
            size_t quote = static_cast<size_t>(found - text);
            size_t slashes = quote;
            while (slashes > start && text[slashes - 1] == '\\') slashes--;
            if (((quote - slashes) & 1) == 0) {
                position = quote + 1;
                return;
            }
            from = quote + 1;
        }
    }

    void skip_value() {
        uint8_t first = text[position];
        if (first == '"') return skip_string();
        if (first != '{' && first != '[') {
            while (position < count && !is_scalar_end(text[position])) position++;
            return;
        }
        size_t depth = 0;
        while (position < count) {
            uint8_t byte = text[position];
            if (byte == '"') {
                skip_string();
                continue;
            }
            position++;
            if (byte == '{' || byte == '[') depth++;
            if ((byte == '}' || byte == ']') && --depth == 0) return;
        }
    }

    static bool is_scalar_end(uint8_t byte) {
        return byte == ',' || byte == ']' || byte == '}' || byte == ' ' || byte == '\n'
            || byte == '\r' || byte == '\t';
    }
};

int status_of(error_code error) {
    switch (error) {
    case SUCCESS: return WINNOW_JSON_OK;
    case STRING_ERROR:
    case UTF8_ERROR: return WINNOW_JSON_BAD_STRING;
    case NUMBER_ERROR: return WINNOW_JSON_BAD_NUMBER;
    case DEPTH_ERROR: return WINNOW_JSON_TOO_DEEP;
    case CAPACITY: return WINNOW_JSON_TOO_LARGE;
    case MEMALLOC: return WINNOW_JSON_NO_MEMORY;
    default: return WINNOW_JSON_MALFORMED;
    }
}

void describe(dom::element value, winnow_json_item &item) {
    switch (value.type()) {
    case dom::element_type::NULL_VALUE: item.kind = WINNOW_JSON_NULL; break;
    case dom::element_type::BOOL:
        item.kind = bool(value) ? WINNOW_JSON_TRUE : WINNOW_JSON_FALSE;
        break;
    case dom::element_type::INT64:
        item.kind = WINNOW_JSON_INTEGER;
        item.integer = int64_t(value);
        break;
    case dom::element_type::UINT64:
        item.kind = WINNOW_JSON_UNSIGNED;
        item.integer = static_cast<int64_t>(uint64_t(value));
        break;
    case dom::element_type::DOUBLE:
        item.kind = WINNOW_JSON_DOUBLE;
        item.number = double(value);
        break;
    case dom::element_type::STRING: {
        std::string_view string = value;
        item.kind = WINNOW_JSON_STRING;
        item.string = reinterpret_cast<const uint8_t *>(string.data());
        item.string_count = string.size();
        break;
    }
    case dom::element_type::OBJECT: item.kind = WINNOW_JSON_OBJECT; break;
    case dom::element_type::ARRAY: item.kind = WINNOW_JSON_ARRAY; break;
    }
}

void collect(winnow_json_parser *self, dom::element root, Walker walker) {
    walker.skip_space();
    winnow_json_item whole{};
    describe(root, whole);
    self->root = whole.kind;
    auto take_value = [&](dom::element value, winnow_json_item &item) {
        describe(value, item);
        walker.skip_space();
        item.raw_offset = walker.position;
        walker.skip_value();
        item.raw_count = walker.position - item.raw_offset;
        walker.skip_space();
        walker.position++;  // the comma or the closing bracket
        self->items.push_back(item);
    };
    if (whole.kind == WINNOW_JSON_OBJECT) {
        walker.position++;
        for (auto field : dom::object(root)) {
            winnow_json_item item{};
            walker.skip_space();
            item.key = reinterpret_cast<const uint8_t *>(field.key.data());
            item.key_count = field.key.size();
            item.key_offset = walker.position;
            walker.skip_string();
            walker.skip_space();
            walker.position++;  // the colon
            take_value(field.value, item);
        }
    } else if (whole.kind == WINNOW_JSON_ARRAY) {
        walker.position++;
        for (auto element : dom::array(root)) {
            winnow_json_item item{};
            take_value(element, item);
        }
    } else {
        take_value(root, whole);
    }
}

}  // namespace

winnow_json_parser *winnow_json_create(void) { return new (std::nothrow) winnow_json_parser(); }

void winnow_json_destroy(winnow_json_parser *parser) { delete parser; }

int winnow_json_parse(winnow_json_parser *self, const uint8_t *text, size_t count,
                      size_t readable) {
    self->items.clear();
    self->root = WINNOW_JSON_NULL;
    // A huge text's tables are given back when texts are of common size again.
    const size_t huge = size_t(16) << 20;
    if (self->parser.capacity() > huge && count < huge / 16) self->parser = dom::parser();
    try {
        dom::element root;
        error_code error =
            self->parser.parse(text, count, readable < SIMDJSON_PADDING).get(root);
        if (error != SUCCESS) return status_of(error);
        collect(self, root, Walker{text, 0, count});
        return WINNOW_JSON_OK;
    } catch (const simdjson_error &error) {
        return status_of(error.error());
    } catch (const std::bad_alloc &) {
        return WINNOW_JSON_NO_MEMORY;
    }
}

int winnow_json_root(const winnow_json_parser *parser) { return parser->root; }

const winnow_json_item *winnow_json_items(const winnow_json_parser *parser, size_t *count) {
    *count = parser->items.size();
    return parser->items.data();
}
