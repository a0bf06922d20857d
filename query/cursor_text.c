/* JSON inside base64url (RFC 4648 section 5): {"g": generation, "q": hash of the query, "k":
 * [keys]}. Texts are strings, integers are numbers, reals are strings in an object of their own, so
 * that every key comes back exactly as the engine gave it. */
#include "query/cursor_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/json_writer.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct ix_buf *out, struct ix_sv bytes) {
    for (size_t i = 0; i < bytes.size; i += 3) {
        uint32_t group = 0;
        size_t present = bytes.size - i < 3 ? bytes.size - i : 3;
        for (size_t k = 0; k < 3; k++) {
            group = group << 8 | (k < present ? (unsigned char)bytes.data[i + k] : 0);
        }
        for (size_t k = 0; k <= present; k++) {
            ix_buf_add_char(out, alphabet[group >> (18 - 6 * k) & 63]);
        }
    }
}

static bool decode(struct ix_buf *out, struct ix_sv text) {
    uint32_t group = 0;
    int bits = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char *at = text.data[i] ? strchr(alphabet, text.data[i]) : NULL;
        if (!at) {
            return false;
        }
        group = group << 6 | (uint32_t)(at - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            ix_buf_add_char(out, (char)(group >> bits & 0xFF));
        }
    }
    return !out->failed;
}

static void write_key(struct ix_json_writer *w, const struct ix_bind *key) {
    char real[40];
    switch (key->kind) {
    case IX_BIND_INT:
        ix_jw_int64(w, key->integer);
        break;
    case IX_BIND_REAL:
        snprintf(real, sizeof real, "%a", key->real);
        ix_jw_object_begin(w);
        ix_jw_member_string(w, "r", ix_sv_cstr(real));
        ix_jw_object_end(w);
        break;
    case IX_BIND_TEXT:
        ix_jw_string(w, key->text);
        break;
    default:
        ix_jw_null(w);
    }
}

enum ix_code ix_cursor_write(struct ix_arena *arena, int64_t generation, struct ix_sv query,
                             const struct ix_keyset *keys, struct ix_sv *ret_text,
                             struct ix_err *err) {
    struct ix_buf json = {0};
    struct ix_buf text = {0};
    struct ix_json_writer w;
    ix_jw_init(&w, &json, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_int64(&w, "g", generation);
    ix_jw_member_string(&w, "q", ix_arena_printf(arena, "%016" PRIx64, ix_hash_short(query)));
    ix_jw_key(&w, "k");
    ix_jw_array_begin(&w);
    for (size_t i = 0; i < keys->count; i++) {
        write_key(&w, &keys->keys[i]);
    }
    ix_jw_array_end(&w);
    ix_jw_object_end(&w);
    encode(&text, ix_buf_sv(&json));
    enum ix_code code = ix_buf_check(&json, err);
    code = code == IX_OK ? ix_buf_check(&text, err) : code;
    if (code == IX_OK) {
        *ret_text = ix_arena_copy(arena, ix_buf_sv(&text));
    }
    ix_buf_done(&json);
    ix_buf_done(&text);
    return code;
}

static struct ix_bind read_key(const struct ix_json *node) {
    struct ix_bind key = {.kind = IX_BIND_BLOB};
    if (ix_json_kind(node) == IX_JSON_STRING) {
        key = (struct ix_bind){.kind = IX_BIND_TEXT, .text = ix_json_string(node)};
    } else if (ix_json_kind(node) == IX_JSON_OBJECT) {
        struct ix_sv real = ix_json_get_string(node, "r");
        key = (struct ix_bind){.kind = IX_BIND_REAL,
                               .real = strtod(real.data ? real.data : "0", NULL)};
    } else if (ix_json_int64(node, &key.integer)) {
        key.kind = IX_BIND_INT;
    }
    return key;
}

static enum ix_code refuse(struct ix_err *err, const char *why) {
    return ix_err_set(err, IX_INVALID, "%s; ask again without the cursor", why);
}

static enum ix_code read_cursor(struct ix_arena *arena, const struct ix_json *cursor,
                                int64_t generation, struct ix_sv query, struct ix_keyset *ret_keys,
                                struct ix_err *err) {
    int64_t written_at;
    struct ix_sv hash = ix_arena_printf(arena, "%016" PRIx64, ix_hash_short(query));
    const struct ix_json *keys = ix_json_get(cursor, "k");
    size_t count = ix_json_count(keys);
    if (!ix_json_int64(ix_json_get(cursor, "g"), &written_at) || count > IX_ORDER_KEYS_MAX) {
        return refuse(err, "this is no cursor of an earlier answer");
    }
    if (!ix_sv_eq(ix_json_get_string(cursor, "q"), hash)) {
        return refuse(err, "this cursor belongs to another query");
    }
    if (generation >= 0 && written_at != generation) {
        return refuse(err, "the warehouse has changed since that answer");
    }
    for (const struct ix_json *k = ix_json_first(keys); k; k = ix_json_next(k)) {
        ret_keys->keys[ret_keys->count++] = read_key(k);
    }
    return IX_OK;
}

enum ix_code ix_cursor_read(struct ix_arena *arena, struct ix_sv text, int64_t generation,
                            struct ix_sv query, struct ix_keyset *ret_keys, struct ix_err *err) {
    struct ix_buf json = {0};
    struct ix_json *cursor = NULL;
    struct ix_err fault = {0};
    *ret_keys = (struct ix_keyset){0};
    enum ix_code code = IX_OK;
    if (!decode(&json, text) || ix_json_parse(arena, ix_buf_sv(&json), &cursor, &fault) != IX_OK) {
        code = refuse(err, "this is no cursor of an earlier answer");
    }
    ix_buf_done(&json);
    return code == IX_OK ? read_cursor(arena, cursor, generation, query, ret_keys, err) : code;
}
