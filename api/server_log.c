/* Both forms are written from one walk over the members, so that they cannot differ in more than
 * their punctuation. */
#include "api/server_log.h"

#include <inttypes.h>

#include "base/json.h"
#include "base/time.h"

struct writer {
    struct ix_buf *buf;
    bool as_json, begun;
};

static const char *const ends[] = {
    [IX_LOG_ANSWERED] = "answered",
    [IX_LOG_CLIENT_GONE] = "client_gone",
    [IX_LOG_TIMEOUT] = "timeout",
    [IX_LOG_CUT_SHORT] = "cut_short",
};

static void write_key(struct writer *w, const char *key) {
    if (w->as_json) {
        ix_buf_printf(w->buf, "%s\"%s\":", w->begun ? "," : "{", key);
    } else {
        ix_buf_printf(w->buf, "%s%s=", w->begun ? " " : "", key);
    }
    w->begun = true;
}

static bool is_plain(struct ix_sv text) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') {
            return false;
        }
    }
    return true;
}

static void write_text(struct writer *w, const char *key, struct ix_sv text) {
    if (ix_sv_empty(text)) {
        return;
    }
    write_key(w, key);
    if (!w->as_json && is_plain(text)) {
        ix_buf_add(w->buf, text);
    } else {
        ix_json_write_string(w->buf, text);
    }
}

static void write_number(struct writer *w, const char *key, int64_t number) {
    write_key(w, key);
    ix_buf_printf(w->buf, "%" PRId64, number);
}

static void write_milliseconds(struct writer *w, const char *key, int64_t us) {
    write_key(w, key);
    ix_buf_printf(w->buf, "%" PRId64 ".%03d", us / 1000, (int)(us % 1000));
}

void ix_log_line_write(struct ix_buf *buf, const struct ix_log_line *line, bool as_json) {
    struct writer w = {.buf = buf, .as_json = as_json};
    char time[IX_TIME_TEXT_SIZE];
    write_text(&w, "time", ix_time_format(line->ended_ms, time));
    write_text(&w, "method", line->method);
    write_text(&w, "path", line->path);
    write_text(&w, "route", line->route);
    write_number(&w, "status", line->status);
    write_text(&w, "end", ix_sv_cstr(ends[line->end]));
    write_number(&w, "body_bytes", line->body_bytes);
    write_number(&w, "answer_bytes", line->answer_bytes);
    write_milliseconds(&w, "duration_ms", line->duration_us);
    write_text(&w, "client", line->client);
    write_text(&w, "request_id", line->request_id);
    write_text(&w, "trace_id", line->trace_id);
    write_text(&w, "parent_id", line->parent_id);
    ix_buf_add_cstr(buf, as_json ? "}\n" : "\n");
}
