/* A pull tokenizer over a window of bytes. What is walked or skipped is checked against the grammar
 * with one bit for each open container; what is taken as a tree is copied out of the window and
 * parsed by ix_json_parse, which checks it again where it matters. */
#include "base/json_reader.h"

#include <stdlib.h>

#include "base/json_scan.h"

enum { WINDOW = 64 << 10, READER_DEPTH_MAX = 512 };

enum expected {
    EXPECT_DOCUMENT, /* a value at the top, or the end */
    EXPECT_FIRST,    /* after [ or {: a value or key, or the end of the container */
    EXPECT_NEXT,     /* after a value inside a container: a comma or its end */
    EXPECT_VALUE,    /* after a key or a comma in an array */
    EXPECT_KEY,      /* after a comma in an object */
};

struct ix_json_reader {
    struct ix_stream *stream;
    char window[WINDOW];
    size_t begin, end;
    bool ended;
    int64_t offset;     /* of window[begin] in the document */
    int64_t line;       /* from 1 */
    int64_t line_start; /* offset of its first byte */
    bool started;
    bool scalar_waits; /* a SCALAR event was given, its bytes are not passed yet */
    enum expected expected;
    bool is_object[READER_DEPTH_MAX];
    size_t depth;
    struct ix_buf slice; /* of the value being taken, or a key */
    struct ix_buf *copy; /* where passed bytes go; NULL: nowhere */
    struct ix_arena key_arena;
    struct ix_err *err;
};

/* ---- bytes ---- */

static enum ix_code fail(struct ix_json_reader *r, enum ix_code code, const char *what) {
    return ix_err_set_at(r->err, code, (size_t)r->offset, (size_t)r->offset + 1,
                         "line %lld, column %lld: %s", (long long)r->line,
                         (long long)(r->offset - r->line_start + 1), what);
}

static bool refill(struct ix_json_reader *r) {
    if (!r->ended && r->err->code == IX_OK) {
        size_t got = 0;
        r->begin = 0;
        r->end = 0;
        if (ix_stream_read(r->stream, r->window, WINDOW, &got, r->err) == IX_OK) {
            r->end = got;
            r->ended = got == 0;
        }
    }
    return r->begin < r->end;
}

static int peek(struct ix_json_reader *r) {
    return r->begin < r->end || refill(r) ? (unsigned char)r->window[r->begin] : -1;
}

static void take(struct ix_json_reader *r, size_t count) {
    if (r->copy) {
        ix_buf_add(r->copy, ix_sv_of(r->window + r->begin, count));
    }
    r->begin += count;
    r->offset += (int64_t)count;
}

static void skip_white(struct ix_json_reader *r) {
    for (int c = peek(r); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(r)) {
        take(r, 1);
        if (c == '\n') {
            r->line++;
            r->line_start = r->offset;
        }
    }
}

static void skip_byte_order_mark(struct ix_json_reader *r) {
    for (size_t i = 0; !r->started && i < 3 && peek(r) == (unsigned char)"\xEF\xBB\xBF"[i]; i++) {
        take(r, 1);
    }
    r->started = true;
}

/* ---- scalars, passed over ---- */

/* The bytes of the window up to what may end or change a string. */
static size_t plain_run(const struct ix_json_reader *r) {
    size_t at = r->begin;
    while (at < r->end) {
        unsigned char c = (unsigned char)r->window[at];
        if (c == '"' || c == '\\' || c < 0x20) {
            break;
        }
        at++;
    }
    return at - r->begin;
}

static enum ix_code pass_escape(struct ix_json_reader *r) {
    take(r, 1);
    int c = peek(r);
    if (c <= 0 || !strchr("\"\\/bfnrtu", c)) {
        return fail(r, IX_INVALID, "unknown escape in a string");
    }
    take(r, 1);
    for (int i = 0; c == 'u' && i < 4; i++) {
        int digit = peek(r);
        if (digit <= 0 || !strchr("0123456789abcdefABCDEF", digit)) {
            return fail(r, IX_INVALID, "four hexadecimal digits must follow \\u");
        }
        take(r, 1);
    }
    return IX_OK;
}

