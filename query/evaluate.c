/* Lists of values, bottom up. Text stays text until something asks for a number or a time, since
 * states spell numbers either way. */
#include "query/evaluate.h"

#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "query/match.h"
#include "query/number.h"
#include "query/semver.h"

enum value_kind { NUMBER, TEXT, BOOL, TIME, DURATION, VERSION };

struct value {
    enum value_kind kind;
    double number;      /* NUMBER; DURATION in ms */
    struct ix_sv text;  /* TEXT, VERSION; NUMBER: its exact text, or empty */
    int64_t ms, end_ms; /* TIME: [ms, end_ms) */
    bool boolean;       /* BOOL */
    bool quoted;        /* TEXT that is only a text */
};

struct values {
    struct value *items;
    size_t count, capacity;
};

struct evaluation {
    struct ix_arena *scratch;
    const struct ix_json *properties, *row;
    struct ix_err *err;
};

/* ---- lists ---- */

static bool add(struct evaluation *e, struct values *values, struct value value) {
    if (values->count == IX_EVALUATE_VALUES_MAX) {
        ix_err_set(e->err, IX_LIMIT, "an expression has more than %d values for one resource",
                   IX_EVALUATE_VALUES_MAX);
        return false;
    }
    if (values->count == values->capacity) {
        enum { FIRST = 4 };
        size_t capacity = values->capacity ? values->capacity * 2 : FIRST;
        struct value *items = ix_arena_array(e->scratch, capacity, sizeof *items);
        if (!items) {
            return false;
        }
        if (values->count > 0) {
            memcpy(items, values->items, values->count * sizeof *items);
        }
        values->items = items;
        values->capacity = capacity;
    }
    values->items[values->count++] = value;
    return true;
}

static struct value number_value(double number) {
    return (struct value){.kind = NUMBER, .number = number};
}

static struct value text_value(struct ix_sv text) {
    return (struct value){.kind = TEXT, .text = text};
}

static struct value time_value(int64_t ms) {
    return (struct value){.kind = TIME, .ms = ms, .end_ms = ms + 1};
}

/* ---- what a value can be taken for ---- */

static bool number_of(const struct value *value, double *ret_number) {
    *ret_number = value->number;
    return value->kind == NUMBER ||
           (value->kind == TEXT && !value->quoted && ix_sv_to_double(value->text, ret_number));
}

static bool time_of(const struct value *value, struct value *ret_time) {
    int64_t ms;
    if (value->kind == TEXT && ix_time_parse(value->text, &ms)) {
        *ret_time = time_value(ms);
        return true;
    }
    *ret_time = *value;
    return value->kind == TIME;
}

static bool version_of(const struct value *value, struct ix_sv *ret_text) {
    *ret_text = value->text;
    return value->kind == VERSION ||
           ((value->kind == TEXT || value->kind == NUMBER) && ix_semver_is(value->text));
}

/* ---- leaves ---- */

struct gathering {
    struct evaluation *e;
    struct values *values;
};

static bool gather(void *context, const struct ix_json *node) {
    struct gathering *g = context;
    struct value value = {.kind = BOOL, .boolean = ix_json_kind(node) == IX_JSON_TRUE};
    switch (ix_json_kind(node)) {
    case IX_JSON_TRUE:
    case IX_JSON_FALSE:
        break;
    case IX_JSON_STRING:
        value = text_value(ix_json_string(node));
        break;
    case IX_JSON_NUMBER:
        value.kind = NUMBER;
        value.text = ix_json_number_text(g->e->scratch, node);
        if (!ix_json_double(node, &value.number)) {
            return true;
        }
        break;
    default:
        return true;
    }
    return add(g->e, g->values, value);
}

static bool constant(struct evaluation *e, const struct ix_expression *x, struct values *values) {
    const struct ix_operand *o = &x->operand;
    struct value value = {.text = o->text, .number = o->number, .quoted = x->quoted};
    value.kind = x->gives == 'n'   ? NUMBER
                 : x->gives == 'd' ? DURATION
                 : x->gives == 'm' ? TIME
                 : x->gives == 'b' ? BOOL
                                   : TEXT;
    value.boolean = o->boolean;
    value.ms = o->begin_ms;
    value.end_ms = o->end_ms;
    return add(e, values, value);
}

