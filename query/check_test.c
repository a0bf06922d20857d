/* Values get their types here. A field says which class its values are of; a property has no type
 * of its own, so each value says by its look what it compares with. */
#include "base/regex.h"
#include "query/check.h"
#include "query/unit.h"

#include <stdarg.h>
#include <stdio.h>

void ix_check_fail(struct ix_checker *checker, enum ix_code code, struct ix_span span,
                   const char *hint, const char *format, ...) {
    char what[IX_ERR_TEXT_SIZE / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    ix_query_fail(checker->err, checker->text, code, span.begin, span.end, hint, "%s", what);
}

static struct ix_span span_of(const struct ix_literal *literal) {
    return (struct ix_span){literal->begin, literal->end};
}

static bool is_textual(enum ix_value_class class_) {
    return class_ == IX_CLASS_WORDS || class_ == IX_CLASS_WHOLE || class_ == IX_CLASS_PROPERTY ||
           class_ == IX_CLASS_VERSION;
}

/* ---- one operand ---- */

static void not_a(struct ix_checker *checker, const struct ix_literal *literal, const char *what,
                  const char *hint) {
    ix_check_fail(checker, IX_INVALID, span_of(literal), hint, "‘%.*s’ is not %s",
                  ix_query_shown(literal->text), literal->text.data ? literal->text.data : "",
                  what);
}

static bool read_time(struct ix_checker *checker, struct ix_sv text, struct ix_operand *operand) {
    bool is_time = ix_when_parse(&checker->when, text, &operand->begin_ms, &operand->end_ms);
    checker->moves = checker->moves || (is_time && ix_when_moves(text));
    return is_time;
}

static bool time_operand(struct ix_checker *checker, const struct ix_literal *literal,
                         struct ix_operand *operand) {
    operand->kind = IX_OPERAND_TIME;
    if (read_time(checker, literal->text, operand)) {
        return true;
    }
    not_a(checker, literal, "a time", "; write 2025-03, 2025-03-04T05:06Z, now-7d or ago(7d)");
    return false;
}

static bool number_operand(struct ix_checker *checker, const struct ix_literal *literal,
                           struct ix_operand *operand) {
    struct ix_quantity quantity;
    operand->kind = IX_OPERAND_NUMBER;
    if (ix_quantity_parse(literal->text, &quantity) && ix_sv_empty(quantity.unit)) {
        operand->number = quantity.number;
        operand->text = quantity.number_text;
        return true;
    }
    not_a(checker, literal, "a number", "");
    return false;
}

/* ISO 4217 */
static bool is_currency_code(struct ix_sv unit) {
    for (size_t i = 0; i < unit.size; i++) {
        if (unit.data[i] < 'A' || unit.data[i] > 'Z') {
            return false;
        }
    }
    return unit.size == 3;
}

/* A sign or a code says the currency; without one any is meant. */
static bool money_operand(struct ix_checker *checker, const struct ix_literal *literal,
                          struct ix_operand *operand) {
    static const char *const codes[][2] = {{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}};
    struct ix_quantity quantity;
    struct ix_err fault = {0};
    bool rounded = false;
    operand->kind = IX_OPERAND_NUMBER;
    bool good = ix_quantity_parse(literal->text, &quantity) &&
                ix_money_parse(quantity.number_text, &operand->money, &rounded, &fault) == IX_OK;
    struct ix_sv unit = good ? quantity.unit : (struct ix_sv){0};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        operand->currency =
            ix_sv_eq_cstr(unit, codes[i][0]) ? ix_sv_cstr(codes[i][1]) : operand->currency;
    }
    if (is_currency_code(unit)) {
        operand->currency = unit;
    }
    if (!good || (!ix_sv_empty(unit) && ix_sv_empty(operand->currency))) {
        not_a(checker, literal, "an amount", "; write 20, $20 or 20EUR");
        return false;
    }
    operand->number = quantity.number;
    operand->text = quantity.number_text;
    return true;
}

static bool percent_operand(struct ix_checker *checker, const struct ix_literal *literal,
                            struct ix_operand *operand) {
    struct ix_quantity quantity;
    operand->kind = IX_OPERAND_NUMBER;
    operand->is_percent = true;
    if (ix_quantity_parse(literal->text, &quantity) &&
        (ix_sv_empty(quantity.unit) || ix_sv_eq_cstr(quantity.unit, "%"))) {
        operand->number = quantity.number;
        operand->text = quantity.number_text;
        return true;
    }
    not_a(checker, literal, "a percentage", "; write 20% or 20");
    return false;
}

static bool ip_operand(struct ix_checker *checker, const struct ix_literal *literal,
                       struct ix_operand *operand) {
    operand->kind = IX_OPERAND_IP;
    if (ix_ip_parse(literal->text, &operand->ip)) {
        return true;
    }
    not_a(checker, literal, "an address or network", "; for example ip:10.0.0.0/8");
    return false;
}

