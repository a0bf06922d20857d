/* Reads a head, decides by its first line whether this is an exchange stream, and keeps the rest in
 * memory when it is not. */
#include "collectors/standard_input.h"

#include <stdlib.h>

#include "base/buf.h"

struct ix_standard_input {
    struct ix_stream *stream;
    struct ix_buf kept; /* the head, or the whole text */
    bool exchange;
    bool resumed;
};

static enum ix_code keep_up_to(struct ix_standard_input *in, size_t size, struct ix_err *err) {
    size_t got = 1;
    while (got > 0 && in->kept.size < size) {
        size_t room = size - in->kept.size;
        room = room < IX_INPUT_HEAD ? room : IX_INPUT_HEAD;
        char *to = ix_buf_reserve(&in->kept, room);
        if (!to) {
            return ix_buf_check(&in->kept, err);
        }
        enum ix_code code = ix_stream_read(in->stream, to, room, &got, err);
        if (code != IX_OK) {
            return code;
        }
        in->kept.size += got;
    }
    return IX_OK;
}

/* A first line that is an object with a text member "record": see collectors/ndjson. */
static bool begins_as_exchange(struct ix_sv head) {
    size_t end = ix_sv_find_char(head, '\n');
    if (end == IX_SV_NPOS) {
        return false;
    }
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    struct ix_json *line = NULL;
    struct ix_err ignored = {0};
    bool exchange = ix_json_parse(&arena, ix_sv_sub(head, 0, end), &line, &ignored) == IX_OK &&
                    !ix_sv_empty(ix_json_get_string(line, "record"));
    ix_arena_done(&arena);
    return exchange;
}

static enum ix_code read_start(struct ix_standard_input *in, struct ix_err *err) {
    enum ix_code code = keep_up_to(in, IX_INPUT_HEAD, err);
    if (code != IX_OK) {
        return code;
    }
    in->exchange = begins_as_exchange(ix_buf_sv(&in->kept));
    if (in->exchange) {
        return IX_OK;
    }
    code = keep_up_to(in, IX_STANDARD_INPUT_MAX, err);
    if (code == IX_OK && in->kept.size == IX_STANDARD_INPUT_MAX) {
        code = ix_err_set(err, IX_LIMIT,
                          "standard input is larger than %d MiB; write it to a file and index that",
                          IX_STANDARD_INPUT_MAX >> 20);
    }
    return code;
}

enum ix_code ix_standard_input_new(int fd, struct ix_standard_input **ret_input,
                                   struct ix_err *err) {
    struct ix_standard_input *in = calloc(1, sizeof *in);
    if (!in) {
        return ix_err_nomem(err);
    }
    enum ix_code code = ix_stream_open_fd(fd, &in->stream, err);
    code = code == IX_OK ? read_start(in, err) : code;
    if (code != IX_OK) {
        ix_standard_input_free(in);
        return code;
    }
    *ret_input = in;
    return IX_OK;
}

void ix_standard_input_free(struct ix_standard_input *in) {
    if (in) {
        ix_stream_close(in->stream);
        ix_buf_done(&in->kept);
        free(in);
    }
}

static enum ix_code open_standard_input(const struct ix_input *input, struct ix_stream **ret_stream,
                                        struct ix_err *err) {
    struct ix_standard_input *in = input->open_context;
    if (!in->exchange || !in->resumed) {
        return ix_stream_open_memory(ix_buf_sv(&in->kept), ret_stream, err);
    }
    struct ix_stream *rest = in->stream;
    in->stream = NULL;
    if (!rest) {
        return ix_err_set(err, IX_INVALID, "standard input can be read only once");
    }
    return ix_stream_open_after(ix_buf_sv(&in->kept), rest, ret_stream, err);
}

void ix_standard_input_attach(struct ix_standard_input *in, struct ix_input *input) {
    input->open = open_standard_input;
    input->open_context = in;
}

void ix_standard_input_resume(struct ix_standard_input *in) {
    if (in) {
        in->resumed = true;
    }
}
