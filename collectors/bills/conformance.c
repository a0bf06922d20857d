/* Once the heading is known the rules are read and tied to its columns, and then each row goes
 * through those that are left. */
#include "collectors/bills/conformance.h"

#include <math.h>

#include "base/csv.h"
#include "base/hash.h"
#include "base/map.h"
#include "collectors/bills/conformance_rule.h"
#include "collectors/bills/format.h"
#include "collectors/bills/rows.h"

/* conformance.def, as text. */
static const struct row {
    const char *id, *keyword, *check, *when, *criteria;
} table[] = {
#define IX_FOCUS_RULE(id, keyword, check, when, criteria) {id, keyword, check, when, criteria},
#include "collectors/bills/conformance.def"
#undef IX_FOCUS_RULE
};

enum { RULE_COUNT = sizeof table / sizeof *table, PARENTS_MAX = 16 };

enum truth { UNKNOWN, NO, YES };

struct rule {
    struct ix_conformance_rule *shown;
    struct ix_conformance_test *check, *when;
    size_t parent;       /* whose condition it inherits; SIZE_MAX: none */
    struct ix_map pairs; /* of distinct(): the hash of the value that was seen first */
};

struct conformance {
    struct ix_arena *arena;
    struct ix_arena pairs; /* of all rules */
    struct ix_sv version;
    struct rule rules[RULE_COUNT];
    struct ix_conformance_rule *shown;
    struct ix_sv *heading;
    size_t column_count;
    struct ix_csv_row row;
    struct ix_conformance *found;
    size_t live[RULE_COUNT]; /* rules that rows are put through */
    size_t live_count;
};

/* ---- a row ---- */

static bool is_null(struct ix_sv cell, bool quoted) {
    return ix_sv_empty(cell) || (!quoted && ix_sv_eq_nocase(cell, IX_SV("null")));
}

/* Without pointer: null, or a column that is not there. */
static struct ix_sv cell_at(const struct conformance *c, size_t at) {
    if (at >= c->row.count || is_null(c->row.cells[at], c->row.quoted[at])) {
        return (struct ix_sv){0};
    }
    return c->row.cells[at];
}

static enum truth truth_of(bool is) {
    return is ? YES : NO;
}

static enum truth is_among(const struct ix_conformance_test *test, struct ix_sv cell) {
    for (size_t i = 0; cell.data && i < test->list_count; i++) {
        if (ix_sv_eq(cell, test->list[i])) {
            return YES;
        }
    }
    return cell.data ? NO : UNKNOWN;
}

static enum truth compare_number(const struct ix_conformance_test *test, struct ix_sv cell) {
    long double number;
    if (!cell.data || !ix_conformance_number(cell, &number)) {
        return UNKNOWN;
    }
    switch (test->op) {
    case IX_CONFORMANCE_AT_LEAST:
        return truth_of(number >= test->number);
    case IX_CONFORMANCE_NUMBER:
        return truth_of(number == test->number);
    default:
        return truth_of(number != test->number);
    }
}

/* Numbers by value (1.50 is 1.5), others by their text. */
static enum truth compare_cells(const struct ix_conformance_test *test, struct ix_sv a,
                                struct ix_sv b) {
    long double x;
    long double y;
    if (!a.data || !b.data) {
        return UNKNOWN;
    }
    bool same =
        ix_conformance_number(a, &x) && ix_conformance_number(b, &y) ? x == y : ix_sv_eq(a, b);
    return truth_of(same == (test->op == IX_CONFORMANCE_SAME));
}

/* Decimals that a number is written with, and that are looked at: bills pad their amounts. */
static int scale_of(struct ix_sv cell) {
    enum { SCALE_MAX = 10 };
    size_t point = ix_sv_find_char(cell, '.');
    size_t scale = point == IX_SV_NPOS ? 0 : cell.size - point - 1;
    return scale < SCALE_MAX ? (int)scale : SCALE_MAX;
}

