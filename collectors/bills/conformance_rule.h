/* Rules of conformance.def as trees that rows are put through.
 *
 *   check    = "all(" ids ")" | "any(" ids ")" | or-test
 *   test     = column "is null" | column "is not null" | column ("=" | "!=") ("text" | number |
 *              column) | column "in (" texts ")" | column ">=" number | column "*" column "="
 * column | form "(" column ")" | "present(" column ")" | "distinct(" column "," column ") = 1"
 *   tests are put together with "and", "or" and parentheses
 *
 * `all` and `any` name rules: those inherit the condition of the rule that names them. */
#ifndef IX_COLLECTORS_BILLS_CONFORMANCE_RULE_H
#define IX_COLLECTORS_BILLS_CONFORMANCE_RULE_H

#include "base/arena.h"
#include "base/err.h"

enum ix_conformance_op {
    IX_CONFORMANCE_AND,
    IX_CONFORMANCE_OR,
    IX_CONFORMANCE_NULL,
    IX_CONFORMANCE_NOT_NULL,
    IX_CONFORMANCE_TEXT,
    IX_CONFORMANCE_NOT_TEXT,
    IX_CONFORMANCE_IN,
    IX_CONFORMANCE_NUMBER,
    IX_CONFORMANCE_NOT_NUMBER,
    IX_CONFORMANCE_AT_LEAST,
    IX_CONFORMANCE_SAME,
    IX_CONFORMANCE_NOT_SAME,
    IX_CONFORMANCE_PRODUCT,
    IX_CONFORMANCE_FORM,
    IX_CONFORMANCE_PRESENT,
    IX_CONFORMANCE_DISTINCT,
    IX_CONFORMANCE_RULES,
};

/* A form that a cell has or has not. */
struct ix_conformance_form {
    const char *name, *says; /* "is a number" */
    bool (*has)(struct ix_sv cell);
};

struct ix_conformance_test {
    enum ix_conformance_op op;
    struct ix_sv columns[3];
    size_t cells[3]; /* of the row; SIZE_MAX: the file has no such column. Set by the reader. */
    struct ix_sv text;
    long double number;
    const struct ix_conformance_form *form;
    const struct ix_sv *list; /* ids of RULES, texts of IN */
    size_t list_count;
    struct ix_conformance_test *left, *right; /* of AND and OR */
};

/* *ret_test NULL when the text is empty. IX_INVALID says what cannot be read. */
IX_MUST_CHECK enum ix_code ix_conformance_parse(struct ix_arena *arena, struct ix_sv text,
                                                struct ix_conformance_test **ret_test,
                                                struct ix_err *err);

/* A number as FOCUS NumericFormat has it: "-12.5", "1.5E-7", nothing else. */
bool ix_conformance_number(struct ix_sv cell, long double *ret_number);
/* By name, as the table calls it; NULL: there is none. */
const struct ix_conformance_form *ix_conformance_form_find(struct ix_sv name);

/* What a check asks for, in words: "BilledCost is a number". */
struct ix_sv ix_conformance_say(struct ix_arena *arena, struct ix_sv text,
                                const struct ix_conformance_test *test);

#endif