static bool tag(struct evaluation *e, const struct ix_expression *x, struct values *values) {
    struct gathering g = {e, values};
    const struct ix_json *tags = ix_json_at(e->row, 1);
    for (unsigned i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        const struct ix_json *class_ = ix_json_get(tags, ix_tag_class_name((enum ix_tag_class)i));
        const struct ix_json *found = ix_json_get_sv(class_, x->tag_key);
        if ((x->tag_classes & 1u << i) && found && !gather(&g, found)) {
            return false;
        }
    }
    return true;
}

static bool field(struct evaluation *e, const struct ix_expression *x, struct values *values) {
    enum { FIELDS_AT = 2 };
    struct gathering g = {e, values};
    const struct ix_json *node = ix_json_at(e->row, FIELDS_AT + x->place);
    int64_t ms;
    if (x->gives == 'm') {
        return !ix_json_int64(node, &ms) || add(e, values, time_value(ms));
    }
    return gather(&g, node);
}

/* ---- operators ---- */

static bool arithmetic(char op, double a, double b, double *ret_number) {
    switch (op) {
    case '+':
        *ret_number = a + b;
        break;
    case '-':
        *ret_number = a - b;
        break;
    case '*':
        *ret_number = a * b;
        break;
    case '/':
        *ret_number = b == 0 ? INFINITY : a / b;
        break;
    default:
        *ret_number = b == 0 ? INFINITY : fmod(a, b);
    }
    return isfinite(*ret_number);
}

static bool shifted(const struct value *time, double by, struct value *ret_value) {
    const double limit = 9e15; /* beyond every calendar, and exact */
    double ms = (double)time->ms + trunc(by);
    *ret_value = time_value(fabs(ms) < limit ? (int64_t)ms : 0);
    return fabs(ms) < limit;
}

/* Times and durations: t - t, t + d, t - d, d + t. */
static bool sum_of_times(char op, const struct value *a, const struct value *b,
                         struct value *ret_value) {
    struct value x, y;
    bool is_x = time_of(a, &x), is_y = time_of(b, &y);
    if (is_x && is_y && op == '-') {
        *ret_value = (struct value){.kind = DURATION, .number = (double)x.ms - (double)y.ms};
        return true;
    }
    if (is_x && b->kind == DURATION && (op == '+' || op == '-')) {
        return shifted(&x, op == '+' ? b->number : -b->number, ret_value);
    }
    return is_y && a->kind == DURATION && op == '+' && shifted(&y, a->number, ret_value);
}

static bool operate(char op, const struct value *a, const struct value *b,
                    struct value *ret_value) {
    double x = a->number, y = b->number;
    bool span_x = a->kind == DURATION, span_y = b->kind == DURATION;
    if ((span_x || number_of(a, &x)) && (span_y || number_of(b, &y))) {
        bool same = span_x == span_y;
        bool fits = op == '*' ? !(span_x && span_y) : op == '/' ? span_x || same : same;
        *ret_value = number_value(0);
        ret_value->kind = (op == '/' && same) || !(span_x || span_y) ? NUMBER : DURATION;
        return fits && arithmetic(op, x, y, &ret_value->number);
    }
    return sum_of_times(op, a, b, ret_value);
}

/* ---- functions ---- */

static bool round_to(const struct value *args, size_t count, struct value *ret_value) {
    const double digits_max = 15;
    double number, digits = 0;
    if (!number_of(&args[0], &number) || (count > 1 && !number_of(&args[1], &digits)) ||
        fabs(digits) > digits_max || digits != trunc(digits)) {
        return false;
    }
    double scale = pow(10, digits), scaled = round(number * scale) / scale;
    *ret_value = number_value(isfinite(scaled) ? scaled : number);
    return true;
}

/* The month or day that a time is in, by its first moment. */
static bool period(const struct value *arg, bool month, struct value *ret_value) {
    struct value time;
    if (!time_of(arg, &time)) {
        return false;
    }
    struct ix_civil civil = ix_time_to_civil(time.ms);
    struct ix_civil first = {.year = civil.year, .month = civil.month, .day = civil.day};
    first.day = month ? 1 : civil.day;
    *ret_value = time_value(ix_time_from_civil(first));
    return true;
}