/* A product is kept when it is the result as far as the result is written, to ten decimals. */
static enum truth compare_product(struct ix_sv a, struct ix_sv b, struct ix_sv product) {
    static const long double noise = 1e-15L;
    long double x;
    long double y;
    long double z;
    if (!ix_conformance_number(a, &x) || !ix_conformance_number(b, &y) ||
        !ix_conformance_number(product, &z)) {
        return UNKNOWN;
    }
    bool exponent =
        ix_sv_find_char(product, 'E') != IX_SV_NPOS || ix_sv_find_char(product, 'e') != IX_SV_NPOS;
    long double unit = exponent ? 0 : powl(10, -scale_of(product));
    return truth_of(fabsl(x * y - z) <= unit / 2 * (1 + noise) + fabsl(z) * noise);
}

/* The first B of an A is the one that counts. */
static enum truth compare_pair(struct conformance *c, struct rule *rule, struct ix_sv a,
                               struct ix_sv b) {
    if (!a.data || !b.data || rule->shown->state == IX_CONFORMANCE_OPEN) {
        return UNKNOWN;
    }
    bool added = false;
    int64_t hash = (int64_t)ix_hash_short(b);
    union ix_map_value *value = ix_map_find(&rule->pairs, a);
    if (!value && rule->pairs.count == IX_CONFORMANCE_PAIRS_MAX) {
        rule->shown->state = IX_CONFORMANCE_OPEN;
        return UNKNOWN;
    }
    value = value ? value : ix_map_put(&rule->pairs, a, &added);
    if (!value) {
        c->arena->failed = true;
        return UNKNOWN;
    }
    value->number = added ? hash : value->number;
    return truth_of(value->number == hash);
}

static enum truth evaluate(struct conformance *c, struct rule *rule,
                           const struct ix_conformance_test *test) {
    struct ix_sv cell = cell_at(c, test->cells[0]);
    switch (test->op) {
    case IX_CONFORMANCE_AND:
    case IX_CONFORMANCE_OR: {
        enum truth decides = test->op == IX_CONFORMANCE_AND ? NO : YES;
        enum truth left = evaluate(c, rule, test->left);
        enum truth right = left == decides ? UNKNOWN : evaluate(c, rule, test->right);
        return left == decides || right == decides ? decides : left == UNKNOWN ? left : right;
    }
    case IX_CONFORMANCE_NULL:
        return truth_of(!cell.data);
    case IX_CONFORMANCE_NOT_NULL:
        return truth_of(cell.data);
    case IX_CONFORMANCE_TEXT:
        return cell.data ? truth_of(ix_sv_eq(cell, test->text)) : UNKNOWN;
    case IX_CONFORMANCE_NOT_TEXT:
        return truth_of(!cell.data || !ix_sv_eq(cell, test->text));
    case IX_CONFORMANCE_IN:
        return is_among(test, cell);
    case IX_CONFORMANCE_NUMBER:
    case IX_CONFORMANCE_NOT_NUMBER:
    case IX_CONFORMANCE_AT_LEAST:
        return compare_number(test, cell);
    case IX_CONFORMANCE_SAME:
    case IX_CONFORMANCE_NOT_SAME:
        return compare_cells(test, cell, cell_at(c, test->cells[1]));
    case IX_CONFORMANCE_PRODUCT:
        return compare_product(cell, cell_at(c, test->cells[1]), cell_at(c, test->cells[2]));
    case IX_CONFORMANCE_FORM:
        return cell.data ? truth_of(test->form->has(cell)) : UNKNOWN;
    case IX_CONFORMANCE_DISTINCT:
        return compare_pair(c, rule, cell, cell_at(c, test->cells[1]));
    default:
        return UNKNOWN;
    }
}

/* The rule's own condition and those it inherits. */
static bool applies(struct conformance *c, struct rule *rule) {
    struct rule *of = rule;
    for (int depth = 0; depth < PARENTS_MAX; depth++) {
        if (of->when && evaluate(c, rule, of->when) != YES) {
            return false;
        }
        if (of->parent == SIZE_MAX) {
            return true;
        }
        of = &c->rules[of->parent];
    }
    return true;
}

static void name_line(int64_t *lines, size_t *count, int64_t line) {
    if (*count < IX_CONFORMANCE_ROWS_NAMED) {
        lines[(*count)++] = line;
    }
}

static void put_through(struct conformance *c) {
    for (size_t i = 0; i < c->live_count; i++) {
        struct rule *rule = &c->rules[c->live[i]];
        if (applies(c, rule) && evaluate(c, rule, rule->check) == NO) {
            rule->shown->breaches++;
            name_line(rule->shown->lines, &rule->shown->line_count, c->row.line);
        }
    }
}

