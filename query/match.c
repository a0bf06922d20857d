/* A recursive walk over the path and over the predicate. "Any value passes" is the one rule for
 * several values; NOT is complement; an error (a regex out of steps) stops the walk and wins. */
#include "query/match.h"

#include <stdlib.h>

#include "base/glob.h"
#include "base/regex.h"
#include "base/time.h"
#include "indexer/model/words.h"
#include "query/evaluate.h"
#include "query/number.h"

/* A compiled regex for an operand of the predicate, found by the operand's place. */
struct compiled {
    const struct ix_operand *operand;
    struct ix_regex *regex;
};

struct ix_matcher {
    const struct ix_pred *pred; /* or */
    const struct ix_test *test;
    bool versions; /* texts of a range are dotted versions */
    struct compiled *compiled;
    size_t compiled_count, compiled_capacity;
    struct ix_arena scratch; /* texts of numbers, and a row's JSON; reset with each value */
    struct ix_err *err;      /* of the call under way */
};

/* ---- preparing ---- */

static enum ix_code compile_operand(struct ix_matcher *m, const struct ix_operand *operand,
                                    struct ix_err *err) {
    if (m->compiled_count == m->compiled_capacity) {
        size_t capacity = m->compiled_capacity ? m->compiled_capacity * 2 : 4;
        struct compiled *compiled = realloc(m->compiled, capacity * sizeof *compiled);
        if (!compiled) {
            return ix_err_nomem(err);
        }
        m->compiled = compiled;
        m->compiled_capacity = capacity;
    }
    struct compiled *c = &m->compiled[m->compiled_count];
    *c = (struct compiled){.operand = operand};
    enum ix_code code = ix_regex_new(operand->text, operand->nocase, &c->regex, err);
    m->compiled_count += code == IX_OK;
    return code;
}

static enum ix_code compile_test(struct ix_matcher *m, const struct ix_test *test,
                                 struct ix_err *err) {
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && test->op == IX_OP_REGEX && i < test->value_count; i++) {
        code = compile_operand(m, &test->values[i], err);
    }
    return code;
}

static enum ix_code compile_pred(struct ix_matcher *m, const struct ix_pred *pred,
                                 struct ix_err *err) {
    enum ix_code code = IX_OK;
    switch (pred->kind) {
    case IX_PRED_AND:
    case IX_PRED_OR:
        for (size_t i = 0; code == IX_OK && i < pred->list.count; i++) {
            code = compile_pred(m, pred->list.items[i], err);
        }
        return code;
    case IX_PRED_NOT:
        return compile_pred(m, pred->inner, err);
    case IX_PRED_ELEMENT:
        return compile_pred(m, pred->element.inner, err);
    case IX_PRED_PROP:
        return compile_test(m, &pred->prop.test, err);
    default:
        return IX_OK;
    }
}

static enum ix_code new_matcher(const struct ix_pred *pred, const struct ix_test *test,
                                struct ix_matcher **ret_matcher, struct ix_err *err) {
    struct ix_matcher *m = calloc(1, sizeof *m);
    if (!m) {
        return ix_err_nomem(err);
    }
    m->pred = pred;
    m->test = test;
    ix_arena_init(&m->scratch, 0);
    enum ix_code code = pred ? compile_pred(m, pred, err) : compile_test(m, test, err);
    if (code != IX_OK) {
        ix_matcher_free(m);
        return code;
    }
    *ret_matcher = m;
    return IX_OK;
}

enum ix_code ix_matcher_new(const struct ix_pred *pred, struct ix_matcher **ret_matcher,
                            struct ix_err *err) {
    return new_matcher(pred, NULL, ret_matcher, err);
}

enum ix_code ix_matcher_new_test(const struct ix_test *test, bool versions,
                                 struct ix_matcher **ret_matcher, struct ix_err *err) {
    enum ix_code code = new_matcher(NULL, test, ret_matcher, err);
    if (code == IX_OK) {
        (*ret_matcher)->versions = versions;
    }
    return code;
}

