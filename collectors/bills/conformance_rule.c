#include "collectors/bills/conformance_rule.h"

struct reader {
    struct ix_arena *arena;
    struct ix_sv whole, rest;
    struct ix_err *err;
};

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static void skip_space(struct reader *r) {
    while (ix_sv_starts(r->rest, IX_SV(" "))) {
        r->rest = ix_sv_from(r->rest, 1);
    }
}

/* A word, a text in quotes with them, or a mark. */
static struct ix_sv peek(struct reader *r) {
    skip_space(r);
    size_t size = 0;
    if (ix_sv_starts(r->rest, IX_SV("\""))) {
        size_t end = ix_sv_find_char(ix_sv_from(r->rest, 1), '"');
        return end == IX_SV_NPOS ? r->rest : ix_sv_sub(r->rest, 0, end + 2);
    }
    while (size < r->rest.size && is_word(r->rest.data[size])) {
        size++;
    }
    bool two = ix_sv_starts(r->rest, IX_SV("!=")) || ix_sv_starts(r->rest, IX_SV(">="));
    return ix_sv_sub(r->rest, 0, size > 0 ? size : two ? 2 : 1);
}

static struct ix_sv take(struct reader *r) {
    struct ix_sv word = peek(r);
    r->rest = ix_sv_from(r->rest, word.size);
    return word;
}

static bool take_if(struct reader *r, const char *word) {
    bool is = ix_sv_eq_cstr(peek(r), word);
    if (is) {
        (void)take(r);
    }
    return is;
}

static enum ix_code fail(struct reader *r) {
    return ix_err_set(r->err, IX_INVALID, "cannot read ‘%.*s’ of ‘%.*s’", IX_SV_FMT(r->rest),
                      IX_SV_FMT(r->whole));
}

static enum ix_code expect(struct reader *r, const char *word) {
    return take_if(r, word) ? IX_OK : fail(r);
}

static enum ix_code parse_or(struct reader *r, struct ix_conformance_test **ret);

/* "is null", "is not null" */
static enum ix_code parse_null(struct reader *r, struct ix_conformance_test *test) {
    test->op = take_if(r, "not") ? IX_CONFORMANCE_NOT_NULL : IX_CONFORMANCE_NULL;
    return expect(r, "null");
}

static enum ix_code parse_product(struct reader *r, struct ix_conformance_test *test) {
    test->op = IX_CONFORMANCE_PRODUCT;
    test->columns[1] = take(r);
    enum ix_code code = expect(r, "=");
    test->columns[2] = take(r);
    return code;
}

/* What stands behind = and !=; `op` is the one for texts, and the others lie beside it. */
static enum ix_code parse_value(struct reader *r, bool negated, struct ix_conformance_test *test) {
    struct ix_sv word = take(r);
    if (ix_sv_starts(word, IX_SV("\""))) {
        test->op = negated ? IX_CONFORMANCE_NOT_TEXT : IX_CONFORMANCE_TEXT;
        test->text = ix_sv_sub(word, 1, word.size - 1);
    } else if (ix_conformance_number(word, &test->number)) {
        test->op = negated ? IX_CONFORMANCE_NOT_NUMBER : IX_CONFORMANCE_NUMBER;
    } else {
        test->op = negated ? IX_CONFORMANCE_NOT_SAME : IX_CONFORMANCE_SAME;
        test->columns[1] = word;
    }
    return word.size > 0 && (word.data[0] == '"' || is_word(word.data[0])) ? IX_OK : fail(r);
}

/* Up to the closing parenthesis. */
static enum ix_code parse_list(struct reader *r, struct ix_conformance_test *test) {
    enum { LIST_MAX = 256 };
    struct ix_sv *list = ix_arena_array(r->arena, LIST_MAX, sizeof *list);
    test->list = list;
    while (list && test->list_count < LIST_MAX) {
        struct ix_sv word = take(r);
        bool text = ix_sv_starts(word, IX_SV("\""));
        list[test->list_count++] = text ? ix_sv_sub(word, 1, word.size - 1) : word;
        if (!take_if(r, ",")) {
            return expect(r, ")");
        }
    }
    return fail(r);
}

static enum ix_code parse_compare(struct reader *r, struct ix_conformance_test *test) {
    if (take_if(r, "is")) {
        return parse_null(r, test);
    }
    if (take_if(r, "in")) {
        test->op = IX_CONFORMANCE_IN;
        return take_if(r, "(") ? parse_list(r, test) : fail(r);
    }
    if (take_if(r, "*")) {
        return parse_product(r, test);
    }
    if (take_if(r, ">=")) {
        test->op = IX_CONFORMANCE_AT_LEAST;
        return ix_conformance_number(take(r), &test->number) ? IX_OK : fail(r);
    }
    bool negated = take_if(r, "!=");
    return negated || take_if(r, "=") ? parse_value(r, negated, test) : fail(r);
}

static enum ix_code parse_distinct(struct reader *r, struct ix_conformance_test *test) {
    test->op = IX_CONFORMANCE_DISTINCT;
    test->columns[0] = take(r);
    bool read = take_if(r, ",");
    test->columns[1] = take(r);
    return read && take_if(r, ")") && take_if(r, "=") && take_if(r, "1") ? IX_OK : fail(r);
}