static bool in_case(struct evaluation *e, struct ix_sv text, bool upper, struct value *ret_value) {
    char *to = ix_arena_alloc(e->scratch, text.size + 1);
    for (size_t i = 0; to && i < text.size; i++) {
        char c = text.data[i];
        bool turns = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
        to[i] = turns ? (char)(c ^ 32) : c;
    }
    *ret_value = text_value(ix_sv_of(to, to ? text.size : 0));
    return to != NULL;
}

static bool replace(struct evaluation *e, struct ix_sv text, struct ix_sv from, struct ix_sv to,
                    struct value *ret_value) {
    struct ix_buf buf = {0};
    size_t at;
    while (from.size > 0 && buf.size <= IX_EVALUATE_TEXT_MAX &&
           (at = ix_sv_find(text, from)) != IX_SV_NPOS) {
        ix_buf_add(&buf, ix_sv_sub(text, 0, at));
        ix_buf_add(&buf, to);
        text = ix_sv_from(text, at + from.size);
    }
    ix_buf_add(&buf, text);
    bool fits = buf.size <= IX_EVALUATE_TEXT_MAX && !buf.failed;
    if (buf.failed) {
        ix_err_nomem(e->err);
    } else if (!fits) {
        ix_err_set(e->err, IX_LIMIT, "‘replace’ makes a text of more than %d bytes",
                   IX_EVALUATE_TEXT_MAX);
    }
    *ret_value = text_value(fits ? ix_arena_copy(e->scratch, ix_buf_sv(&buf)) : (struct ix_sv){0});
    ix_buf_done(&buf);
    return fits;
}

static bool is_inside(struct ix_sv network, struct ix_sv address) {
    struct ix_ip_range outer, inner;
    return ix_ip_parse(network, &outer) && ix_ip_parse(address, &inner) &&
           ix_ip_cmp(inner.first, outer.first) >= 0 && ix_ip_cmp(inner.last, outer.last) <= 0;
}

static bool text_test(enum ix_func func, struct ix_sv text, struct ix_sv part) {
    switch (func) {
    case IX_FUNC_CONTAINS:
        return ix_sv_empty(part) || ix_sv_find_nocase(text, part) != IX_SV_NPOS;
    case IX_FUNC_STARTSWITH:
        return ix_sv_starts_nocase(text, part);
    case IX_FUNC_ENDSWITH:
        return text.size >= part.size &&
               ix_sv_eq_nocase(ix_sv_from(text, text.size - part.size), part);
    default:
        return is_inside(text, part);
    }
}

static size_t characters(struct ix_sv text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    }
    return count;
}

static bool call_on_texts(struct evaluation *e, enum ix_func func, const struct value *args,
                          size_t count, struct value *ret_value) {
    for (size_t i = 0; i < count; i++) {
        if (args[i].kind != TEXT) {
            return false;
        }
    }
    switch (func) {
    case IX_FUNC_LEN:
        *ret_value = number_value((double)characters(args[0].text));
        return true;
    case IX_FUNC_LOWER:
    case IX_FUNC_UPPER:
        return in_case(e, args[0].text, func == IX_FUNC_UPPER, ret_value);
    case IX_FUNC_REPLACE:
        return replace(e, args[0].text, args[1].text, args[2].text, ret_value);
    default:
        *ret_value =
            (struct value){.kind = BOOL, .boolean = text_test(func, args[0].text, args[1].text)};
        return true;
    }
}

static bool absolute(const struct value *arg, double *ret_number) {
    double number = 0;
    bool is_number = number_of(arg, &number);
    *ret_number = fabs(number);
    return is_number;
}

/* Of times counted from 1970-01-01T00:00:00Z. */
static bool bin(const struct value *args, struct value *ret_value) {
    struct value time;
    double number = args[0].number;
    double step = args[1].number;
    bool span = args[1].kind == DURATION;
    if ((!span && !number_of(&args[1], &step)) || step <= 0) {
        return false;
    }
    if (span && time_of(&args[0], &time)) {
        return shifted(&time, floor((double)time.ms / step) * step - (double)time.ms, ret_value);
    }
    bool fits = span ? args[0].kind == DURATION : number_of(&args[0], &number);
    *ret_value = (struct value){.kind = span ? DURATION : NUMBER};
    ret_value->number = floor(number / step) * step;
    return fits && isfinite(ret_value->number);
}