static enum ix_code pass_string(struct ix_json_reader *r) {
    take(r, 1);
    for (;;) {
        int c = peek(r);
        if (c < 0) {
            return fail(r, IX_INVALID, "the text ends inside a string");
        }
        if (c == '"') {
            take(r, 1);
            return IX_OK;
        }
        if (c < 0x20) {
            return fail(r, IX_INVALID, "a control character inside a string");
        }
        if (c == '\\') {
            enum ix_code code = pass_escape(r);
            if (code != IX_OK) {
                return code;
            }
        } else {
            take(r, plain_run(r));
        }
    }
}

/* Numbers and words: their bytes are gathered and checked as a whole. */
static enum ix_code pass_word(struct ix_json_reader *r) {
    enum { LONGEST = 400 };
    char text[LONGEST];
    size_t size = 0;
    for (int c = peek(r); c >= 0 && !strchr(" \t\r\n,:]}[{\"", c); c = peek(r)) {
        if (size == LONGEST) {
            return fail(r, IX_LIMIT, "a number of more than 400 digits");
        }
        text[size++] = (char)c;
        take(r, 1);
    }
    struct ix_sv word = ix_sv_of(text, size);
    double ignored;
    if (ix_sv_eq(word, IX_SV("true")) || ix_sv_eq(word, IX_SV("false")) ||
        ix_sv_eq(word, IX_SV("null")) || ix_sv_to_double(word, &ignored)) {
        return IX_OK;
    }
    r->offset -= (int64_t)size;
    return fail(r, IX_INVALID, "expected a value");
}

static enum ix_code pass_scalar(struct ix_json_reader *r) {
    return peek(r) == '"' ? pass_string(r) : pass_word(r);
}

/* ---- structure ---- */

static enum ix_code open_container(struct ix_json_reader *r, bool is_object) {
    if (r->depth == READER_DEPTH_MAX) {
        return fail(r, IX_LIMIT, "arrays and objects nest too deeply");
    }
    take(r, 1);
    r->is_object[r->depth++] = is_object;
    r->expected = EXPECT_FIRST;
    return IX_OK;
}

static void after_value(struct ix_json_reader *r) {
    r->expected = r->depth ? EXPECT_NEXT : EXPECT_DOCUMENT;
}

static void close_container(struct ix_json_reader *r) {
    take(r, 1);
    r->depth--;
    after_value(r);
}

static bool in_object(const struct ix_json_reader *r) {
    return r->depth > 0 && r->is_object[r->depth - 1];
}

/* Passes over the comma, if one is due; *ret_closes when the container ends here. */
static enum ix_code before_item(struct ix_json_reader *r, bool *ret_closes) {
    skip_white(r);
    int closing = in_object(r) ? '}' : ']';
    *ret_closes = false;
    if (r->expected != EXPECT_FIRST && r->expected != EXPECT_NEXT) {
        return r->err->code;
    }
    if (peek(r) == closing) {
        *ret_closes = true;
        return IX_OK;
    }
    if (r->expected == EXPECT_NEXT) {
        if (peek(r) != ',') {
            return fail(r, IX_INVALID,
                        peek(r) < 0 ? "the text ends in the middle"
                                    : "expected a comma or the end");
        }
        take(r, 1);
        skip_white(r);
    }
    r->expected = in_object(r) ? EXPECT_KEY : EXPECT_VALUE;
    return r->err->code;
}

static enum ix_code pass_key(struct ix_json_reader *r) {
    if (peek(r) != '"') {
        return fail(r, IX_INVALID, "expected a name in double quotes");
    }
    enum ix_code code = pass_string(r);
    skip_white(r);
    if (code == IX_OK && peek(r) != ':') {
        return fail(r, IX_INVALID, "expected a colon after the name");
    }
    if (code == IX_OK) {
        take(r, 1);
        r->expected = EXPECT_VALUE;
    }
    return code;
}

/* A slice that did not fit: in its limit, or in the memory. */
static enum ix_code slice_failed(struct ix_json_reader *r, const char *what) {
    struct ix_err why = {0};
    enum ix_code code = ix_buf_check(&r->slice, &why);
    return code == IX_NOMEM ? ix_err_nomem(r->err) : fail(r, IX_LIMIT, what);
}

