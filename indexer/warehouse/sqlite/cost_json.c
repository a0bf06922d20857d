/* Members of compact JSON, found without making a tree of it: sets of tags are looked into by the
 * hundred thousand. */
#include "indexer/warehouse/sqlite/cost_store.h"

/* Behind the string that begins at `at`. */
static size_t string_end(struct ix_sv json, size_t at) {
    for (at++; at < json.size && json.data[at] != '"'; at++) {
        at += json.data[at] == '\\';
    }
    return at + 1;
}

/* Behind the value that begins at `at`, in compact JSON. */
static size_t value_end(struct ix_sv json, size_t at) {
    size_t depth = 0;
    while (at < json.size) {
        char c = json.data[at];
        if (c == '"') {
            at = string_end(json, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
            break;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    }
    return at < json.size ? at : json.size;
}

bool ix_cost_json_next(struct ix_sv json, size_t *at, struct ix_sv *ret_key,
                       struct ix_sv *ret_value) {
    size_t begin = *at + 1;
    if (begin >= json.size || json.data[begin] != '"') {
        return false;
    }
    size_t key_end = string_end(json, begin);
    size_t end = value_end(json, key_end + 1);
    *ret_key = ix_sv_sub(json, begin, key_end);
    *ret_value = ix_sv_sub(json, key_end + 1, end);
    *at = end;
    return true;
}

struct ix_sv ix_cost_json_member(struct ix_sv json, struct ix_sv quoted_key) {
    struct ix_sv key;
    struct ix_sv value;
    for (size_t at = 0; ix_cost_json_next(json, &at, &key, &value);) {
        if (ix_sv_eq(key, quoted_key)) {
            return value;
        }
    }
    return (struct ix_sv){0};
}

enum ix_code ix_cost_json_text(struct ix_arena *arena, struct ix_sv json, struct ix_sv *ret_text,
                               struct ix_err *err) {
    struct ix_json *node = NULL;
    if (json.size >= 2 && json.data[0] == '"' && ix_sv_find_char(json, '\\') == IX_SV_NPOS) {
        *ret_text = ix_sv_sub(json, 1, json.size - 1);
        return IX_OK;
    }
    *ret_text = ix_sv_empty(json) || ix_sv_eq(json, IX_SV("null")) ? (struct ix_sv){0} : json;
    if (json.size < 2 || json.data[0] != '"') {
        return IX_OK;
    }
    if (ix_json_parse(arena, json, &node, err) != IX_OK) {
        return err->code;
    }
    *ret_text = ix_json_string(node);
    ret_text->data = ret_text->data ? ret_text->data : "";
    return IX_OK;
}