void ix_matcher_free(struct ix_matcher *m) {
    if (m) {
        for (size_t i = 0; i < m->compiled_count; i++) {
            ix_regex_free(m->compiled[i].regex);
        }
        free(m->compiled);
        ix_arena_done(&m->scratch);
        free(m);
    }
}

/* ---- one value ---- */

/* A JSON scalar, or plain text (then `node` is NULL). */
struct value {
    const struct ix_json *node;
    struct ix_sv text; /* strings: their text; numbers and words: as written in JSON */
};

static struct value value_of_node(struct ix_matcher *m, const struct ix_json *node) {
    struct value value = {.node = node};
    switch (ix_json_kind(node)) {
    case IX_JSON_STRING:
        value.text = ix_json_string(node);
        break;
    case IX_JSON_NUMBER:
        value.text = ix_json_number_text(&m->scratch, node);
        break;
    case IX_JSON_TRUE:
        value.text = IX_SV("true");
        break;
    case IX_JSON_FALSE:
        value.text = IX_SV("false");
        break;
    default:
        value.text = IX_SV("null");
    }
    return value;
}

static bool is_kind(struct value value, enum ix_json_kind kind) {
    return value.node ? ix_json_kind(value.node) == kind : kind == IX_JSON_STRING;
}

static bool number_of(struct value value, double *ret_number) {
    bool may_be = is_kind(value, IX_JSON_NUMBER) || is_kind(value, IX_JSON_STRING);
    return may_be && ix_sv_to_double(value.text, ret_number);
}

/* Doubles that differ are in the order of their texts; equal ones may stand for neighbours. */
static int compare_number(struct value value, double number, const struct ix_operand *operand) {
    return number == operand->number && !ix_sv_empty(operand->text)
               ? ix_number_cmp(value.text, operand->text)
               : (number > operand->number) - (number < operand->number);
}

static bool equals_operand(struct value value, const struct ix_operand *operand) {
    double number;
    bool text = is_kind(value, IX_JSON_STRING);
    switch (operand->kind) {
    case IX_OPERAND_NUMBER:
        return number_of(value, &number) && compare_number(value, number, operand) == 0;
    case IX_OPERAND_BOOL: {
        struct ix_sv word = operand->boolean ? IX_SV("true") : IX_SV("false");
        return is_kind(value, operand->boolean ? IX_JSON_TRUE : IX_JSON_FALSE) ||
               (text && ix_sv_eq_nocase(value.text, word));
    }
    case IX_OPERAND_NULL:
        return is_kind(value, IX_JSON_NULL) || (text && ix_sv_eq_nocase(value.text, IX_SV("null")));
    default:
        return text && ix_sv_eq(value.text, operand->text);
    }
}

static bool regex_finds(struct ix_matcher *m, const struct ix_operand *operand, struct ix_sv text) {
    for (size_t i = 0; i < m->compiled_count; i++) {
        bool found = false;
        if (m->compiled[i].operand == operand) {
            return ix_regex_search(m->compiled[i].regex, text, &found, m->err) == IX_OK && found;
        }
    }
    return false;
}

static bool is_inside(struct ix_sv text, const struct ix_operand *operand) {
    struct ix_ip_range range;
    return ix_ip_parse(text, &range) && ix_ip_cmp(range.first, operand->ip.first) >= 0 &&
           ix_ip_cmp(range.last, operand->ip.last) <= 0;
}

