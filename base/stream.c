/* A stream is two layers: raw bytes from a descriptor, from memory or from another stream, and an
 * expander (none, zlib, zstd) chosen by the first bytes. Each layer has one fixed window, so the
 * memory of a stream does not depend on what it reads. */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

enum { RAW_WINDOW = 128 << 10, LINE_STEP = 64 << 10, MAGIC_SIZE = 4 };
enum { GZIP_WINDOW_BITS = 15 + 16 }; /* the largest window; gzip framing only */

enum expansion { NOT_KNOWN, PLAIN, GZIP, ZSTD };

struct ix_stream {
    /* raw bytes */
    int fd; /* -1: none */
    bool owns_fd;
    struct ix_sv memory;
    struct ix_stream *rest;
    unsigned char *window; /* RAW_WINDOW bytes */
    size_t begin, end;     /* of what is in the window and not used yet */
    bool raw_ended;
    int64_t taken_bytes;

    /* expanded bytes */
    enum expansion expansion;
    z_stream inflater;
    ZSTD_DStream *unzstd;
    bool inside_member; /* a compressed member has begun and not ended */
    unsigned long long frame_declared, frame_given; /* bytes of this Zstandard frame */
    int64_t given_bytes;

    /* lines */
    struct ix_buf line;
    size_t line_begin;
    bool lines_ended;
};

/* ---- opening and closing ---- */

static enum ix_code new_stream(struct ix_stream **ret_stream, struct ix_err *err) {
    struct ix_stream *s = calloc(1, sizeof *s);
    unsigned char *window = malloc(RAW_WINDOW);
    if (!s || !window) {
        free(s);
        free(window);
        return ix_err_nomem(err);
    }
    s->fd = -1;
    s->window = window;
    *ret_stream = s;
    return IX_OK;
}

enum ix_code ix_stream_open_fd(int fd, struct ix_stream **ret_stream, struct ix_err *err) {
    enum ix_code code = new_stream(ret_stream, err);
    if (code == IX_OK) {
        (*ret_stream)->fd = fd;
    }
    return code;
}

enum ix_code ix_stream_open_file(const char *path, struct ix_stream **ret_stream,
                                 struct ix_err *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return ix_err_errno(err, errno, "%s", path);
    }
    struct stat status;
    enum ix_code code = IX_OK;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        code = ix_err_set(err, IX_IO, "%s: is a folder", path);
    }
    struct ix_stream *s = NULL;
    code = code == IX_OK ? ix_stream_open_fd(fd, &s, err) : code;
    if (code != IX_OK) {
        close(fd);
        return code;
    }
    s->owns_fd = true;
    *ret_stream = s;
    return IX_OK;
}

enum ix_code ix_stream_open_memory(struct ix_sv bytes, struct ix_stream **ret_stream,
                                   struct ix_err *err) {
    enum ix_code code = new_stream(ret_stream, err);
    if (code == IX_OK) {
        (*ret_stream)->memory = bytes;
    }
    return code;
}

enum ix_code ix_stream_open_after(struct ix_sv head, struct ix_stream *rest,
                                  struct ix_stream **ret_stream, struct ix_err *err) {
    enum ix_code code = ix_stream_open_memory(head, ret_stream, err);
    if (code != IX_OK) {
        ix_stream_close(rest);
        return code;
    }
    (*ret_stream)->rest = rest;
    (*ret_stream)->expansion = PLAIN;
    return IX_OK;
}

void ix_stream_close(struct ix_stream *s) {
    if (!s) {
        return;
    }
    if (s->expansion == GZIP) {
        inflateEnd(&s->inflater);
    }
    ZSTD_freeDStream(s->unzstd);
    if (s->owns_fd) {
        close(s->fd);
    }
    ix_stream_close(s->rest);
    ix_buf_done(&s->line);
    free(s->window);
    free(s);
}

/* ---- raw bytes ---- */

static enum ix_code read_fd(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                            struct ix_err *err) {
    for (;;) {
        ssize_t got = read(s->fd, to, size);
        if (got >= 0) {
            *ret_size = (size_t)got;
            return IX_OK;
        }
        if (errno != EINTR) {
            return ix_err_errno(err, errno, "reading");
        }
    }
}

static enum ix_code read_raw(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                             struct ix_err *err) {
    *ret_size = 0;
    if (s->memory.size > 0) {
        *ret_size = size < s->memory.size ? size : s->memory.size;
        memcpy(to, s->memory.data, *ret_size);
        s->memory = ix_sv_from(s->memory, *ret_size);
    } else if (s->rest) {
        return ix_stream_read(s->rest, to, size, ret_size, err);
    } else if (s->fd >= 0) {
        enum ix_code code = read_fd(s, to, size, ret_size, err);
        if (code != IX_OK) {
            return code;
        }
    }
    s->taken_bytes += (int64_t)*ret_size;
    return IX_OK;
}

