/* ix_stream: bytes from somewhere, pulled in pieces.
 *
 * A stream reads a file, standard input or a run of memory. gzip (RFC 1952) and Zstandard
 * (RFC 8878) are recognised by their first bytes, not by name, and undone on the way, several
 * members one after another included. Memory: one input and one output window, whatever the size;
 * a Zstandard window above IX_STREAM_WINDOW_MAX is refused. The expanded size is bounded by
 * IX_STREAM_BYTES_MAX (a "zip bomb" ends with IX_LIMIT, not with a full disk).
 */
#ifndef IX_BASE_STREAM_H
#define IX_BASE_STREAM_H

#include "base/err.h"
#include "base/sv.h"

enum { IX_STREAM_WINDOW_MAX = 128 << 20 };
#define IX_STREAM_BYTES_MAX (INT64_C(1) << 40)

struct ix_stream;

/* IX_NOT_FOUND, IX_DENIED, IX_IO (also for a folder), IX_NOMEM. */
IX_MUST_CHECK enum ix_code ix_stream_open_file(const char *path, struct ix_stream **ret_stream,
                                               struct ix_err *err);
/* The descriptor stays the caller's. */
IX_MUST_CHECK enum ix_code ix_stream_open_fd(int fd, struct ix_stream **ret_stream,
                                             struct ix_err *err);
/* `bytes` must outlive the stream. */
IX_MUST_CHECK enum ix_code ix_stream_open_memory(struct ix_sv bytes, struct ix_stream **ret_stream,
                                                 struct ix_err *err);
/* Reads `head`, then what is left of `rest`, which the new stream owns (also when this fails). What
 * `rest` gives is taken as it is: it has been expanded already. */
IX_MUST_CHECK enum ix_code ix_stream_open_after(struct ix_sv head, struct ix_stream *rest,
                                                struct ix_stream **ret_stream, struct ix_err *err);
void ix_stream_close(struct ix_stream *stream); /* takes NULL */

/* Fills up to `size` bytes; *ret_size 0 is the end. A file cut off inside a compressed member is
 * IX_INVALID ("ends in the middle"), never a silent end. */
IX_MUST_CHECK enum ix_code ix_stream_read(struct ix_stream *stream, void *to, size_t size,
                                          size_t *ret_size, struct ix_err *err);

/* Bytes taken from the underlying file so far, for progress. */
int64_t ix_stream_taken_bytes(const struct ix_stream *stream);

/* One line without its line end; *ret_more false at the end of the stream. Lines longer than
 * `limit` bytes are IX_LIMIT. The slice is good until the next call. Do not mix with
 * ix_stream_read. */
IX_MUST_CHECK enum ix_code ix_stream_line(struct ix_stream *stream, size_t limit,
                                          struct ix_sv *ret_line, bool *ret_more,
                                          struct ix_err *err);

#endif