/* The key's text, unescaped by the JSON parser. */
static enum ix_code read_key(struct ix_json_reader *r, struct ix_sv *ret_text) {
    ix_buf_clear(&r->slice);
    r->slice.limit = IX_JSON_KEY_MAX;
    r->copy = &r->slice;
    enum ix_code code = pass_key(r);
    r->copy = NULL;
    if (code != IX_OK) {
        return code;
    }
    if (r->slice.failed) {
        return slice_failed(r, "a name that is too long");
    }
    struct ix_sv text = ix_sv_trim(ix_sv_sub(ix_buf_sv(&r->slice), 0, r->slice.size - 1));
    ix_arena_reset(&r->key_arena);
    struct ix_json *key;
    code = ix_json_parse(&r->key_arena, text, &key, r->err);
    *ret_text = code == IX_OK ? ix_json_string(key) : (struct ix_sv){0};
    return code;
}

/* A value begins here: passes over it whole. */
static enum ix_code pass_value(struct ix_json_reader *r) {
    size_t outside = r->depth;
    enum ix_code code = IX_OK;
    do {
        bool closes = false;
        if (r->expected != EXPECT_VALUE && r->depth > outside) {
            code = before_item(r, &closes);
        }
        skip_white(r);
        int c = peek(r);
        if (code != IX_OK || r->err->code != IX_OK) {
            return r->err->code;
        }
        if (closes) {
            close_container(r);
        } else if (r->expected == EXPECT_KEY) {
            code = pass_key(r);
        } else if (c == '{' || c == '[') {
            code = open_container(r, c == '{');
        } else {
            code = c < 0 ? fail(r, IX_INVALID, "the text ends in the middle") : pass_scalar(r);
            after_value(r);
        }
    } while (code == IX_OK && (r->depth > outside || r->expected == EXPECT_VALUE));
    return code;
}

/* ---- the reader ---- */

enum ix_code ix_json_reader_open(struct ix_stream *stream, struct ix_json_reader **ret_reader,
                                 struct ix_err *err) {
    struct ix_json_reader *r = calloc(1, sizeof *r);
    if (!r) {
        return ix_err_nomem(err);
    }
    r->stream = stream;
    r->line = 1;
    ix_arena_init(&r->key_arena, 0);
    *ret_reader = r;
    return IX_OK;
}

void ix_json_reader_close(struct ix_json_reader *r) {
    if (r) {
        ix_buf_done(&r->slice);
        ix_arena_done(&r->key_arena);
        free(r);
    }
}

/* The scalar of the last event, if nobody took it. */
static enum ix_code pass_waiting(struct ix_json_reader *r) {
    if (!r->scalar_waits) {
        return IX_OK;
    }
    r->scalar_waits = false;
    enum ix_code code = pass_scalar(r);
    after_value(r);
    return code;
}

/* To where the next item begins. *ret_at: 0 an item, -1 the end of the input, 1 a container ends.
 */
static enum ix_code advance(struct ix_json_reader *r, int *ret_at) {
    skip_byte_order_mark(r);
    bool closes = false;
    enum ix_code code = pass_waiting(r);
    if (code == IX_OK && r->depth > 0) {
        code = before_item(r, &closes);
    }
    skip_white(r);
    if (code != IX_OK || r->err->code != IX_OK) {
        return r->err->code;
    }
    *ret_at = closes ? 1 : 0;
    if (!closes && peek(r) < 0) {
        *ret_at = -1;
        return r->depth > 0 ? fail(r, IX_INVALID, "the text ends in the middle") : r->err->code;
    }
    return IX_OK;
}

static enum ix_code close_event(struct ix_json_reader *r, struct ix_json_event *ret_event) {
    ret_event->kind = in_object(r) ? IX_JSON_EVENT_OBJECT_END : IX_JSON_EVENT_ARRAY_END;
    close_container(r);
    ret_event->depth = r->depth;
    return IX_OK;
}