/* ---- the rules ---- */

static size_t find_rule(struct ix_sv id) {
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (ix_sv_eq_cstr(id, table[i].id)) {
            return i;
        }
    }
    return SIZE_MAX;
}

static enum ix_code read_rule(struct conformance *c, size_t at, struct ix_err *err) {
    const struct row *row = &table[at];
    struct rule *rule = &c->rules[at];
    *rule = (struct rule){.shown = &c->shown[at], .parent = SIZE_MAX};
    ix_map_init(&rule->pairs, &c->pairs);
    *rule->shown = (struct ix_conformance_rule){.id = ix_sv_cstr(row->id),
                                                .keyword = ix_sv_cstr(row->keyword),
                                                .check = ix_sv_cstr(row->check),
                                                .when = ix_sv_cstr(row->when)};
    enum ix_code code = ix_conformance_parse(c->arena, rule->shown->check, &rule->check, err);
    rule->shown->check = ix_conformance_say(c->arena, rule->shown->check, rule->check);
    code =
        code == IX_OK ? ix_conformance_parse(c->arena, rule->shown->when, &rule->when, err) : code;
    return code == IX_OK ? code : ix_err_wrap(err, "rule %s", row->id);
}

/* Rules that a rule names inherit its condition. */
static void adopt(struct conformance *c, size_t at) {
    const struct ix_conformance_test *check = c->rules[at].check;
    bool names = check && check->op == IX_CONFORMANCE_RULES;
    for (size_t i = 0; names && i < check->list_count; i++) {
        size_t child = find_rule(check->list[i]);
        if (child != SIZE_MAX) {
            c->rules[child].parent = at;
        }
    }
}

static enum ix_code read_rules(struct conformance *c, struct ix_err *err) {
    enum ix_code code = IX_OK;
    c->shown = ix_arena_array(c->arena, RULE_COUNT, sizeof *c->shown);
    for (size_t i = 0; c->shown && code == IX_OK && i < RULE_COUNT; i++) {
        code = read_rule(c, i, err);
    }
    for (size_t i = 0; c->shown && code == IX_OK && i < RULE_COUNT; i++) {
        adopt(c, i);
    }
    return code == IX_OK ? ix_arena_check(c->arena, err) : code;
}

/* ---- rules and columns ---- */

