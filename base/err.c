/* One table maps each code to its name, exit status and HTTP status; everything else here is
 * careful snprintf. The message is built without allocating so that "out of memory" can still be
 * said. */
#include "base/err.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_code, http_status;
} code_table[IX_CODE_COUNT] = {
    [IX_OK] = {"ok", 0, 200},
    [IX_INVALID] = {"invalid", 1, 400},
    [IX_NOT_FOUND] = {"not_found", 1, 404},
    [IX_DENIED] = {"denied", 1, 403},
    [IX_LIMIT] = {"limit", 1, 400},
    [IX_BUSY] = {"busy", 1, 503},
    [IX_IO] = {"io", 1, 500},
    [IX_UNCERTAIN] = {"uncertain", 1, 500},
    [IX_CORRUPT] = {"corrupt", 8, 500},
    [IX_NOMEM] = {"nomem", 1, 503},
    [IX_CANCELLED] = {"cancelled", 1, 503},
    [IX_UNSUPPORTED] = {"unsupported", 1, 400},
};

IX_PRINTF(5, 0)
static enum ix_code fill(struct ix_err *err, enum ix_code code, size_t begin, size_t end,
                         const char *format, va_list arguments) {
    if (err->code != IX_OK) {
        return err->code;
    }
    err->code = code;
    err->begin = begin;
    err->end = end;
    vsnprintf(err->text, sizeof err->text, format, arguments);
    return code;
}

enum ix_code ix_err_set(struct ix_err *err, enum ix_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    enum ix_code result = fill(err, code, 0, 0, format, arguments);
    va_end(arguments);
    return result;
}

enum ix_code ix_err_set_at(struct ix_err *err, enum ix_code code, size_t begin, size_t end,
                           const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    enum ix_code result = fill(err, code, begin, end, format, arguments);
    va_end(arguments);
    return result;
}

enum ix_code ix_err_wrap(struct ix_err *err, const char *format, ...) {
    char context[IX_ERR_TEXT_SIZE];
    char joined[2 * IX_ERR_TEXT_SIZE + 3];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);
    snprintf(joined, sizeof joined, "%s: %s", context, err->text);
    size_t length = strnlen(joined, sizeof err->text - 1);
    memcpy(err->text, joined, length);
    err->text[length] = '\0';
    return err->code;
}

enum ix_code ix_err_nomem(struct ix_err *err) {
    return ix_err_set(err, IX_NOMEM, "out of memory");
}

static enum ix_code code_of_errno(int errno_value) {
    switch (errno_value) {
    case ENOENT:
        return IX_NOT_FOUND;
    case EACCES:
    case EPERM:
        return IX_DENIED;
    case ENOMEM:
        return IX_NOMEM;
    default:
        return IX_IO;
    }
}

enum ix_code ix_err_errno(struct ix_err *err, int errno_value, const char *format, ...) {
    char what[IX_ERR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    /* strerror_r means two things, depending on the library */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const char *reason = plain ? strerror_l(errno_value, plain) : "the system refused it";
    /* Of a long path the beginning may go, the reason not. */
    size_t room = sizeof err->text - sizeof ": " - strlen(reason);
    size_t size = strlen(what);
    const char *shown = size > room ? what + size - room + sizeof "..." : what;
    enum ix_code code = ix_err_set(err, code_of_errno(errno_value), "%s%s: %s",
                                   shown == what ? "" : "...", shown, reason);
    if (plain) {
        freelocale(plain);
    }
    return code;
}

const char *ix_code_name(enum ix_code code) {
    return (unsigned)code < IX_CODE_COUNT ? code_table[code].name : "unknown";
}

int ix_code_exit(enum ix_code code) {
    return (unsigned)code < IX_CODE_COUNT ? code_table[code].exit_code : 1;
}

int ix_code_http_status(enum ix_code code) {
    return (unsigned)code < IX_CODE_COUNT ? code_table[code].http_status : 500;
}
