/* libyaml's events, made into JSON trees. Aliases are copies, counted against the document's node
 * limit, so that "billion laughs" ends with an error and not with the memory. */
#include "base/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/map.h"

/* Through aliases a tree may be deeper than its text. A tag may add a level to each level. */
enum { ALIAS_DEPTH_MAX = 2 * IX_YAML_DEPTH_MAX };

struct ix_yaml_reader {
    yaml_parser_t parser;
    struct ix_stream *stream;
    ix_yaml_tag_fn *tag_fn;
    void *tag_context;
    ix_yaml_seen_fn *seen_fn; /* NULL: nobody watches */
    void *seen_context;
    struct ix_err stream_err; /* of the reading callback */
    bool started, ended;
    size_t document_bytes; /* read since the document began, what is read ahead included */

    /* of the document under way */
    struct ix_arena *arena;
    struct ix_map anchors;
    size_t nodes, depth;
    struct ix_err *err;
};

static int read_bytes(void *context, unsigned char *to, size_t size, size_t *ret_size) {
    struct ix_yaml_reader *r = context;
    if (ix_stream_read(r->stream, to, size, ret_size, &r->stream_err) != IX_OK) {
        return 0;
    }
    r->document_bytes += *ret_size;
    if (r->document_bytes > IX_YAML_DOCUMENT_MAX) {
        ix_err_set(&r->stream_err, IX_LIMIT, "a YAML document of more than %d MiB",
                   IX_YAML_DOCUMENT_MAX >> 20);
    }
    return r->stream_err.code == IX_OK;
}

enum ix_code ix_yaml_reader_open(struct ix_stream *stream, ix_yaml_tag_fn *tag_fn,
                                 void *tag_context, struct ix_yaml_reader **ret_reader,
                                 struct ix_err *err) {
    struct ix_yaml_reader *r = calloc(1, sizeof *r);
    if (!r || !yaml_parser_initialize(&r->parser)) {
        free(r);
        return ix_err_nomem(err);
    }
    r->stream = stream;
    r->tag_fn = tag_fn;
    r->tag_context = tag_context;
    yaml_parser_set_input(&r->parser, read_bytes, r);
    *ret_reader = r;
    return IX_OK;
}

void ix_yaml_reader_watch(struct ix_yaml_reader *r, ix_yaml_seen_fn *seen, void *context) {
    r->seen_fn = seen;
    r->seen_context = context;
}

void ix_yaml_reader_close(struct ix_yaml_reader *r) {
    if (r) {
        yaml_parser_delete(&r->parser);
        free(r);
    }
}

/* ---- errors ---- */

static enum ix_code fail_at(struct ix_yaml_reader *r, enum ix_code code, yaml_mark_t mark,
                            const char *what) {
    return ix_err_set_at(r->err, code, mark.index, mark.index + 1, "line %zu, column %zu: %s",
                         mark.line + 1, mark.column + 1, what);
}

static enum ix_code next_event(struct ix_yaml_reader *r, yaml_event_t *event) {
    if (yaml_parser_parse(&r->parser, event)) {
        return IX_OK;
    }
    if (r->stream_err.code != IX_OK) {
        return ix_err_set(r->err, r->stream_err.code, "%s", r->stream_err.text);
    }
    if (r->parser.error == YAML_MEMORY_ERROR) {
        return ix_err_nomem(r->err);
    }
    yaml_mark_t mark = r->parser.problem_mark;
    if (r->parser.error == YAML_READER_ERROR) {
        mark = (yaml_mark_t){.index = r->parser.problem_offset, .line = r->parser.mark.line};
    }
    return fail_at(r, IX_INVALID, mark, r->parser.problem ? r->parser.problem : "this is not YAML");
}

/* ---- scalars: YAML 1.2, section 10.3.2 (core schema) ---- */

static bool is_one_of(struct ix_sv text, const char *const *words) {
    for (; *words; words++) {
        if (ix_sv_eq_cstr(text, *words)) {
            return true;
        }
    }
    return false;
}

