/* Whether a file of FOCUS keeps to the specification: the rules of the FOCUS Requirements Model
 * that one file can show to be broken (conformance.def), under their ids.
 *
 * One pass over the file; memory does not grow with it, but for rules about pairs of columns, which
 * remember IX_CONFORMANCE_PAIRS_MAX values each and say so when there are more.
 *
 * A rule is broken by a row only when the row says all that the rule asks about: a value that is
 * no number breaks the rule about its type, not those about its size. A column that the file does
 * not have breaks the rule that asks for it, and no other.
 */
#ifndef IX_COLLECTORS_BILLS_CONFORMANCE_H
#define IX_COLLECTORS_BILLS_CONFORMANCE_H

#include "base/arena.h"
#include "base/stream.h"

enum { IX_CONFORMANCE_ROWS_NAMED = 5, IX_CONFORMANCE_PAIRS_MAX = 1 << 20 };

/* Versions of FOCUS whose columns can be asked for. The rules are of 1.2. */
#define IX_CONFORMANCE_VERSIONS "1.0|1.1|1.2|1.3|1.4"

enum ix_conformance_state {
    IX_CONFORMANCE_KEPT,
    IX_CONFORMANCE_BROKEN,
    IX_CONFORMANCE_ABSENT, /* about a column that the file does not have and need not have */
    IX_CONFORMANCE_OPEN,   /* not to be told from the file */
};

struct ix_conformance_rule {
    struct ix_sv id;      /* "BilledCost-C-003-M" */
    struct ix_sv keyword; /* MUST, MUST NOT, SHOULD, ...: BCP 14 */
    struct ix_sv check;   /* "BilledCost is not null" */
    struct ix_sv when;    /* of which rows; empty: all */
    enum ix_conformance_state state;
    int64_t breaches;                         /* rows; 1 for a missing column */
    int64_t lines[IX_CONFORMANCE_ROWS_NAMED]; /* of the file, the first that break it */
    size_t line_count;
};

struct ix_conformance {
    const struct ix_conformance_rule *rules; /* in the order of the table */
    size_t count;
    int64_t rows;
    int64_t unread; /* rows that are no rows: more cells than the heading, text behind a quote */
    int64_t unread_lines[IX_CONFORMANCE_ROWS_NAMED];
    size_t unread_line_count;
};

/* Everything is in `arena`. `version`: of IX_CONFORMANCE_VERSIONS; rules about columns that it
 * does not have are left out. IX_INVALID when the file is no FOCUS, or ends in the middle. */
IX_MUST_CHECK enum ix_code ix_conformance_check(struct ix_stream *stream, struct ix_sv version,
                                                struct ix_arena *arena, const bool *cancelled,
                                                struct ix_conformance *ret, struct ix_err *err);

/* True when breaking the rule means that the file does not conform: MUST and MUST NOT. */
static inline bool ix_conformance_must(const struct ix_conformance_rule *rule) {
    return ix_sv_starts(rule->keyword, IX_SV("MUST"));
}

#endif
