/* The outline: a walk over the events of one document that keeps the shape and drops the bulk. */
#include "base/json_reader.h"

struct outline {
    struct ix_json_reader *reader;
    struct ix_arena *arena;
    int64_t budget_bytes; /* 0: none */
    struct ix_err *err;
};

static bool spent(const struct outline *o) {
    return o->budget_bytes && ix_json_reader_offset(o->reader) > o->budget_bytes;
}

static enum ix_code outline_value(struct outline *o, size_t depth, struct ix_json **ret_node);

/* A scalar; long strings are cut. It is taken whole first, within the reader's limit. */
static enum ix_code outline_scalar(struct outline *o, struct ix_json **ret_node) {
    struct ix_arena whole;
    ix_arena_init(&whole, 0);
    struct ix_json *node = NULL;
    enum ix_code code = ix_json_reader_value(o->reader, &whole, &node, o->err);
    if (code == IX_OK) {
        struct ix_sv text = ix_json_string(node);
        *ret_node = text.size > IX_JSON_OUTLINE_TEXT
                        ? ix_json_new_string(o->arena, ix_sv_sub(text, 0, IX_JSON_OUTLINE_TEXT))
                        : ix_json_clone(o->arena, node);
    }
    ix_arena_done(&whole);
    return code;
}

static enum ix_code outline_object(struct outline *o, size_t depth, struct ix_json *object) {
    size_t members = 0;
    while (!spent(o)) {
        struct ix_json_event event;
        enum ix_code code = ix_json_reader_next(o->reader, &event, o->err);
        if (code != IX_OK || event.kind == IX_JSON_EVENT_OBJECT_END) {
            return code;
        }
        bool kept = depth == 0 || members++ < IX_JSON_OUTLINE_MEMBERS;
        struct ix_json *value = NULL;
        struct ix_sv name = ix_arena_copy(o->arena, kept ? event.text : (struct ix_sv){0});
        code = kept ? outline_value(o, depth + 1, &value) : ix_json_reader_skip(o->reader, o->err);
        if (code != IX_OK) {
            return code;
        }
        if (kept) {
            ix_json_set(o->arena, object, name, value);
        }
    }
    return IX_OK;
}

static enum ix_code outline_array(struct outline *o, size_t depth, struct ix_json *array) {
    for (size_t items = 0; !spent(o); items++) {
        enum ix_json_kind kind;
        enum ix_code code = ix_json_reader_peek(o->reader, &kind, o->err);
        struct ix_json *value = NULL;
        if (code == IX_OK && kind == IX_JSON_NONE) {
            struct ix_json_event end;
            return ix_json_reader_next(o->reader, &end, o->err);
        }
        if (code == IX_OK) {
            code = items < IX_JSON_OUTLINE_ITEMS ? outline_value(o, depth + 1, &value)
                                                 : ix_json_reader_skip(o->reader, o->err);
        }
        if (code != IX_OK) {
            return code;
        }
        ix_json_append(array, value);
    }
    return IX_OK;
}

static enum ix_code outline_container(struct outline *o, size_t depth, bool is_object,
                                      struct ix_json **ret_node) {
    *ret_node = is_object ? ix_json_new_object(o->arena) : ix_json_new_array(o->arena);
    if (depth >= IX_JSON_OUTLINE_DEPTH) {
        return ix_json_reader_skip(o->reader, o->err);
    }
    struct ix_json_event begin;
    enum ix_code code = ix_json_reader_next(o->reader, &begin, o->err);
    if (code != IX_OK) {
        return code;
    }
    return is_object ? outline_object(o, depth, *ret_node) : outline_array(o, depth, *ret_node);
}

static enum ix_code outline_value(struct outline *o, size_t depth, struct ix_json **ret_node) {
    enum ix_json_kind kind;
    enum ix_code code = ix_json_reader_peek(o->reader, &kind, o->err);
    if (code != IX_OK || kind == IX_JSON_NONE) {
        return code;
    }
    bool container = kind == IX_JSON_OBJECT || kind == IX_JSON_ARRAY;
    return container ? outline_container(o, depth, kind == IX_JSON_OBJECT, ret_node)
                     : outline_scalar(o, ret_node);
}

enum ix_code ix_json_outline(struct ix_stream *stream, size_t budget_bytes, struct ix_arena *arena,
                             struct ix_json **ret_node, struct ix_err *err) {
    struct outline o = {
        .arena = arena,
        .budget_bytes = (int64_t)budget_bytes,
        .err = err,
    };
    *ret_node = NULL;
    enum ix_code code = ix_json_reader_open(stream, &o.reader, err);
    if (code == IX_OK) {
        code = outline_value(&o, 0, ret_node);
        code = code == IX_OK ? ix_arena_check(arena, err) : code;
    }
    ix_json_reader_close(o.reader);
    return code;
}