static enum ix_code value_event(struct ix_json_reader *r, struct ix_json_event *ret_event) {
    int c = peek(r);
    if (c == '{' || c == '[') {
        ret_event->kind = c == '{' ? IX_JSON_EVENT_OBJECT_BEGIN : IX_JSON_EVENT_ARRAY_BEGIN;
        return open_container(r, c == '{');
    }
    ret_event->kind = IX_JSON_EVENT_SCALAR;
    r->scalar_waits = true;
    return IX_OK;
}

enum ix_code ix_json_reader_next(struct ix_json_reader *r, struct ix_json_event *ret_event,
                                 struct ix_err *err) {
    int at = 0;
    r->err = err;
    enum ix_code code = advance(r, &at);
    if (code != IX_OK) {
        return code;
    }
    *ret_event = (struct ix_json_event){.kind = IX_JSON_EVENT_END, .depth = r->depth};
    if (at < 0) {
        return IX_OK;
    }
    if (at > 0) {
        return close_event(r, ret_event);
    }
    if (r->expected == EXPECT_KEY) {
        ret_event->kind = IX_JSON_EVENT_KEY;
        return read_key(r, &ret_event->text);
    }
    return value_event(r, ret_event);
}

/* Copies the value that begins here into the slice and parses it. */
static enum ix_code take_value(struct ix_json_reader *r, struct ix_arena *arena,
                               struct ix_json **ret_node) {
    int64_t line = r->line;
    int64_t offset = r->offset;
    ix_buf_clear(&r->slice);
    r->slice.limit = IX_JSON_VALUE_MAX;
    r->copy = &r->slice;
    enum ix_code code = pass_value(r);
    r->copy = NULL;
    if (code != IX_OK) {
        return code;
    }
    if (r->slice.failed) {
        return slice_failed(r, "one value is larger than 256 MiB");
    }
    code = ix_json_parse(arena, ix_buf_sv(&r->slice), ret_node, r->err);
    if (code != IX_OK) {
        r->err->begin += (size_t)offset;
        r->err->end += (size_t)offset;
        ix_err_wrap(r->err, "in the value that begins at line %lld", (long long)line);
    }
    return code;
}

enum ix_code ix_json_reader_value(struct ix_json_reader *r, struct ix_arena *arena,
                                  struct ix_json **ret_node, struct ix_err *err) {
    int at = 0;
    r->err = err;
    *ret_node = NULL;
    enum ix_code code = r->scalar_waits ? IX_OK : advance(r, &at);
    r->scalar_waits = false;
    if (code == IX_OK && at > 0) {
        close_container(r);
    }
    if (code != IX_OK || at != 0) {
        return code;
    }
    return r->expected == EXPECT_KEY ? fail(r, IX_INVALID, "expected a value, not a name")
                                     : take_value(r, arena, ret_node);
}

enum ix_code ix_json_reader_skip(struct ix_json_reader *r, struct ix_err *err) {
    int at = 0;
    r->err = err;
    enum ix_code code = advance(r, &at);
    return code == IX_OK && at == 0 ? pass_value(r) : code;
}

enum ix_code ix_json_reader_peek(struct ix_json_reader *r, enum ix_json_kind *ret_kind,
                                 struct ix_err *err) {
    int at = 0;
    r->err = err;
    enum ix_code code = advance(r, &at);
    if (code != IX_OK) {
        return code;
    }
    switch (at == 0 ? peek(r) : -1) {
    case -1:
        *ret_kind = IX_JSON_NONE;
        break;
    case '{':
        *ret_kind = IX_JSON_OBJECT;
        break;
    case '[':
        *ret_kind = IX_JSON_ARRAY;
        break;
    case '"':
        *ret_kind = IX_JSON_STRING;
        break;
    case 't':
        *ret_kind = IX_JSON_TRUE;
        break;
    case 'f':
        *ret_kind = IX_JSON_FALSE;
        break;
    case 'n':
        *ret_kind = IX_JSON_NULL;
        break;
    default:
        *ret_kind = IX_JSON_NUMBER;
    }
    return IX_OK;
}

int64_t ix_json_reader_line(const struct ix_json_reader *r) {
    return r->line;
}

int64_t ix_json_reader_offset(const struct ix_json_reader *r) {
    return r->offset;
}
