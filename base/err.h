/* Errors: what went wrong, named by what the caller can do about it.
 *
 * An ix_err lives on the caller's stack, owns nothing and needs no memory to be filled. The first
 * error wins: it is written where the cause is known; callers above only put context in front of
 * it. A function that can fail returns enum ix_code and fills `err` (never NULL) unless it
 * returns IX_OK. Messages never quote a value that could be a secret: name the path, not the value.
 */
#ifndef IX_BASE_ERR_H
#define IX_BASE_ERR_H

#include <stddef.h>

enum ix_code {
    IX_OK = 0,
    IX_INVALID,     /* the caller's input is wrong: mend it and call again */
    IX_NOT_FOUND,   /* the named thing does not exist */
    IX_DENIED,      /* not allowed */
    IX_LIMIT,       /* a named limit was passed */
    IX_BUSY,        /* somebody else holds it: wait and call again */
    IX_IO,          /* disk, network or operating system */
    IX_UNCERTAIN,   /* it may or may not have happened */
    IX_CORRUPT,     /* stored data does not hold together */
    IX_NOMEM,       /* out of memory */
    IX_CANCELLED,   /* somebody asked to stop */
    IX_UNSUPPORTED, /* understood, and not done by this version */
    IX_CODE_COUNT
};

enum { IX_ERR_TEXT_SIZE = 512 };

struct ix_err {
    enum ix_code code;
    size_t begin, end; /* bytes [begin, end) of the query or file; begin == end: no place known */
    char text[IX_ERR_TEXT_SIZE];
};

#define IX_MUST_CHECK   __attribute__((warn_unused_result))
#define IX_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Fills `err` unless it is already filled (the first error wins). Returns err->code, so that
 * `return ix_err_set(err, IX_INVALID, "...")` reads well. Text that does not fit is cut. */
enum ix_code ix_err_set(struct ix_err *err, enum ix_code code, const char *format, ...)
    IX_PRINTF(3, 4);

/* As ix_err_set, with the place [begin, end) in the text that is at fault. */
enum ix_code ix_err_set_at(struct ix_err *err, enum ix_code code, size_t begin, size_t end,
                           const char *format, ...) IX_PRINTF(5, 6);

/* Puts context in front of a filled error: "context: text". Returns err->code. */
enum ix_code ix_err_wrap(struct ix_err *err, const char *format, ...) IX_PRINTF(2, 3);

/* Out of memory, without needing any. */
enum ix_code ix_err_nomem(struct ix_err *err);

/* `what`: the operation that failed; adds strerror(errno_value) and chooses the code. */
enum ix_code ix_err_errno(struct ix_err *err, int errno_value, const char *format, ...)
    IX_PRINTF(3, 4);

/* A word for the code ("invalid", "not_found", ...); never NULL. */
const char *ix_code_name(enum ix_code code);

/* The program's exit code for an error: 1 failure, 2 usage, 8 corrupt (docs/ARCHITECTURE.md). */
int ix_code_exit(enum ix_code code);
/* The status of an HTTP answer (RFC 9110 section 15). */
int ix_code_http_status(enum ix_code code);

#endif