/* Null has no text: only `null` itself finds it. */
static bool passes_operand(struct ix_matcher *m, enum ix_op op, struct value value,
                           const struct ix_operand *operand) {
    if (op != IX_OP_EQ && is_kind(value, IX_JSON_NULL)) {
        return false;
    }
    switch (op) {
    case IX_OP_WORDS:
        return ix_words_match(value.text, operand->text);
    case IX_OP_WHOLE:
        return is_kind(value, IX_JSON_STRING) && ix_sv_eq_nocase(value.text, operand->text);
    case IX_OP_EQ:
        return equals_operand(value, operand);
    case IX_OP_GLOB:
        return ix_glob_match(operand->text, value.text, true);
    case IX_OP_REGEX:
        return regex_finds(m, operand, value.text);
    case IX_OP_INSIDE:
        return is_inside(value.text, operand);
    default:
        return false;
    }
}

/* ---- ranges ---- */

/* Dotted versions, part by part: numbers by value, else by bytes ("1.10" after "1.9"). */
static int compare_versions(struct ix_sv a, struct ix_sv b) {
    while (a.size || b.size) {
        struct ix_sv x = {0};
        struct ix_sv y = {0};
        ix_sv_split(&a, '.', &x);
        ix_sv_split(&b, '.', &y);
        int64_t m;
        int64_t n;
        bool numbers = ix_sv_to_int64(x.size ? x : IX_SV("0"), &m) &&
                       ix_sv_to_int64(y.size ? y : IX_SV("0"), &n);
        int order = numbers ? (m > n) - (m < n) : ix_sv_cmp(x, y);
        if (order) {
            return order;
        }
    }
    return 0;
}

/* How the value stands to a bound; false when they cannot be compared. */
static bool compare_bound(const struct ix_matcher *m, struct value value,
                          const struct ix_operand *bound, int *ret_order) {
    double number;
    int64_t ms;
    switch (bound->kind) {
    case IX_OPERAND_NUMBER:
        if (!number_of(value, &number)) {
            return false;
        }
        *ret_order = compare_number(value, number, bound);
        return true;
    case IX_OPERAND_TIME:
        if (!is_kind(value, IX_JSON_STRING) || !ix_time_parse(value.text, &ms)) {
            return false;
        }
        *ret_order = (ms > bound->begin_ms) - (ms < bound->begin_ms);
        return true;
    default:
        if (!is_kind(value, IX_JSON_STRING)) {
            return false;
        }
        *ret_order = m->versions ? compare_versions(value.text, bound->text)
                                 : ix_sv_cmp(value.text, bound->text);
        return true;
    }
}

static bool in_range(const struct ix_matcher *m, struct value value, const struct ix_test *test) {
    int order;
    if (test->has_low && (!compare_bound(m, value, &test->low, &order) || order < 0 ||
                          (order == 0 && test->low_open))) {
        return false;
    }
    return !test->has_high || (compare_bound(m, value, &test->high, &order) &&
                               (order < 0 || (order == 0 && !test->high_open)));
}

static bool passes(struct ix_matcher *m, const struct ix_test *test, struct value value) {
    if (test->op == IX_OP_RANGE) {
        return in_range(m, value, test);
    }
    for (size_t i = 0; i < test->value_count; i++) {
        if (passes_operand(m, test->op, value, &test->values[i])) {
            return true;
        }
    }
    return false;
}

/* ---- paths ---- */

typedef bool visit_fn(void *context, const struct ix_json *value);

static bool visit_steps(const struct ix_path_step *steps, size_t count, const struct ix_json *node,
                        visit_fn *visit, void *context);

static bool visit_children(const struct ix_path_step *steps, size_t count,
                           const struct ix_json *node, visit_fn *visit, void *context) {
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        if (!visit_steps(steps, count, n, visit, context)) {
            return false;
        }
    }
    return true;
}

/* `**`: here, and below every member and element. */
static bool visit_deep(const struct ix_path_step *steps, size_t count, const struct ix_json *node,
                       visit_fn *visit, void *context) {
    return visit_steps(steps + 1, count - 1, node, visit, context) &&
           visit_children(steps, count, node, visit, context);
}

