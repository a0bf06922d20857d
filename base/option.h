/* Option tables: one row an option, from which parsing, defaults, help, completion and the man page
 * come. Used by commands (cli/) and by collectors. */
#ifndef IX_BASE_OPTION_H
#define IX_BASE_OPTION_H

#include "base/err.h"
#include "base/sv.h"

enum ix_option_type {
    IX_OPTION_FLAG,   /* bool */
    IX_OPTION_TEXT,   /* struct ix_sv */
    IX_OPTION_NUMBER, /* int64_t, not negative */
    IX_OPTION_CHOICE, /* struct ix_sv, one of `choices` */
};

struct ix_option {
    const char *name; /* without dashes: "data" */
    char letter;      /* 'o' for -o; 0: none */
    enum ix_option_type type;
    const char *value_name; /* "DIR"; NULL for a flag */
    const char *fallback;   /* the default as text; NULL: zero */
    size_t offset;          /* of the member in the settings struct */
    const char *choices;    /* "table|json|csv"; of a number its range, "1..100", NULL: any */
    const char *help;       /* one line */
};

/* Sets the member from text. IX_INVALID with a message that names the option. */
IX_MUST_CHECK enum ix_code ix_option_set(const struct ix_option *option, void *settings,
                                         struct ix_sv text, struct ix_err *err);
/* The same where it is not called by dashes: `shown` is its name in messages. */
IX_MUST_CHECK enum ix_code ix_option_set_as(const struct ix_option *option, const char *shown,
                                            void *settings, struct ix_sv text, struct ix_err *err);
/* Writes every default; a table ends with a row whose name is NULL. */
IX_MUST_CHECK enum ix_code ix_option_defaults(const struct ix_option *options, void *settings,
                                              struct ix_err *err);
/* The range of a number; 0 and INT64_MAX when it has none. */
void ix_option_range(const struct ix_option *option, int64_t *ret_least, int64_t *ret_most);
const struct ix_option *ix_option_find(const struct ix_option *options, struct ix_sv name);
const struct ix_option *ix_option_find_letter(const struct ix_option *options, char letter);

#endif