/* name(…) */
static enum ix_code parse_call(struct reader *r, struct ix_sv name,
                               struct ix_conformance_test *test) {
    if (ix_sv_eq_cstr(name, "all") || ix_sv_eq_cstr(name, "any")) {
        test->op = IX_CONFORMANCE_RULES;
        return parse_list(r, test);
    }
    if (ix_sv_eq_cstr(name, "distinct")) {
        return parse_distinct(r, test);
    }
    test->op = ix_sv_eq_cstr(name, "present") ? IX_CONFORMANCE_PRESENT : IX_CONFORMANCE_FORM;
    test->form = ix_conformance_form_find(name);
    test->columns[0] = take(r);
    return test->op == IX_CONFORMANCE_PRESENT || test->form ? expect(r, ")") : fail(r);
}

static enum ix_code parse_test(struct reader *r, struct ix_conformance_test **ret) {
    if (take_if(r, "(")) {
        enum ix_code code = parse_or(r, ret);
        return code == IX_OK ? expect(r, ")") : code;
    }
    struct ix_conformance_test *test = ix_arena_zalloc(r->arena, sizeof *test);
    struct ix_sv word = take(r);
    if (!test || ix_sv_empty(word) || !is_word(word.data[0])) {
        return test ? fail(r) : ix_arena_check(r->arena, r->err);
    }
    *ret = test;
    if (take_if(r, "(")) {
        return parse_call(r, word, test);
    }
    test->columns[0] = word;
    return parse_compare(r, test);
}

/* Both sides of "and" or "or". */
static enum ix_code parse_chain(struct reader *r, enum ix_conformance_op op,
                                struct ix_conformance_test **ret) {
    bool any = op == IX_CONFORMANCE_OR;
    enum ix_code code = any ? parse_chain(r, IX_CONFORMANCE_AND, ret) : parse_test(r, ret);
    while (code == IX_OK && take_if(r, any ? "or" : "and")) {
        struct ix_conformance_test *both = ix_arena_zalloc(r->arena, sizeof *both);
        if (!both) {
            return ix_arena_check(r->arena, r->err);
        }
        *both = (struct ix_conformance_test){.op = op, .left = *ret};
        code = any ? parse_chain(r, IX_CONFORMANCE_AND, &both->right) : parse_test(r, &both->right);
        *ret = both;
    }
    return code;
}

static enum ix_code parse_or(struct reader *r, struct ix_conformance_test **ret) {
    return parse_chain(r, IX_CONFORMANCE_OR, ret);
}

enum ix_code ix_conformance_parse(struct ix_arena *arena, struct ix_sv text,
                                  struct ix_conformance_test **ret_test, struct ix_err *err) {
    struct reader r = {.arena = arena, .whole = text, .rest = text, .err = err};
    *ret_test = NULL;
    skip_space(&r);
    if (ix_sv_empty(r.rest)) {
        return IX_OK;
    }
    enum ix_code code = parse_or(&r, ret_test);
    skip_space(&r);
    code = code == IX_OK && !ix_sv_empty(r.rest) ? fail(&r) : code;
    return arena->failed ? ix_arena_check(arena, err) : code;
}

/* What would be too long to read out. */
static struct ix_sv say_list(struct ix_arena *arena, struct ix_sv text,
                             const struct ix_conformance_test *test) {
    enum { LONG = 200 };
    const struct ix_conformance_test *last = test->right;
    if (text.size <= LONG) {
        return text;
    }
    if (test->op == IX_CONFORMANCE_IN) {
        return ix_arena_printf(arena, "%.*s is one of the %zu values that FOCUS has for it",
                               IX_SV_FMT(test->columns[0]), test->list_count);
    }
    bool pairs = test->op == IX_CONFORMANCE_OR && last->op == IX_CONFORMANCE_AND;
    return pairs ? ix_arena_printf(arena, "%.*s and %.*s go together as FOCUS has them",
                                   IX_SV_FMT(last->left->columns[0]),
                                   IX_SV_FMT(last->right->columns[0]))
                 : text;
}

struct ix_sv ix_conformance_say(struct ix_arena *arena, struct ix_sv text,
                                const struct ix_conformance_test *test) {
    switch (test ? test->op : IX_CONFORMANCE_RULES) {
    case IX_CONFORMANCE_FORM:
        return ix_arena_printf(arena, "%.*s %s", IX_SV_FMT(test->columns[0]), test->form->says);
    case IX_CONFORMANCE_PRESENT:
        return ix_arena_printf(arena, "the column %.*s is there", IX_SV_FMT(test->columns[0]));
    case IX_CONFORMANCE_DISTINCT:
        return ix_arena_printf(arena, "one %.*s for each %.*s", IX_SV_FMT(test->columns[1]),
                               IX_SV_FMT(test->columns[0]));
    case IX_CONFORMANCE_IN:
    case IX_CONFORMANCE_OR:
        return say_list(arena, text, test);
    default:
        return text;
    }
}