/* Makes sure that `wanted` unused bytes are in the window, or all that are left. */
static enum ix_code fill_window(struct ix_stream *s, size_t wanted, struct ix_err *err) {
    while (s->end - s->begin < wanted && !s->raw_ended) {
        memmove(s->window, s->window + s->begin, s->end - s->begin);
        s->end -= s->begin;
        s->begin = 0;
        size_t got;
        enum ix_code code = read_raw(s, s->window + s->end, RAW_WINDOW - s->end, &got, err);
        if (code != IX_OK) {
            return code;
        }
        s->raw_ended = got == 0;
        s->end += got;
    }
    return IX_OK;
}

static size_t unused(const struct ix_stream *s) {
    return s->end - s->begin;
}

/* ---- expanding ---- */

static bool window_starts(const struct ix_stream *s, const char *magic, size_t size) {
    return unused(s) >= size && memcmp(s->window + s->begin, magic, size) == 0;
}

static enum ix_code start_gzip(struct ix_stream *s, struct ix_err *err) {
    if (inflateInit2(&s->inflater, GZIP_WINDOW_BITS) != Z_OK) {
        return ix_err_nomem(err);
    }
    s->expansion = GZIP;
    return IX_OK;
}

static enum ix_code start_zstd(struct ix_stream *s, struct ix_err *err) {
    s->unzstd = ZSTD_createDStream();
    if (!s->unzstd) {
        return ix_err_nomem(err);
    }
    enum { WINDOW_LOG = 27 }; /* IX_STREAM_WINDOW_MAX */
    ZSTD_DCtx_setParameter(s->unzstd, ZSTD_d_windowLogMax, WINDOW_LOG);
    s->expansion = ZSTD;
    return IX_OK;
}

static enum ix_code choose_expansion(struct ix_stream *s, struct ix_err *err) {
    enum ix_code code = fill_window(s, MAGIC_SIZE, err);
    if (code != IX_OK) {
        return code;
    }
    if (window_starts(s, "\x1F\x8B\x08", 3)) {
        return start_gzip(s, err);
    }
    if (window_starts(s, "\x28\xB5\x2F\xFD", 4)) {
        return start_zstd(s, err);
    }
    s->expansion = PLAIN;
    return IX_OK;
}

static enum ix_code read_plain(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                               struct ix_err *err) {
    if (unused(s) == 0) {
        return s->raw_ended ? IX_OK : read_raw(s, to, size, ret_size, err);
    }
    *ret_size = size < unused(s) ? size : unused(s);
    memcpy(to, s->window + s->begin, *ret_size);
    s->begin += *ret_size;
    return IX_OK;
}

static enum ix_code broken(struct ix_stream *s, const char *what, struct ix_err *err) {
    const char *format = s->expansion == GZIP ? "gzip" : "Zstandard";
    return ix_err_set(err, IX_INVALID, "the %s data %s, near byte %lld", format, what,
                      (long long)(s->taken_bytes - (int64_t)unused(s)));
}

static enum ix_code step_gzip(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                              struct ix_err *err) {
    if (!s->inside_member) {
        if (!window_starts(s, "\x1F\x8B", 2)) {
            return broken(s, "is followed by something else", err);
        }
        inflateReset(&s->inflater);
        s->inside_member = true;
    }
    s->inflater.next_in = s->window + s->begin;
    s->inflater.avail_in = (uInt)unused(s);
    s->inflater.next_out = to;
    s->inflater.avail_out = (uInt)(size > INT32_MAX ? INT32_MAX : size);
    uInt room = s->inflater.avail_out;
    int result = inflate(&s->inflater, Z_NO_FLUSH);
    s->begin = s->end - s->inflater.avail_in;
    *ret_size = room - s->inflater.avail_out;
    s->inside_member = result != Z_STREAM_END;
    bool fine = result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
    return fine ? IX_OK : broken(s, "is damaged", err);
}

/* The library looks at the size that a frame declares (RFC 8878 section 3.1.1.1.4) in some of its
 * ways to expand it and not in others; so it is kept and compared here. */
static enum ix_code begin_frame(struct ix_stream *s, struct ix_err *err) {
    enum { HEADER_MAX = 18 };
    enum ix_code code = fill_window(s, HEADER_MAX, err);
    s->frame_declared = ZSTD_getFrameContentSize(s->window + s->begin, unused(s));
    s->frame_given = 0;
    return code;
}

