/* The end of a stream in both of its forms. */
#include "api/end_mark.h"

#include <inttypes.h>

#include "base/json_writer.h"

/* Of a field: what is sent at once has a limit, and cursors have texts of resources in them. */
enum { CURSOR_MAX = 4096 };

void ix_end_mark_line(struct ix_buf *out, const struct ix_end_mark *mark) {
    struct ix_json_writer w;
    ix_jw_init(&w, out, 0);
    ix_jw_object_begin(&w);
    ix_jw_member_bool(&w, "end", true);
    ix_jw_member_int64(&w, "rows", mark->rows);
    ix_jw_member_bool(&w, "complete", mark->fault->code == IX_OK);
    ix_jw_member_bool(&w, "consistent", mark->consistent);
    if (mark->tail) {
        ix_jw_key(&w, "next");
        ix_jw_node(&w, ix_json_get(mark->tail, "next"));
        ix_jw_key(&w, "meta");
        ix_jw_node(&w, ix_json_get(mark->tail, "meta"));
    }
    if (mark->fault->code != IX_OK) {
        ix_jw_member_string(&w, "code", ix_sv_cstr(ix_code_name(mark->fault->code)));
        ix_jw_member_string(&w, "detail", ix_sv_cstr(mark->fault->text));
    }
    ix_jw_object_end(&w);
    ix_buf_add_char(out, '\n');
}

/* ---- a field ---- */

static void add_boolean(struct ix_buf *out, const char *key, bool value) {
    ix_buf_printf(out, ", %s%s", key, value ? "" : "=?0"); /* true is the key alone */
}

/* A String: what stands in it must be printing ASCII without quotes, as cursors and codes are. */
static void add_string(struct ix_buf *out, const char *key, struct ix_sv value) {
    ix_buf_printf(out, ", %s=\"%.*s\"", key, IX_SV_FMT(value));
}

/* A Display String, which takes any text. */
static void add_text(struct ix_buf *out, const char *key, struct ix_sv value) {
    ix_buf_printf(out, ", %s=%%\"", key);
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (c < 0x20 || c > 0x7e || c == '%' || c == '"') {
            ix_buf_printf(out, "%%%02x", c);
        } else {
            ix_buf_add_char(out, (char)c);
        }
    }
    ix_buf_add_char(out, '"');
}

void ix_end_mark_field(struct ix_buf *out, const struct ix_end_mark *mark) {
    struct ix_sv next = ix_json_get_string(mark->tail, "next");
    ix_buf_printf(out, "rows=%" PRId64, mark->rows);
    add_boolean(out, "complete", mark->fault->code == IX_OK);
    add_boolean(out, "consistent", mark->consistent);
    ix_buf_printf(out, ", generation=%" PRId64, mark->generation);
    if (!ix_sv_empty(next) && next.size <= CURSOR_MAX) {
        add_string(out, "next", next);
    }
    if (mark->fault->code != IX_OK) {
        add_string(out, "code", ix_sv_cstr(ix_code_name(mark->fault->code)));
        add_text(out, "detail", ix_sv_cstr(mark->fault->text));
    }
}