/* "0x1F" and "0o17" as decimal text. */
static struct ix_json *radix_number(struct ix_arena *arena, struct ix_sv text) {
    enum { LONGEST = 18 };
    char digits[LONGEST + 1];
    bool hex = ix_sv_starts(text, IX_SV("0x"));
    if ((!hex && !ix_sv_starts(text, IX_SV("0o"))) || text.size <= 2 || text.size > LONGEST) {
        return NULL;
    }
    memcpy(digits, text.data + 2, text.size - 2);
    digits[text.size - 2] = '\0';
    if (strspn(digits, hex ? "0123456789abcdefABCDEF" : "01234567") != text.size - 2) {
        return NULL;
    }
    struct ix_sv decimal = ix_arena_printf(arena, "%llu", strtoull(digits, NULL, hex ? 16 : 8));
    return ix_json_new_number(arena, decimal);
}

/* YAML allows "+1", "1." and ".5" where JSON does not. */
static struct ix_json *decimal_number(struct ix_arena *arena, struct ix_sv text) {
    double ignored;
    if (ix_sv_to_double(text, &ignored)) {
        return ix_json_new_number(arena, text);
    }
    bool negative = text.size && text.data[0] == '-';
    struct ix_sv rest = ix_sv_from(text, negative || (text.size && text.data[0] == '+'));
    if (rest.size < 2 || ix_sv_find_char(rest, '.') == IX_SV_NPOS ||
        ix_sv_find_char(rest, '-') == 0 || ix_sv_find_char(rest, '+') == 0) {
        return ix_sv_to_double(rest, &ignored) && text.data[0] == '+'
                   ? ix_json_new_number(arena, rest)
                   : NULL;
    }
    const char *before = rest.data[0] == '.' ? "0" : "";
    const char *after = rest.data[rest.size - 1] == '.' ? "0" : "";
    struct ix_sv json =
        ix_arena_printf(arena, "%s%s%.*s%s", negative ? "-" : "", before, IX_SV_FMT(rest), after);
    return ix_sv_to_double(json, &ignored) ? ix_json_new_number(arena, json) : NULL;
}

/* A plain scalar without a tag. Times, "yes", "0123", "1_000" and ".inf" stay text. */
static struct ix_json *resolve(struct ix_arena *arena, struct ix_sv text) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    if (is_one_of(text, nulls)) {
        return ix_json_new_null(arena);
    }
    if (is_one_of(text, trues) || is_one_of(text, falses)) {
        return ix_json_new_bool(arena, is_one_of(text, trues));
    }
    struct ix_json *number =
        memchr("0123456789+-.", text.data[0], 13) ? radix_number(arena, text) : NULL;
    if (!number && memchr("0123456789+-.", text.data[0], 13)) {
        number = decimal_number(arena, text);
    }
    return number ? number : ix_json_new_string(arena, text);
}

#define CORE_TAG "tag:yaml.org,2002:"

static struct ix_json *scalar_node(struct ix_yaml_reader *r, const yaml_event_t *event) {
    struct ix_sv text = ix_sv_of((const char *)event->data.scalar.value, event->data.scalar.length);
    struct ix_sv tag = ix_sv_cstr((const char *)event->data.scalar.tag);
    bool resolved_by_tag = ix_sv_starts(tag, IX_SV(CORE_TAG)) && !ix_sv_ends(tag, IX_SV(":str")) &&
                           !ix_sv_ends(tag, IX_SV(":binary"));
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && ix_sv_empty(tag);
    return plain || resolved_by_tag ? resolve(r->arena, text) : ix_json_new_string(r->arena, text);
}

/* ---- nodes ---- */

static enum ix_code count_nodes(struct ix_yaml_reader *r, size_t more, yaml_mark_t mark) {
    r->nodes += more;
    if (r->nodes > IX_YAML_NODES_MAX) {
        return fail_at(r, IX_LIMIT, mark, "too many values in one document (aliases expanded)");
    }
    return ix_arena_check(r->arena, r->err);
}

/* Counts the nodes; *ret_depth is raised to the containers inside each other, `depth` outside. */
static size_t measure(const struct ix_json *node, size_t depth, size_t *ret_depth) {
    size_t size = 1;
    *ret_depth = depth > *ret_depth ? depth : *ret_depth;
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        size += measure(n, depth + 1, ret_depth);
    }
    return size;
}