static bool call(struct evaluation *e, const struct ix_expression *x, const struct value *args,
                 struct value *ret_value) {
    switch (x->func) {
    case IX_FUNC_BIN:
        return bin(args, ret_value);
    case IX_FUNC_ABS:
        *ret_value = number_value(0);
        ret_value->kind = args[0].kind == DURATION ? DURATION : NUMBER;
        ret_value->number = fabs(args[0].number);
        return args[0].kind == DURATION || absolute(&args[0], &ret_value->number);
    case IX_FUNC_ROUND:
        return round_to(args, x->arg_count, ret_value);
    case IX_FUNC_DAY:
    case IX_FUNC_MONTH:
        return period(&args[0], x->func == IX_FUNC_MONTH, ret_value);
    case IX_FUNC_SEMVER:
        *ret_value = (struct value){.kind = VERSION};
        return version_of(&args[0], &ret_value->text);
    default:
        return call_on_texts(e, x->func, args, x->arg_count, ret_value);
    }
}

/* ---- the walk ---- */

static bool values_of(struct evaluation *e, const struct ix_expression *x, struct values *values);

static bool first_with_values(struct evaluation *e, const struct ix_expression *x,
                              struct values *values) {
    for (size_t i = 0; values->count == 0 && i < x->arg_count; i++) {
        if (!values_of(e, &x->args[i], values)) {
            return false;
        }
    }
    return true;
}

/* ---- functions with several values ---- */

/* All parts, or the one at `at`; from the end when that is negative. */
static bool split(struct evaluation *e, const struct value *args, size_t count,
                  struct values *values) {
    struct ix_sv text = args[0].text;
    struct ix_sv by = args[1].text;
    size_t first = values->count;
    double at = 0;
    bool fits = args[0].kind == TEXT && args[1].kind == TEXT && by.size > 0;
    if (!fits || (count > 2 && !number_of(&args[2], &at))) {
        return true;
    }
    for (bool more = true; more;) {
        size_t end = ix_sv_find(text, by);
        more = end != IX_SV_NPOS;
        if (!add(e, values, text_value(ix_sv_sub(text, 0, end)))) {
            return false;
        }
        text = ix_sv_from(text, more ? end + by.size : text.size);
    }
    if (count > 2) {
        double parts = (double)(values->count - first);
        at = at < 0 ? at + parts : at;
        bool is = at >= 0 && at < parts && at == trunc(at);
        values->items[first] = values->items[first + (is ? (size_t)at : 0)];
        values->count = first + is;
    }
    return true;
}

/* A scalar, or each scalar of a list. */
static bool read_json(struct evaluation *e, const struct value *text, struct values *values) {
    struct gathering g = {e, values};
    struct ix_json *node = NULL;
    struct ix_err why = {0};
    if (text->kind != TEXT || ix_json_parse(e->scratch, text->text, &node, &why) != IX_OK) {
        return why.code != IX_NOMEM || ix_err_nomem(e->err) == IX_OK;
    }
    bool list = ix_json_kind(node) == IX_JSON_ARRAY;
    for (const struct ix_json *n = list ? ix_json_first(node) : node; n;
         n = list ? ix_json_next(n) : NULL) {
        if (!gather(&g, n)) {
            return false;
        }
    }
    return true;
}

static bool add_outcome(struct evaluation *e, const struct ix_expression *x,
                        const struct value *args, struct values *values) {
    struct value value = {0};
    bool is_call = x->kind == IX_EXPRESSION_CALL;
    if (is_call && x->func == IX_FUNC_SPLIT) {
        return split(e, args, x->arg_count, values);
    }
    if (is_call && x->func == IX_FUNC_JSON) {
        return read_json(e, &args[0], values);
    }
    bool some = is_call ? call(e, x, args, &value) : operate(x->op, &args[0], &args[1], &value);
    return e->err->code == IX_OK && (!some || add(e, values, value));
}

enum { ARGS_MAX = 3 };