static size_t find_column(const struct conformance *c, struct ix_sv name) {
    for (size_t i = 0; i < c->column_count; i++) {
        if (ix_sv_eq_nocase(c->heading[i], name)) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* True: the version that is asked for has the column. Versions are one digit, point, one digit. */
static bool in_version(const struct conformance *c, struct ix_sv name) {
    enum ix_focus_column column;
    if (!ix_focus_find(name, &column)) {
        return true;
    }
    const struct ix_focus_info *info = &ix_focus_columns[column];
    return ix_sv_cmp(ix_sv_cstr(info->since), c->version) <= 0 &&
           (info->until[0] == '\0' || ix_sv_cmp(c->version, ix_sv_cstr(info->until)) < 0);
}

struct ties {
    bool known; /* the version has all its columns */
    bool there; /* the file has them */
};

static struct ties tie(struct conformance *c, struct ix_conformance_test *test) {
    struct ties all = {true, true};
    if (!test || test->op == IX_CONFORMANCE_RULES) {
        return all;
    }
    if (test->left) {
        struct ties left = tie(c, test->left);
        struct ties right = tie(c, test->right);
        test->cells[0] = SIZE_MAX;
        return (struct ties){left.known && right.known, left.there && right.there};
    }
    for (size_t i = 0; i < sizeof test->columns / sizeof *test->columns; i++) {
        bool named = test->columns[i].data;
        test->cells[i] = named ? find_column(c, test->columns[i]) : SIZE_MAX;
        all.known &= !named || in_version(c, test->columns[i]);
        all.there &= !named || test->cells[i] != SIZE_MAX;
    }
    return all;
}

/* What of a rule can be said before the first row. */
static void settle(struct conformance *c, size_t at) {
    struct rule *rule = &c->rules[at];
    struct ties check = tie(c, rule->check);
    (void)tie(c, rule->when); /* a column that is not there is null to conditions */
    if (!rule->check) {
        rule->shown->state = IX_CONFORMANCE_OPEN;
        return;
    }
    if (ix_sv_eq_cstr(rule->shown->keyword, "MAY")) { /* allows, and asks for nothing */
        return;
    }
    if (rule->check->op == IX_CONFORMANCE_PRESENT) {
        bool must = table[at].criteria[0] == '\0';
        bool broken = !check.there && must && check.known;
        rule->shown->breaches = broken;
        rule->shown->state =
            !check.known || (!check.there && !must) ? IX_CONFORMANCE_ABSENT : IX_CONFORMANCE_KEPT;
        return;
    }
    if (!check.known || !check.there) {
        rule->shown->state = IX_CONFORMANCE_ABSENT;
        return;
    }
    if (rule->check->op != IX_CONFORMANCE_RULES) {
        c->live[c->live_count++] = at;
    }
}

static enum ix_code take_heading(struct conformance *c, struct ix_err *err) {
    c->heading = ix_arena_array(c->arena, c->row.count, sizeof *c->heading);
    c->column_count = c->row.count;
    for (size_t i = 0; c->heading && i < c->column_count; i++) {
        c->heading[i] = ix_arena_copy(c->arena, ix_sv_trim(c->row.cells[i]));
    }
    const struct ix_bill_heading heading = {c->heading, c->heading, c->column_count};
    if (c->arena->failed || !ix_bill_focus.claims(&heading)) {
        enum ix_code code = ix_arena_check(c->arena, err);
        return code == IX_OK ? ix_err_set(err, IX_INVALID,
                                          "line 1: no heading of FOCUS; its rules are for files in "
                                          "the columns of FOCUS")
                             : code;
    }
    enum ix_code code = read_rules(c, err);
    for (size_t i = 0; code == IX_OK && i < RULE_COUNT; i++) {
        settle(c, i);
    }
    return code;
}

/* ---- the file ---- */

static void take_row(struct conformance *c) {
    bool faulty = c->row.faulty_cell != SIZE_MAX || c->row.count > c->column_count;
    if (faulty) {
        c->found->unread++;
        name_line(c->found->unread_lines, &c->found->unread_line_count, c->row.line);
        return;
    }
    c->found->rows++;
    put_through(c);
}

static enum ix_code read_rows(struct conformance *c, struct ix_csv *csv, const bool *cancelled,
                              struct ix_err *err) {
    bool more = false;
    enum ix_code code = ix_csv_next(csv, &c->row, &more, err);
    if (code == IX_OK && !more) {
        return ix_err_set(err, IX_INVALID, "the file is empty");
    }
    code = code == IX_OK ? take_heading(c, err) : code;
    while (code == IX_OK && more) {
        if (cancelled && *cancelled) {
            return ix_err_set(err, IX_CANCELLED, "stopped");
        }
        code = ix_csv_next(csv, &c->row, &more, err);
        if (code == IX_OK && more && !ix_bill_row_is_blank(&c->row)) {
            take_row(c);
        }
    }
    return code == IX_OK ? ix_arena_check(c->arena, err) : code;
}

static void conclude(struct conformance *c) {
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct ix_conformance_rule *rule = &c->shown[i];
        rule->state = rule->breaches > 0 ? IX_CONFORMANCE_BROKEN : rule->state;
    }
    c->found->rules = c->shown;
    c->found->count = RULE_COUNT;
}

enum ix_code ix_conformance_check(struct ix_stream *stream, struct ix_sv version,
                                  struct ix_arena *arena, const bool *cancelled,
                                  struct ix_conformance *ret, struct ix_err *err) {
    struct conformance *c = ix_arena_zalloc(arena, sizeof *c);
    struct ix_csv *csv = NULL;
    *ret = (struct ix_conformance){0};
    if (!c) {
        return ix_arena_check(arena, err);
    }
    c->arena = arena;
    c->version = version;
    c->found = ret;
    ix_arena_init(&c->pairs, 0);
    enum ix_code code = ix_csv_new(stream, &csv, err);
    code = code == IX_OK ? read_rows(c, csv, cancelled, err) : code;
    if (code == IX_OK) {
        conclude(c);
    }
    ix_csv_free(csv);
    ix_arena_done(&c->pairs);
    return code;
}