static enum ix_code alias_node(struct ix_yaml_reader *r, const yaml_event_t *event,
                               struct ix_json **ret_node) {
    struct ix_sv name = ix_sv_cstr((const char *)event->data.alias.anchor);
    union ix_map_value *anchor = ix_map_find(&r->anchors, name);
    if (!anchor || !anchor->pointer) {
        return fail_at(r, IX_INVALID, event->start_mark, "an alias of an anchor that is not there");
    }
    size_t depth = r->depth;
    enum ix_code code =
        count_nodes(r, measure(anchor->pointer, r->depth, &depth), event->start_mark);
    if (code == IX_OK && depth > ALIAS_DEPTH_MAX) {
        code = fail_at(r, IX_LIMIT, event->start_mark, "aliases of aliases nest too deeply");
    }
    if (code == IX_OK) {
        *ret_node = ix_json_clone(r->arena, anchor->pointer);
    }
    return code;
}

static void remember_anchor(struct ix_yaml_reader *r, const yaml_char_t *anchor,
                            struct ix_json *node) {
    if (anchor) {
        union ix_map_value *slot = ix_map_put(&r->anchors, ix_sv_cstr((const char *)anchor), NULL);
        if (slot) {
            slot->pointer = node;
        }
    }
}

static struct ix_json *apply_tag(struct ix_yaml_reader *r, const yaml_char_t *tag,
                                 struct ix_json *node) {
    struct ix_sv name = ix_sv_cstr((const char *)tag);
    bool own = name.size > 1 && name.data[0] == '!';
    return own && r->tag_fn && node ? r->tag_fn(r->tag_context, r->arena, name, node) : node;
}

static enum ix_code read_node(struct ix_yaml_reader *r, yaml_event_t *event,
                              struct ix_json **ret_node);

/* Takes the next event and, unless it is `end`, reads the node that it begins. */
static enum ix_code next_node(struct ix_yaml_reader *r, yaml_event_type_t end,
                              struct ix_json **ret_node, yaml_mark_t *ret_mark) {
    yaml_event_t event;
    *ret_node = NULL;
    enum ix_code code = next_event(r, &event);
    if (code != IX_OK) {
        return code;
    }
    *ret_mark = event.start_mark;
    if (event.type != end) {
        code = read_node(r, &event, ret_node);
    }
    yaml_event_delete(&event);
    return code;
}

static enum ix_code read_sequence(struct ix_yaml_reader *r, struct ix_json *array) {
    for (;;) {
        struct ix_json *item;
        yaml_mark_t mark;
        enum ix_code code = next_node(r, YAML_SEQUENCE_END_EVENT, &item, &mark);
        if (code != IX_OK || !item) {
            return code;
        }
        ix_json_append(array, item);
    }
}

/* "<<": members of the mapping, or of each mapping of a sequence, that are not there yet. */
static void merge(struct ix_yaml_reader *r, struct ix_json *object, const struct ix_json *from) {
    if (ix_json_kind(from) == IX_JSON_ARRAY) {
        for (const struct ix_json *n = ix_json_first(from); n; n = ix_json_next(n)) {
            merge(r, object, n);
        }
        return;
    }
    for (const struct ix_json *n = ix_json_first(from); n; n = ix_json_next(n)) {
        if (!ix_json_get_sv(object, ix_json_key(n))) {
            ix_json_set(r->arena, object, ix_json_key(n), ix_json_clone(r->arena, n));
        }
    }
}

/* Keys that are no strings become their text, which is bounded: keys inside keys inside keys double
 * their quotes each time. */
static enum ix_code key_text(struct ix_yaml_reader *r, const struct ix_json *key,
                             struct ix_sv *ret_text) {
    enum { KEY_MAX = 64 << 10 };
    if (ix_json_kind(key) == IX_JSON_STRING) {
        *ret_text = ix_json_string(key);
        return IX_OK;
    }
    struct ix_buf buf = {.limit = KEY_MAX};
    ix_json_write(&buf, key);
    enum ix_code code = ix_buf_check(&buf, r->err);
    *ret_text = ix_arena_copy(r->arena, ix_buf_sv(&buf));
    ix_buf_done(&buf);
    return code == IX_OK ? code : ix_err_wrap(r->err, "a key that is no string");
}