/* Each combination of the arguments' values, as an odometer counts. */
static bool combine(struct evaluation *e, const struct ix_expression *x, struct values *values) {
    struct values lists[ARGS_MAX] = {0};
    size_t at[ARGS_MAX] = {0};
    bool more = true;
    for (size_t i = 0; i < x->arg_count; i++) {
        if (!values_of(e, &x->args[i], &lists[i])) {
            return false;
        }
        more = more && lists[i].count > 0;
    }
    while (more) {
        struct value args[ARGS_MAX];
        for (size_t i = 0; i < x->arg_count; i++) {
            args[i] = lists[i].items[at[i]];
        }
        if (!add_outcome(e, x, args, values)) {
            return false;
        }
        size_t i = 0;
        while (i < x->arg_count && ++at[i] == lists[i].count) {
            at[i++] = 0;
        }
        more = i < x->arg_count;
    }
    return true;
}

static bool add_length(void *context, const struct ix_json *node) {
    struct gathering *g = context;
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind == IX_JSON_STRING) {
        return add(g->e, g->values, number_value((double)characters(ix_json_string(node))));
    }
    return (kind != IX_JSON_ARRAY && kind != IX_JSON_OBJECT) ||
           add(g->e, g->values, number_value((double)ix_json_count(node)));
}

static bool values_of(struct evaluation *e, const struct ix_expression *x, struct values *values) {
    struct gathering g = {e, values};
    switch (x->kind) {
    case IX_EXPRESSION_VALUE:
        return constant(e, x, values);
    case IX_EXPRESSION_PATH:
        ix_path_each(&x->path, e->properties, gather, &g);
        return e->err->code == IX_OK;
    case IX_EXPRESSION_FIELD:
        return field(e, x, values);
    case IX_EXPRESSION_TAG:
        return tag(e, x, values);
    case IX_EXPRESSION_CALL:
        if (x->func == IX_FUNC_COALESCE) {
            return first_with_values(e, x, values);
        }
        if (x->func == IX_FUNC_LEN && x->args[0].kind == IX_EXPRESSION_PATH) {
            ix_path_each_whole(&x->args[0].path, e->properties, add_length, &g);
            return e->err->code == IX_OK;
        }
        return combine(e, x, values);
    case IX_EXPRESSION_SUM:
        return combine(e, x, values);
    }
    return false;
}

/* ---- comparing ---- */

static bool order_of_numbers(const struct value *a, const struct value *b, int *ret_order) {
    double x, y;
    if (!number_of(a, &x) || !number_of(b, &y)) {
        return false;
    }
    bool exact = x == y && !ix_sv_empty(a->text) && !ix_sv_empty(b->text);
    *ret_order = exact ? ix_number_cmp(a->text, b->text) : (x > y) - (x < y);
    return true;
}

/* A period is equal to what lies in it. */
static bool order_of_times(const struct value *a, const struct value *b, int *ret_order) {
    struct value x, y;
    if (!time_of(a, &x) || !time_of(b, &y)) {
        return false;
    }
    *ret_order = x.end_ms <= y.ms ? -1 : x.ms >= y.end_ms ? 1 : 0;
    return true;
}

static bool order_of_versions(const struct value *a, const struct value *b, int *ret_order) {
    struct ix_sv x, y;
    if (!version_of(a, &x) || !version_of(b, &y)) {
        return false;
    }
    *ret_order = ix_semver_cmp(x, y);
    return true;
}

static bool bool_of(const struct value *value, bool *ret_bool) {
    struct ix_sv text = value->text;
    bool word = value->kind == TEXT && !value->quoted &&
                (ix_sv_eq_nocase(text, IX_SV("true")) || ix_sv_eq_nocase(text, IX_SV("false")));
    *ret_bool = word ? ix_sv_eq_nocase(text, IX_SV("true")) : value->boolean;
    return word || value->kind == BOOL;
}

static bool order_of_bools(const struct value *a, const struct value *b, int *ret_order) {
    bool x, y;
    if (!bool_of(a, &x) || !bool_of(b, &y)) {
        return false;
    }
    *ret_order = x == y ? 0 : 1;
    return true;
}

static bool either(const struct value *a, const struct value *b, enum value_kind kind) {
    return a->kind == kind || b->kind == kind;
}