static bool visit_name(const struct ix_path_step *steps, size_t count, const struct ix_json *node,
                       visit_fn *visit, void *context) {
    if (ix_json_kind(node) == IX_JSON_ARRAY) {
        return visit_children(steps, count, node, visit, context);
    }
    const struct ix_json *member = ix_json_get_sv(node, steps[0].name);
    return !member || visit_steps(steps + 1, count - 1, member, visit, context);
}

static bool visit_steps(const struct ix_path_step *steps, size_t count, const struct ix_json *node,
                        visit_fn *visit, void *context) {
    if (count == 0) {
        return visit(context, node);
    }
    bool array = ix_json_kind(node) == IX_JSON_ARRAY;
    const struct ix_json *element;
    switch (steps[0].kind) {
    case IX_STEP_NAME:
        return visit_name(steps, count, node, visit, context);
    case IX_STEP_EACH:
        return array ? visit_children(steps + 1, count - 1, node, visit, context)
                     : visit_steps(steps + 1, count - 1, node, visit, context);
    case IX_STEP_INDEX:
        element = array ? ix_json_at(node, (size_t)steps[0].index) : NULL;
        return !element || visit_steps(steps + 1, count - 1, element, visit, context);
    default:
        return visit_deep(steps, count, node, visit, context);
    }
}

/* An array at the end of a path stands for its elements, arrays in it for theirs. */
struct opening {
    visit_fn *visit;
    void *context;
};

static bool open_array(void *context, const struct ix_json *value) {
    struct opening *opening = context;
    if (ix_json_kind(value) == IX_JSON_ARRAY) {
        return visit_children(NULL, 0, value, open_array, opening);
    }
    return opening->visit(opening->context, value);
}

void ix_path_each(const struct ix_path *path, const struct ix_json *node, visit_fn *visit,
                  void *context) {
    struct opening opening = {visit, context};
    if (node) {
        visit_steps(path->steps, path->count, node, open_array, &opening);
    }
}

void ix_path_each_whole(const struct ix_path *path, const struct ix_json *node, visit_fn *visit,
                        void *context) {
    if (node) {
        visit_steps(path->steps, path->count, node, visit, context);
    }
}

/* ---- predicates ---- */

struct search {
    struct ix_matcher *matcher;
    const struct ix_test *test;
    bool found;
};

static bool is_nothing(const struct ix_json *value) {
    enum ix_json_kind kind = ix_json_kind(value);
    bool container = kind == IX_JSON_OBJECT || kind == IX_JSON_ARRAY;
    return kind == IX_JSON_NULL || (container && !ix_json_first(value));
}

static bool visit_value(void *context, const struct ix_json *value) {
    struct search *s = context;
    if (s->test->op == IX_OP_EXISTS) {
        s->found = !is_nothing(value);
    } else if (ix_json_kind(value) != IX_JSON_OBJECT) {
        s->found = passes(s->matcher, s->test, value_of_node(s->matcher, value));
    }
    return !s->found && s->matcher->err->code == IX_OK;
}

static bool holds(struct ix_matcher *m, const struct ix_pred *pred, const struct ix_json *node);

struct element_search {
    struct ix_matcher *matcher;
    const struct ix_pred *inner;
    bool all, any_seen, found, failed_one;
};

static bool visit_element(void *context, const struct ix_json *value) {
    struct element_search *s = context;
    bool passed = holds(s->matcher, s->inner, value);
    s->any_seen = true;
    s->found |= passed;
    s->failed_one |= !passed;
    return (s->all ? passed : !passed) && s->matcher->err->code == IX_OK;
}

static bool element_holds(struct ix_matcher *m, const struct ix_pred *pred,
                          const struct ix_json *node) {
    struct element_search s = {
        .matcher = m,
        .inner = pred->element.inner,
        .all = pred->element.all,
    };
    ix_path_each(&pred->element.path, node, visit_element, &s);
    return s.all ? s.any_seen && !s.failed_one : s.found;
}