static enum ix_code read_member(struct ix_yaml_reader *r, struct ix_json *object,
                                struct ix_json *merged, const struct ix_json *key) {
    struct ix_json *value;
    struct ix_sv name = {0};
    yaml_mark_t mark;
    enum ix_code code = key_text(r, key, &name);
    code = code == IX_OK ? next_node(r, YAML_NO_EVENT, &value, &mark) : code;
    if (code != IX_OK) {
        return code;
    }
    if (ix_sv_eq(name, IX_SV("<<"))) {
        ix_json_append(merged, value);
    } else {
        ix_json_add(r->arena, object, name, value);
    }
    return IX_OK;
}

static enum ix_code read_mapping(struct ix_yaml_reader *r, struct ix_json *object) {
    struct ix_json *merged = ix_json_new_array(r->arena);
    struct ix_json *key;
    yaml_mark_t mark;
    enum ix_code code = next_node(r, YAML_MAPPING_END_EVENT, &key, &mark);
    while (code == IX_OK && key) {
        code = read_member(r, object, merged, key);
        code = code == IX_OK ? next_node(r, YAML_MAPPING_END_EVENT, &key, &mark) : code;
    }
    code = code == IX_OK ? ix_arena_check(r->arena, r->err) : code;
    if (code != IX_OK) {
        return code;
    }
    if (!ix_json_drop_repeated(object)) {
        return ix_err_nomem(r->err);
    }
    merge(r, object, merged);
    return IX_OK;
}

static enum ix_code read_container(struct ix_yaml_reader *r, const yaml_event_t *event,
                                   struct ix_json **ret_node) {
    if (r->depth == IX_YAML_DEPTH_MAX) {
        return fail_at(r, IX_LIMIT, event->start_mark, "mappings and sequences nest too deeply");
    }
    r->depth++;
    bool mapping = event->type == YAML_MAPPING_START_EVENT;
    struct ix_json *node = mapping ? ix_json_new_object(r->arena) : ix_json_new_array(r->arena);
    enum ix_code code = mapping ? read_mapping(r, node) : read_sequence(r, node);
    r->depth--;
    if (code != IX_OK) {
        return code;
    }
    const yaml_char_t *tag =
        mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    *ret_node = apply_tag(r, tag, node);
    remember_anchor(r,
                    mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor,
                    *ret_node);
    return ix_arena_check(r->arena, r->err);
}

static enum ix_code read_value(struct ix_yaml_reader *r, const yaml_event_t *event,
                               struct ix_json **ret_node) {
    enum ix_code code = count_nodes(r, 1, event->start_mark);
    if (code != IX_OK) {
        return code;
    }
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return alias_node(r, event, ret_node);
    case YAML_SCALAR_EVENT:
        *ret_node = apply_tag(r, event->data.scalar.tag, scalar_node(r, event));
        remember_anchor(r, event->data.scalar.anchor, *ret_node);
        return ix_arena_check(r->arena, r->err);
    default:
        return read_container(r, event, ret_node);
    }
}

static enum ix_code read_node(struct ix_yaml_reader *r, yaml_event_t *event,
                              struct ix_json **ret_node) {
    enum ix_code code = read_value(r, event, ret_node);
    if (code == IX_OK && r->seen_fn) {
        r->seen_fn(r->seen_context, *ret_node, (int64_t)event->start_mark.line + 1);
    }
    return code;
}

/* ---- documents ---- */

static enum ix_code skip_to_document(struct ix_yaml_reader *r, int64_t *ret_line) {
    while (!r->started && !r->ended) {
        yaml_event_t event;
        enum ix_code code = next_event(r, &event);
        if (code != IX_OK) {
            return code;
        }
        r->started = event.type == YAML_DOCUMENT_START_EVENT;
        /* no event: asked again after an error */
        r->ended = event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT;
        *ret_line = (int64_t)event.start_mark.line + 1;
        yaml_event_delete(&event);
    }
    return IX_OK;
}

enum ix_code ix_yaml_reader_next(struct ix_yaml_reader *r, struct ix_arena *arena,
                                 struct ix_json **ret_node, int64_t *ret_line, struct ix_err *err) {
    r->arena = arena;
    r->err = err;
    r->nodes = r->depth = r->document_bytes = 0;
    *ret_node = NULL;
    ix_map_init(&r->anchors, arena);
    enum ix_code code = skip_to_document(r, ret_line);
    if (code != IX_OK || r->ended) {
        return code;
    }
    yaml_mark_t mark;
    r->started = false;
    return next_node(r, YAML_NO_EVENT, ret_node, &mark);
}