/* How a stands to b; false when nothing can be said. */
static bool order_of(const struct value *a, const struct value *b, int *ret_order) {
    if (either(a, b, VERSION)) {
        return order_of_versions(a, b, ret_order);
    }
    if (either(a, b, TIME)) {
        return order_of_times(a, b, ret_order);
    }
    if (either(a, b, BOOL)) {
        return order_of_bools(a, b, ret_order);
    }
    if (either(a, b, DURATION)) {
        *ret_order = (a->number > b->number) - (a->number < b->number);
        return a->kind == b->kind;
    }
    if (either(a, b, NUMBER)) {
        return order_of_numbers(a, b, ret_order);
    }
    int order = ix_sv_cmp(a->text, b->text);
    *ret_order = (order > 0) - (order < 0);
    return true;
}

static bool satisfies(enum ix_compare op, int order) {
    switch (op) {
    case IX_COMPARE_GT:
        return order > 0;
    case IX_COMPARE_GE:
        return order >= 0;
    case IX_COMPARE_LT:
        return order < 0;
    case IX_COMPARE_LE:
        return order <= 0;
    default:
        return order == 0;
    }
}

static bool some_pair(const struct values *left, enum ix_compare op, const struct values *right) {
    int order;
    for (size_t i = 0; i < left->count; i++) {
        for (size_t k = 0; k < right->count; k++) {
            if (order_of(&left->items[i], &right->items[k], &order) && satisfies(op, order)) {
                return true;
            }
        }
    }
    return false;
}

enum ix_code ix_evaluate(struct ix_arena *scratch, const struct ix_pred *pred,
                         const struct ix_json *node, bool *ret_holds, struct ix_err *err) {
    bool of_row = pred->compare.of_row;
    struct evaluation e = {
        .scratch = scratch,
        .properties = of_row ? ix_json_at(node, 0) : node,
        .row = of_row ? node : NULL,
        .err = err,
    };
    struct values left = {0}, right = {0};
    bool done =
        values_of(&e, pred->compare.left, &left) && values_of(&e, pred->compare.right, &right);
    if (!done) {
        return err->code != IX_OK ? err->code : ix_arena_check(scratch, err);
    }
    *ret_holds = some_pair(&left, pred->compare.op, &right);
    return IX_OK;
}

/* ---- as JSON ---- */

static void write_number(struct ix_buf *out, const struct value *value) {
    enum { SIZE = 32 };
    char text[SIZE];
    double again = 0;
    if (value->text.size > 0) {
        ix_buf_add(out, value->text);
        return;
    }
    int size = snprintf(text, sizeof text, "%.15g", value->number);
    if (!ix_sv_to_double(ix_sv_of(text, (size_t)size), &again) || again != value->number) {
        size = snprintf(text, sizeof text, "%.17g", value->number);
    }
    ix_buf_add(out, ix_sv_of(text, (size_t)size));
}

static void write_value(struct ix_buf *out, const struct value *value) {
    char text[IX_TIME_TEXT_SIZE];
    switch (value->kind) {
    case NUMBER:
        write_number(out, value);
        break;
    case DURATION:
        write_number(out, &(struct value){.number = value->number / IX_SECOND_MS});
        break;
    case BOOL:
        ix_buf_add_cstr(out, value->boolean ? "true" : "false");
        break;
    case TIME:
        ix_json_write_string(out, ix_time_format(value->ms, text));
        break;
    default:
        ix_json_write_string(out, value->text);
    }
}

enum ix_code ix_evaluate_json(struct ix_arena *scratch, const struct ix_computed *computed,
                              const struct ix_json *node, struct ix_buf *out, struct ix_err *err) {
    struct evaluation e = {
        .scratch = scratch,
        .properties = computed->of_row ? ix_json_at(node, 0) : node,
        .row = computed->of_row ? node : NULL,
        .err = err,
    };
    struct values values = {0};
    if (!values_of(&e, &computed->expression, &values)) {
        return err->code != IX_OK ? err->code : ix_arena_check(scratch, err);
    }
    const bool list = values.count > 1;
    ix_buf_add_cstr(out, list ? "[" : "");
    for (size_t i = 0; i < values.count; i++) {
        ix_buf_add_cstr(out, i ? "," : "");
        write_value(out, &values.items[i]);
    }
    ix_buf_add_cstr(out, list ? "]" : "");
    return ix_buf_check(out, err);
}
