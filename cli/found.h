/* What a search found, wherever it was asked: rows one after another, then what is said of them.
 * The warehouse answers through found.c, a server through remote.c; printing sees no difference. */
#ifndef IX_CLI_FOUND_H
#define IX_CLI_FOUND_H

#include "cli/command.h"

struct ix_found {
    bool is_resources;
    struct ix_sv columns;     /* of rows that are none: names, separated by commas */
    struct ix_sv format;      /* what `| as` asked for; may be empty */
    struct ix_sv explanation; /* for `| explain`, and then there is nothing else */
    /* The next row in `arena`, NULL after the last. */
    enum ix_code (*next)(struct ix_found *found, struct ix_arena *arena, struct ix_json **ret_row,
                         struct ix_err *err);
    /* After the last row: count, next, meta; good until the close. */
    enum ix_code (*tail)(struct ix_found *found, struct ix_json **ret_tail, struct ix_err *err);
    void (*close)(struct ix_found *found); /* frees it */
};

/* Errors with a place are of the query. */
IX_MUST_CHECK enum ix_code ix_found_in_warehouse(struct ix_invocation *invocation,
                                                 struct ix_sv text, struct ix_found **ret_found,
                                                 struct ix_err *err);
/* At settings.url; IX_IO when it cannot be reached or says what no infradex says. */
IX_MUST_CHECK enum ix_code ix_found_at_server(struct ix_invocation *invocation, struct ix_sv text,
                                              struct ix_found **ret_found, struct ix_err *err);

/* Asked for, or needed by a column. */
static inline bool ix_found_with_properties(const struct ix_invocation *invocation) {
    return invocation->settings.properties ||
           ix_sv_find(invocation->settings.columns, IX_SV("properties")) != IX_SV_NPOS;
}

#endif