static bool frame_is_whole(const struct ix_stream *s) {
    return s->frame_declared == ZSTD_CONTENTSIZE_UNKNOWN || s->frame_declared == s->frame_given;
}

static enum ix_code step_zstd(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                              struct ix_err *err) {
    enum ix_code code = s->inside_member ? IX_OK : begin_frame(s, err);
    if (code != IX_OK) {
        return code;
    }
    ZSTD_inBuffer in = {s->window + s->begin, unused(s), 0};
    ZSTD_outBuffer out = {to, size, 0};
    size_t result = ZSTD_decompressStream(s->unzstd, &out, &in);
    s->begin += in.pos;
    *ret_size = out.pos;
    s->frame_given += out.pos;
    if (ZSTD_isError(result) || (result == 0 && !frame_is_whole(s))) {
        return broken(s, "is damaged, or needs a window of more than 128 MiB", err);
    }
    s->inside_member = result != 0;
    return IX_OK;
}

/* Steps until there is something to give or everything has ended. */
static enum ix_code read_expanded(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                                  struct ix_err *err) {
    while (*ret_size == 0) {
        enum ix_code code = fill_window(s, MAGIC_SIZE, err);
        if (code != IX_OK) {
            return code;
        }
        bool ended = unused(s) == 0;
        if (ended && !s->inside_member) {
            return IX_OK;
        }
        size_t before = unused(s);
        code = s->expansion == GZIP ? step_gzip(s, to, size, ret_size, err)
                                    : step_zstd(s, to, size, ret_size, err);
        if (code != IX_OK) {
            return code;
        }
        if (*ret_size == 0 && unused(s) == before && s->inside_member && s->raw_ended) {
            return broken(s, "ends in the middle", err);
        }
    }
    return IX_OK;
}

enum ix_code ix_stream_read(struct ix_stream *s, void *to, size_t size, size_t *ret_size,
                            struct ix_err *err) {
    *ret_size = 0;
    enum ix_code code = s->expansion == NOT_KNOWN ? choose_expansion(s, err) : IX_OK;
    if (code != IX_OK || size == 0) {
        return code;
    }
    code = s->expansion == PLAIN ? read_plain(s, to, size, ret_size, err)
                                 : read_expanded(s, to, size, ret_size, err);
    s->given_bytes += (int64_t)*ret_size;
    if (code == IX_OK && s->given_bytes > IX_STREAM_BYTES_MAX) {
        code = ix_err_set(err, IX_LIMIT, "expands to more than %lld GiB",
                          (long long)(IX_STREAM_BYTES_MAX >> 30));
    }
    return code;
}

int64_t ix_stream_taken_bytes(const struct ix_stream *s) {
    return s->rest ? s->taken_bytes + ix_stream_taken_bytes(s->rest) : s->taken_bytes;
}

/* ---- lines ---- */

static enum ix_code more_for_line(struct ix_stream *s, struct ix_err *err) {
    if (s->line_begin > 0) {
        s->line.size -= s->line_begin;
        memmove(s->line.data, s->line.data + s->line_begin, s->line.size);
        s->line_begin = 0;
    }
    char *to = ix_buf_reserve(&s->line, LINE_STEP);
    if (!to) {
        return ix_buf_check(&s->line, err);
    }
    size_t got;
    enum ix_code code = ix_stream_read(s, to, LINE_STEP, &got, err);
    s->line.size += got;
    s->lines_ended = got == 0;
    return code;
}

static struct ix_sv without_return(struct ix_sv line) {
    bool has = line.size && line.data[line.size - 1] == '\r';
    return ix_sv_sub(line, 0, line.size - has);
}

enum ix_code ix_stream_line(struct ix_stream *s, size_t limit, struct ix_sv *ret_line,
                            bool *ret_more, struct ix_err *err) {
    size_t looked = 0; /* bytes after line_begin without a line end */
    for (;;) {
        struct ix_sv left = ix_sv_from(ix_buf_sv(&s->line), s->line_begin);
        size_t found = ix_sv_find_char(ix_sv_from(left, looked), '\n');
        if (found != IX_SV_NPOS || s->lines_ended) {
            size_t size = found == IX_SV_NPOS ? left.size : looked + found;
            if (size > limit) {
                break;
            }
            *ret_more = found != IX_SV_NPOS || left.size > 0;
            *ret_line = without_return(ix_sv_sub(left, 0, size));
            s->line_begin += found == IX_SV_NPOS ? size : size + 1;
            return IX_OK;
        }
        looked = left.size;
        if (looked > limit) {
            break;
        }
        enum ix_code code = more_for_line(s, err);
        if (code != IX_OK) {
            return code;
        }
    }
    return ix_err_set(err, IX_LIMIT, "a line of more than %zu bytes", limit);
}