/* Unquoted values of properties: number, true, false, null, else text. */
static void property_operand(const struct ix_literal *literal, struct ix_operand *operand) {
    struct ix_quantity quantity;
    if (literal->kind != IX_LITERAL_BARE) {
        return;
    }
    if (ix_quantity_parse(literal->text, &quantity) && ix_sv_empty(quantity.unit)) {
        operand->kind = IX_OPERAND_NUMBER;
        operand->number = quantity.number;
        operand->text = quantity.number_text;
    } else if (ix_sv_eq_nocase(literal->text, IX_SV("true")) ||
               ix_sv_eq_nocase(literal->text, IX_SV("false"))) {
        operand->kind = IX_OPERAND_BOOL;
        operand->boolean = literal->text.size == sizeof "true" - 1;
    } else if (ix_sv_eq_nocase(literal->text, IX_SV("null"))) {
        operand->kind = IX_OPERAND_NULL;
    }
}

static bool operand_of(struct ix_checker *checker, enum ix_value_class class_,
                       const struct ix_literal *literal, struct ix_operand *ret_operand) {
    struct ix_operand operand = {.kind = IX_OPERAND_TEXT, .text = literal->text};
    bool good = true;
    switch (class_) {
    case IX_CLASS_TIME:
        good = time_operand(checker, literal, &operand);
        break;
    case IX_CLASS_IP:
        good = ip_operand(checker, literal, &operand);
        break;
    case IX_CLASS_NUMBER:
        good = number_operand(checker, literal, &operand);
        break;
    case IX_CLASS_MONEY:
        good = money_operand(checker, literal, &operand);
        break;
    case IX_CLASS_PERCENT:
        good = percent_operand(checker, literal, &operand);
        break;
    case IX_CLASS_PROPERTY:
        property_operand(literal, &operand);
        break;
    default:
        break;
    }
    *ret_operand = operand;
    return good;
}

bool ix_check_regex(struct ix_checker *checker, const struct ix_literal *literal) {
    struct ix_regex *regex = NULL;
    struct ix_err err = {0};
    enum ix_code code = ix_regex_new(literal->text, literal->nocase, &regex, &err);
    ix_regex_free(regex);
    if (code != IX_OK) {
        size_t at = literal->begin + 1 + err.begin;
        struct ix_span span = {at < literal->end ? at : literal->begin, literal->end};
        ix_check_fail(checker, code, span, "", "%s", err.text);
    }
    return code == IX_OK;
}

/* ---- one value under `:` or `=` ---- */

static bool add_operand(struct ix_checker *checker, struct ix_test *test,
                        const struct ix_operand *operand) {
    test->values = ix_arena_array(checker->arena, 1, sizeof *operand);
    if (!test->values) {
        return false;
    }
    test->values[0] = *operand;
    test->value_count = 1;
    return true;
}

static void set_low(struct ix_test *test, struct ix_operand operand, bool open) {
    if (operand.kind == IX_OPERAND_TIME) {
        operand.begin_ms = open ? operand.end_ms : operand.begin_ms;
        open = false;
    }
    test->op = IX_OP_RANGE;
    test->low = operand;
    test->has_low = true;
    test->low_open = open;
}

static void set_high(struct ix_test *test, struct ix_operand operand, bool open) {
    if (operand.kind == IX_OPERAND_TIME) {
        operand.begin_ms = open ? operand.begin_ms : operand.end_ms;
        open = true;
    }
    test->op = IX_OP_RANGE;
    test->high = operand;
    test->has_high = true;
    test->high_open = open;
}

/* Which operator a value of text asks for. */
static enum ix_op text_op(enum ix_value_class class_, const struct ix_literal *literal,
                          bool exact) {
    if (literal->kind == IX_LITERAL_GLOB) {
        return IX_OP_GLOB;
    }
    if (exact) {
        return IX_OP_EQ;
    }
    return literal->kind == IX_LITERAL_QUOTED || class_ == IX_CLASS_WHOLE ? IX_OP_WHOLE
                                                                          : IX_OP_WORDS;
}

static bool regex_test(struct ix_checker *checker, const struct ix_leaf *leaf,
                       const struct ix_literal *literal, struct ix_test *test) {
    struct ix_operand operand = {.text = literal->text, .nocase = literal->nocase};
    if (!is_textual(leaf->class_)) {
        ix_check_fail(checker, IX_INVALID, span_of(literal), "",
                      "‘%.*s’ holds no text that a pattern could be tried on",
                      ix_query_shown(leaf->what), leaf->what.data);
        return false;
    }
    test->op = IX_OP_REGEX;
    return ix_check_regex(checker, literal) && add_operand(checker, test, &operand);
}

