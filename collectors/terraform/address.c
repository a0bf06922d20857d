/* Addresses are text all the way: what a state gives is already in Terraform's own form and only
 * joined, except instance keys, which are JSON values in a state and quoted HCL in an address. One
 * scanner knows that dots inside brackets and quotes separate nothing. */
#include "collectors/terraform/address.h"

#include <stdio.h>

enum { ESCAPE_MAX = 6 }; /* bytes one byte of a key may become: \u001f */

/* HCL quoted strings: the escapes of strings, and `${` and `%{` doubled since they would begin a
 * template. */
static size_t write_key_char(char *out, struct ix_sv key, size_t at) {
    static const char named[] = "\nn\rr\tt\"\"\\\\";
    char c = key.data[at];
    for (const char *n = named; *n; n += 2) {
        if (c == n[0]) {
            out[0] = '\\';
            out[1] = n[1];
            return 2;
        }
    }
    if ((unsigned char)c < 0x20 || c == 0x7f) {
        char escape[ESCAPE_MAX + 1];
        int size = snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
        memcpy(out, escape, (size_t)size);
        return (size_t)size;
    }
    bool template = (c == '$' || c == '%') && at + 1 < key.size && key.data[at + 1] == '{';
    out[0] = c;
    out[1] = c;
    return template ? 2 : 1;
}

static struct ix_sv quoted_key(struct ix_arena *arena, struct ix_sv key) {
    char *text = ix_arena_array(arena, key.size + 1, ESCAPE_MAX);
    if (!text) {
        return (struct ix_sv){0};
    }
    size_t size = 0;
    for (size_t i = 0; i < key.size; i++) {
        size += write_key_char(text + size, key, i);
    }
    return ix_arena_printf(arena, "[\"%.*s\"]", (int)size, text);
}

struct ix_sv ix_tf_address_key(struct ix_arena *arena, const struct ix_json *key) {
    switch (ix_json_kind(key)) {
    case IX_JSON_STRING:
        return quoted_key(arena, ix_json_string(key));
    case IX_JSON_NUMBER:
        return ix_arena_printf(arena, "[%.*s]", IX_SV_FMT(ix_json_number_text(arena, key)));
    default:
        return (struct ix_sv){0};
    }
}

struct ix_sv ix_tf_address_join(struct ix_arena *arena, struct ix_sv module, bool data,
                                struct ix_sv type, struct ix_sv name, struct ix_sv key) {
    return ix_arena_printf(arena, "%.*s%s%s%.*s.%.*s%.*s", IX_SV_FMT(module),
                           ix_sv_empty(module) ? "" : ".", data ? "data." : "", IX_SV_FMT(type),
                           IX_SV_FMT(name), IX_SV_FMT(key));
}

/* The byte after the first part of an address: of its dot, or of the end. */
static size_t part_end(struct ix_sv address) {
    bool quoted = false;
    for (size_t i = 0; i < address.size; i++) {
        char c = address.data[i];
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == '.' && !quoted) {
            return i;
        }
    }
    return address.size;
}

static struct ix_sv next_part(struct ix_sv *rest) {
    size_t end = part_end(*rest);
    struct ix_sv part = ix_sv_sub(*rest, 0, end);
    *rest = ix_sv_from(*rest, end + 1);
    return part;
}

struct ix_sv ix_tf_address_last(struct ix_sv address) {
    struct ix_sv last = {0};
    while (!ix_sv_empty(address)) {
        last = next_part(&address);
    }
    return last;
}

static struct ix_sv without_key(struct ix_sv part) {
    return ix_sv_sub(part, 0, ix_sv_find_char(part, '['));
}

bool ix_tf_address_module(struct ix_sv *address, struct ix_sv *ret_name) {
    struct ix_sv rest = *address;
    if (!ix_sv_eq(next_part(&rest), IX_SV("module")) || ix_sv_empty(rest)) {
        return false;
    }
    struct ix_sv name = next_part(&rest);
    *ret_name = without_key(name);
    *address = rest;
    return true;
}

struct ix_sv ix_tf_address_block(struct ix_arena *arena, struct ix_sv address) {
    enum { PARTS = 2 }; /* type and name */
    struct ix_sv rest = address;
    struct ix_sv block = {0};
    struct ix_sv name;
    while (ix_tf_address_module(&rest, &name)) {
        block = ix_arena_printf(arena, "%.*s%smodule.%.*s", IX_SV_FMT(block),
                                ix_sv_empty(block) ? "" : ".", IX_SV_FMT(name));
    }
    size_t parts = ix_sv_starts(rest, IX_SV("data.")) ? PARTS + 1 : PARTS;
    for (size_t i = 0; i < parts && !ix_sv_empty(rest); i++) {
        struct ix_sv part = without_key(next_part(&rest));
        block = ix_arena_printf(arena, "%.*s%s%.*s", IX_SV_FMT(block),
                                ix_sv_empty(block) ? "" : ".", IX_SV_FMT(part));
    }
    return block;
}

static bool all_digits(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

/* Cuts a last part that is an index off a key that has `type.name` before it. */
static struct ix_sv cut_legacy_index(struct ix_sv *key) {
    struct ix_sv bare = ix_sv_starts(*key, IX_SV("data.")) ? ix_sv_from(*key, 5) : *key;
    size_t last = ix_sv_rfind_char(bare, '.');
    if (last == IX_SV_NPOS || ix_sv_find_char(bare, '.') == last) {
        return (struct ix_sv){0};
    }
    struct ix_sv index = ix_sv_from(bare, last + 1);
    if (!all_digits(index) && !ix_sv_eq(index, IX_SV("*"))) {
        return (struct ix_sv){0};
    }
    key->size -= index.size + 1;
    return index;
}

struct ix_sv ix_tf_address_legacy(struct ix_arena *arena, struct ix_sv module, struct ix_sv key) {
    struct ix_sv index = cut_legacy_index(&key);
    bool indexed = all_digits(index);
    return ix_arena_printf(arena, "%.*s%s%.*s%s%.*s%s", IX_SV_FMT(module),
                           ix_sv_empty(module) ? "" : ".", IX_SV_FMT(key), indexed ? "[" : "",
                           indexed ? (int)index.size : 0, indexed ? index.data : "",
                           indexed ? "]" : "");
}

static bool names_value(struct ix_sv first) {
    static const char *const words[] = {"var",  "local", "each",      "count",
                                        "path", "self",  "terraform", "tofu"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (ix_sv_eq_cstr(first, words[i])) {
            return true;
        }
    }
    return false;
}

enum ix_tf_dependency ix_tf_address_dependency(struct ix_sv dependency) {
    struct ix_sv name;
    bool in_module = false;
    while (ix_tf_address_module(&dependency, &name)) {
        in_module = true;
    }
    struct ix_sv part = next_part(&dependency);
    if (ix_sv_eq(part, IX_SV("data"))) {
        part = next_part(&dependency);
    }
    if (names_value(part)) {
        return IX_TF_DEPENDENCY_VALUE;
    }
    bool resource = !ix_sv_empty(part) && !ix_sv_empty(dependency);
    if (resource) {
        return IX_TF_DEPENDENCY_RESOURCE;
    }
    return in_module ? IX_TF_DEPENDENCY_MODULE : IX_TF_DEPENDENCY_VALUE;
}
