/* Commas and nesting, so that callers write only names and values. */
#include "base/json_writer.h"

#include <assert.h>
#include <inttypes.h>

void ix_jw_init(struct ix_json_writer *w, struct ix_buf *buf, size_t indent) {
    *w = (struct ix_json_writer){.buf = buf, .indent = indent};
}

static void new_line(struct ix_json_writer *w) {
    if (w->indent) {
        ix_buf_add_char(w->buf, '\n');
        for (size_t i = 0; i < w->depth * w->indent; i++) {
            ix_buf_add_char(w->buf, ' ');
        }
    }
}

/* What stands before an element or a name. */
static void separate(struct ix_json_writer *w) {
    if (w->depth == 0) {
        return;
    }
    if (w->comma[w->depth - 1]) {
        ix_buf_add_char(w->buf, ',');
    }
    w->comma[w->depth - 1] = true;
    new_line(w);
}

/* A value after a name stands where it is; inside an array it needs a comma. */
static void before_value(struct ix_json_writer *w) {
    if (w->after_key) {
        w->after_key = false;
    } else {
        separate(w);
    }
}

static void begin(struct ix_json_writer *w, char bracket) {
    before_value(w);
    assert(w->depth < IX_JSON_WRITER_DEPTH);
    ix_buf_add_char(w->buf, bracket);
    w->comma[w->depth++] = false;
}

static void end(struct ix_json_writer *w, char bracket) {
    assert(w->depth > 0);
    bool empty = !w->comma[--w->depth];
    if (!empty) {
        new_line(w);
    }
    ix_buf_add_char(w->buf, bracket);
}

void ix_jw_object_begin(struct ix_json_writer *w) {
    begin(w, '{');
}

void ix_jw_object_end(struct ix_json_writer *w) {
    end(w, '}');
}

void ix_jw_array_begin(struct ix_json_writer *w) {
    begin(w, '[');
}

void ix_jw_array_end(struct ix_json_writer *w) {
    end(w, ']');
}

void ix_jw_key_sv(struct ix_json_writer *w, struct ix_sv name) {
    separate(w);
    ix_json_write_string(w->buf, name);
    ix_buf_add_cstr(w->buf, w->indent ? ": " : ":");
    w->after_key = true;
}

void ix_jw_key(struct ix_json_writer *w, const char *name) {
    ix_jw_key_sv(w, ix_sv_cstr(name));
}

void ix_jw_string(struct ix_json_writer *w, struct ix_sv value) {
    before_value(w);
    ix_json_write_string(w->buf, value);
}

void ix_jw_int64(struct ix_json_writer *w, int64_t value) {
    before_value(w);
    ix_buf_printf(w->buf, "%" PRId64, value);
}

void ix_jw_bool(struct ix_json_writer *w, bool value) {
    before_value(w);
    ix_buf_add_cstr(w->buf, value ? "true" : "false");
}

void ix_jw_null(struct ix_json_writer *w) {
    before_value(w);
    ix_buf_add_cstr(w->buf, "null");
}

void ix_jw_node(struct ix_json_writer *w, const struct ix_json *node) {
    before_value(w);
    ix_json_write(w->buf, node);
}

void ix_jw_member_string(struct ix_json_writer *w, const char *name, struct ix_sv value) {
    ix_jw_key(w, name);
    ix_jw_string(w, value);
}

void ix_jw_member_int64(struct ix_json_writer *w, const char *name, int64_t value) {
    ix_jw_key(w, name);
    ix_jw_int64(w, value);
}

void ix_jw_member_bool(struct ix_json_writer *w, const char *name, bool value) {
    ix_jw_key(w, name);
    ix_jw_bool(w, value);
}

void ix_jw_member_optional(struct ix_json_writer *w, const char *name, struct ix_sv value) {
    if (!ix_sv_empty(value)) {
        ix_jw_member_string(w, name, value);
    }
}