static bool value_test(struct ix_checker *checker, const struct ix_leaf *leaf,
                       const struct ix_literal *literal, bool exact, struct ix_test *ret_test) {
    struct ix_test test = {0};
    struct ix_operand operand;
    bool good = false;
    if (literal->kind == IX_LITERAL_REGEX) {
        good = regex_test(checker, leaf, literal, &test);
    } else if (operand_of(checker, leaf->class_, literal, &operand)) {
        switch (operand.kind) {
        case IX_OPERAND_TEXT:
            test.op = text_op(leaf->class_, literal, exact);
            break;
        case IX_OPERAND_IP:
            test.op = IX_OP_INSIDE;
            break;
        default:
            test.op = IX_OP_EQ;
        }
        good = add_operand(checker, &test, &operand);
        if (operand.kind == IX_OPERAND_TIME) {
            test = (struct ix_test){0};
            set_low(&test, operand, false);
            set_high(&test, operand, false);
        }
    }
    *ret_test = test;
    return good;
}

/* ---- order ---- */

static bool has_unit(const struct ix_literal *literal, struct ix_quantity *ret_quantity) {
    return literal->kind == IX_LITERAL_BARE && ix_quantity_parse(literal->text, ret_quantity) &&
           ix_unit_known(ret_quantity->unit);
}

/* An end of a range or the right side of < and >. */
static bool bound_of(struct ix_checker *checker, const struct ix_leaf *leaf,
                     const struct ix_literal *literal, struct ix_operand *ret_operand) {
    struct ix_quantity quantity;
    if (leaf->class_ == IX_CLASS_WORDS || leaf->class_ == IX_CLASS_WHOLE ||
        leaf->class_ == IX_CLASS_IP) {
        ix_check_fail(checker, IX_INVALID, span_of(literal),
                      "; compare it with : or =", "‘%.*s’ has no order", ix_query_shown(leaf->what),
                      leaf->what.data);
        return false;
    }
    if (literal->kind == IX_LITERAL_GLOB || literal->kind == IX_LITERAL_REGEX) {
        ix_check_fail(checker, IX_INVALID, span_of(literal), "; quote it if it is plain text",
                      "a pattern has no order");
        return false;
    }
    if (leaf->class_ == IX_CLASS_PROPERTY && has_unit(literal, &quantity)) {
        ix_check_fail(checker, IX_INVALID, span_of(literal),
                      "; write the plain number as the property holds it",
                      "no unit is known for ‘%.*s’", ix_query_shown(leaf->what), leaf->what.data);
        return false;
    }
    if (!operand_of(checker, leaf->class_, literal, ret_operand)) {
        return false;
    }
    if (leaf->class_ == IX_CLASS_PROPERTY && ret_operand->kind == IX_OPERAND_TEXT &&
        literal->kind == IX_LITERAL_BARE && read_time(checker, literal->text, ret_operand)) {
        ret_operand->kind = IX_OPERAND_TIME;
    }
    if (ret_operand->kind == IX_OPERAND_BOOL || ret_operand->kind == IX_OPERAND_NULL) {
        ret_operand->kind = IX_OPERAND_TEXT;
    }
    return true;
}

static bool order_test(struct ix_checker *checker, const struct ix_leaf *leaf, enum ix_compare op,
                       const struct ix_literal *literal, struct ix_test *ret_test) {
    struct ix_operand operand;
    struct ix_test test = {0};
    if (!bound_of(checker, leaf, literal, &operand)) {
        return false;
    }
    if (op == IX_COMPARE_GT || op == IX_COMPARE_GE) {
        set_low(&test, operand, op == IX_COMPARE_GT);
    } else {
        set_high(&test, operand, op == IX_COMPARE_LT);
    }
    *ret_test = test;
    return true;
}

static struct ix_pred *range_match(struct ix_checker *checker, const struct ix_leaf *leaf,
                                   const struct ix_match *match) {
    struct ix_test test = {0};
    struct ix_operand low = {0}, high = {0};
    if (!match->no_low && !bound_of(checker, leaf, &match->values[0], &low)) {
        return NULL;
    }
    if (!match->no_high && !bound_of(checker, leaf, &match->values[1], &high)) {
        return NULL;
    }
    if (!match->no_low && !match->no_high && low.kind != high.kind) {
        ix_check_fail(checker, IX_INVALID, (struct ix_span){match->begin, match->end}, "",
                      "the two ends of the range are of different kinds");
        return NULL;
    }
    if (!match->no_low) {
        set_low(&test, low, false);
    }
    if (!match->no_high) {
        set_high(&test, high, false);
    }
    return ix_check_leaf(checker, leaf, &test);
}