static size_t characters(struct ix_sv text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    }
    return count;
}

static bool visit_length(void *context, const struct ix_json *value) {
    struct search *s = context;
    enum ix_json_kind kind = ix_json_kind(value);
    size_t length =
        kind == IX_JSON_STRING ? characters(ix_json_string(value)) : ix_json_count(value);
    bool has_length = kind == IX_JSON_STRING || kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT;
    struct ix_sv text = ix_arena_printf(&s->matcher->scratch, "%zu", length);
    s->found = has_length && passes(s->matcher, s->test, (struct value){.text = text});
    return !s->found;
}

static bool prop_holds(struct ix_matcher *m, const struct ix_pred *pred,
                       const struct ix_json *node) {
    struct search s = {.matcher = m, .test = &pred->prop.test};
    ix_path_each(&pred->prop.path, node, visit_value, &s);
    return s.found;
}

static bool len_holds(struct ix_matcher *m, const struct ix_pred *pred,
                      const struct ix_json *node) {
    struct search s = {.matcher = m, .test = &pred->len.test};
    visit_steps(pred->len.path.steps, pred->len.path.count, node, visit_length, &s);
    return s.found;
}

static bool list_holds(struct ix_matcher *m, const struct ix_pred *pred,
                       const struct ix_json *node) {
    bool until = pred->kind == IX_PRED_OR;
    for (size_t i = 0; i < pred->list.count; i++) {
        if (holds(m, pred->list.items[i], node) == until) {
            return until;
        }
    }
    return !until;
}

static bool compare_holds(struct ix_matcher *m, const struct ix_pred *pred,
                          const struct ix_json *node) {
    bool result = false;
    return ix_evaluate(&m->scratch, pred, node, &result, m->err) == IX_OK && result;
}

static bool holds(struct ix_matcher *m, const struct ix_pred *pred, const struct ix_json *node) {
    switch (pred->kind) {
    case IX_PRED_AND:
    case IX_PRED_OR:
        return list_holds(m, pred, node);
    case IX_PRED_NOT:
        return !holds(m, pred->inner, node);
    case IX_PRED_PROP:
        return prop_holds(m, pred, node);
    case IX_PRED_ELEMENT:
        return element_holds(m, pred, node);
    case IX_PRED_LEN:
        return len_holds(m, pred, node);
    case IX_PRED_COMPARE:
        return compare_holds(m, pred, node);
    default:
        return pred->kind == IX_PRED_TRUE;
    }
}

static enum ix_code finish(struct ix_matcher *m, bool result, bool *ret_holds, struct ix_err *err) {
    enum ix_code code = err->code == IX_OK ? ix_arena_check(&m->scratch, err) : err->code;
    ix_arena_reset(&m->scratch);
    if (code == IX_OK) {
        *ret_holds = result;
    }
    return code;
}

enum ix_code ix_matcher_json(struct ix_matcher *m, const struct ix_json *properties,
                             bool *ret_holds, struct ix_err *err) {
    m->err = err;
    return finish(m, holds(m, m->pred, properties), ret_holds, err);
}

enum ix_code ix_matcher_json_text(struct ix_matcher *m, struct ix_sv properties, bool *ret_holds,
                                  struct ix_err *err) {
    struct ix_json *node = NULL;
    if (!ix_sv_empty(properties)) {
        enum ix_code code = ix_json_parse(&m->scratch, properties, &node, err);
        if (code != IX_OK) {
            return code;
        }
    }
    return ix_matcher_json(m, node, ret_holds, err);
}

enum ix_code ix_matcher_text(struct ix_matcher *m, struct ix_sv text, bool *ret_holds,
                             struct ix_err *err) {
    m->err = err;
    bool result = m->test->op == IX_OP_EXISTS || passes(m, m->test, (struct value){.text = text});
    return finish(m, result, ret_holds, err);
}