struct ix_test ix_check_number_test(struct ix_checker *checker, enum ix_compare op, double number) {
    struct ix_operand operand = {.kind = IX_OPERAND_NUMBER, .number = number};
    struct ix_test test = {.op = IX_OP_EQ};
    operand.text = ix_arena_printf(checker->arena, "%.17g", number);
    switch (op) {
    case IX_COMPARE_GT:
    case IX_COMPARE_GE:
        set_low(&test, operand, op == IX_COMPARE_GT);
        return test;
    case IX_COMPARE_LT:
    case IX_COMPARE_LE:
        set_high(&test, operand, op == IX_COMPARE_LT);
        return test;
    default:
        (void)add_operand(checker, &test, &operand);
        return test;
    }
}

struct ix_test ix_check_text_test(struct ix_checker *checker, enum ix_op op, struct ix_sv text) {
    struct ix_operand operand = {.kind = IX_OPERAND_TEXT, .text = text};
    struct ix_test test = {.op = op};
    (void)add_operand(checker, &test, &operand);
    return test;
}

/* ---- whole matches ---- */

struct ix_pred *ix_check_leaf(struct ix_checker *checker, const struct ix_leaf *leaf,
                              const struct ix_test *test) {
    struct ix_pred *pred = IX_NEW(checker->arena, struct ix_pred);
    if (pred) {
        *pred = leaf->proto;
        memcpy((char *)pred + leaf->test_offset, test, sizeof *test);
    }
    return pred;
}

/* Values of one operator are gathered in one test, so that a long list stays one look-up. */
static bool gather(struct ix_checker *checker, struct ix_test *tests, size_t *count,
                   size_t capacity, const struct ix_test *test) {
    for (size_t i = 0; i < *count; i++) {
        if (tests[i].op == test->op && test->op != IX_OP_RANGE) {
            tests[i].values[tests[i].value_count++] = test->values[0];
            return true;
        }
    }
    struct ix_test *slot = &tests[(*count)++];
    *slot = *test;
    if (test->op == IX_OP_RANGE) {
        return true;
    }
    slot->values = ix_arena_array(checker->arena, capacity, sizeof *slot->values);
    if (slot->values) {
        slot->values[0] = test->values[0];
    }
    return slot->values != NULL;
}

static struct ix_pred *values_match(struct ix_checker *checker, const struct ix_leaf *leaf,
                                    const struct ix_match *match) {
    /* Only times become ranges, which are not gathered. */
    size_t capacity = leaf->class_ == IX_CLASS_TIME ? match->value_count : IX_OP_INSIDE + 1;
    struct ix_test *tests = ix_arena_array(checker->arena, capacity, sizeof *tests);
    struct ix_pred **items = ix_arena_array(checker->arena, capacity, sizeof *items);
    size_t count = 0;
    if (!tests || !items) {
        return NULL;
    }
    for (size_t i = 0; i < match->value_count; i++) {
        struct ix_test test;
        if (!value_test(checker, leaf, &match->values[i], false, &test) ||
            !gather(checker, tests, &count, match->value_count - i, &test)) {
            return NULL;
        }
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = ix_check_leaf(checker, leaf, &tests[i]);
    }
    struct ix_span span = {leaf->proto.begin, leaf->proto.end};
    return checker->arena->failed ? NULL : ix_pred_list(checker, IX_PRED_OR, items, count, span);
}

static struct ix_pred *compare_match(struct ix_checker *checker, const struct ix_leaf *leaf,
                                     const struct ix_match *match) {
    const struct ix_literal *literal = &match->values[0];
    struct ix_test test;
    bool good = false, negated = false;
    switch (match->op) {
    case IX_COMPARE_EQ:
    case IX_COMPARE_NE:
        negated = match->op == IX_COMPARE_NE;
        good = value_test(checker, leaf, literal, true, &test);
        break;
    case IX_COMPARE_LIKE:
    case IX_COMPARE_NOT_LIKE:
        negated = match->op == IX_COMPARE_NOT_LIKE;
        good = regex_test(checker, leaf, literal, &test);
        break;
    default:
        good = order_test(checker, leaf, match->op, literal, &test);
    }
    return good ? ix_pred_not_if(checker, negated, ix_check_leaf(checker, leaf, &test)) : NULL;
}

struct ix_pred *ix_check_match(struct ix_checker *checker, const struct ix_leaf *leaf,
                               const struct ix_match *match) {
    struct ix_test exists = {.op = IX_OP_EXISTS};
    struct ix_pred *pred = NULL;
    switch (match->kind) {
    case IX_MATCH_EXISTS:
        pred = ix_check_leaf(checker, leaf, &exists);
        break;
    case IX_MATCH_VALUES:
        pred = values_match(checker, leaf, match);
        break;
    case IX_MATCH_COMPARE:
        pred = compare_match(checker, leaf, match);
        break;
    case IX_MATCH_RANGE:
        pred = range_match(checker, leaf, match);
        break;
    }
    return ix_pred_not_if(checker, match->negated, pred);
}
