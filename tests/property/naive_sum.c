/* Function tests by the words of query/evaluate.h, with plain C: strtod, strptime-like scans and
 * recursion over combinations. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/time.h"
#include "naive.h"

enum { SOME = 600 };

struct datum {
    char kind;        /* n t b m d s */
    double n;         /* n, d, m: ms */
    double end;       /* m: where the period ends */
    const char *text; /* t, s; n: as written, or NULL */
    bool quoted, truth;
};

struct data {
    struct datum d[SOME];
    size_t count;
};

struct asked {
    const struct naive_world *world;
    const struct ix_pred *pred;
    const struct ix_resource *thing; /* NULL inside an element */
    const struct ix_json *node;
};

static const char *text_in(const struct asked *a, struct ix_sv text) {
    return ix_arena_copy(a->world->arena, text).data;
}

static void put(struct data *out, struct datum d) {
    if (out->count < SOME) {
        out->d[out->count++] = d;
    }
}

static struct datum text_datum(const char *text) {
    return (struct datum){.kind = 't', .text = text ? text : ""};
}

static struct datum time_datum(int64_t ms) {
    return (struct datum){.kind = 'm', .n = (double)ms, .end = (double)ms + 1};
}

static bool as_number(const struct datum *d, double *n) {
    *n = d->n;
    return d->kind == 'n' ||
           (d->kind == 't' && !d->quoted && ix_sv_to_double(ix_sv_cstr(d->text), n));
}

static bool as_time(const struct datum *d, struct datum *time) {
    int64_t ms;
    *time = *d;
    if (d->kind == 't' && ix_time_parse(ix_sv_cstr(d->text), &ms)) {
        *time = time_datum(ms);
    }
    return time->kind == 'm';
}

/* "v1.2.3-x": up to three small numbers and what follows a dash. */
static bool as_version(const char *text, long numbers[3], const char **pre) {
    char *end;
    text += *text == 'v';
    numbers[0] = numbers[1] = numbers[2] = 0;
    for (int i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)*text)) {
            return false;
        }
        numbers[i] = strtol(text, &end, 10);
        text = end + (*end == '.' && i < 2);
        if (*end != '.') {
            break;
        }
    }
    *pre = *text == '-' && text[1] ? text + 1 : NULL;
    return *text == '\0' || *pre;
}

static void put_node(const struct asked *a, struct data *out, const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    if (kind == IX_JSON_STRING) {
        put(out, text_datum(text_in(a, ix_json_string(node))));
    } else if (kind == IX_JSON_NUMBER) {
        struct datum d = {.kind = 'n'};
        d.text = text_in(a, ix_json_number_text(a->world->arena, node));
        d.n = strtod(d.text, NULL);
        put(out, d);
    } else if (kind == IX_JSON_TRUE || kind == IX_JSON_FALSE) {
        put(out, (struct datum){.kind = 'b', .truth = kind == IX_JSON_TRUE});
    }
}

static void put_field(const struct asked *a, struct data *out, enum ix_field field) {
    const struct ix_resource *r = a->thing;
    struct ix_sv text = field == IX_FIELD_NAME     ? r->name
                        : field == IX_FIELD_REGION ? r->region
                        : field == IX_FIELD_KIND   ? r->kind
                                                   : (struct ix_sv){0};
    if (field == IX_FIELD_CREATED) {
        if (r->created_ms != IX_TIME_UNKNOWN) {
            put(out, time_datum(r->created_ms));
        }
    } else if (!ix_sv_empty(text)) {
        put(out, text_datum(text_in(a, text)));
    }
}

static void put_tags(const struct asked *a, struct data *out, const struct ix_expression *x) {
    for (size_t i = 0; i < a->thing->tag_count; i++) {
        const struct ix_tag *tag = &a->thing->tags[i];
        if ((x->tag_classes & 1u << tag->class_) && ix_sv_eq(tag->key, x->tag_key)) {
            put(out, text_datum(text_in(a, tag->value)));
        }
    }
}

static void put_constant(const struct asked *a, struct data *out, const struct ix_expression *x) {
    struct datum d = {.kind = x->gives, .quoted = x->quoted, .truth = x->operand.boolean};
    d.n = x->gives == 'm' ? (double)x->operand.begin_ms : x->operand.number;
    d.end = (double)x->operand.end_ms;
    d.text = x->operand.text.data ? text_in(a, x->operand.text) : x->gives == 't' ? "" : NULL;
    put(out, d);
}

/* ---- operators and functions ---- */

static void put_number(struct data *out, char kind, double n) {
    if (isfinite(n)) {
        put(out, (struct datum){.kind = kind, .n = n});
    }
}

static void operate(struct data *out, char op, const struct datum *a, const struct datum *b) {
    double x, y;
    struct datum s, t;
    bool da = a->kind == 'd', db = b->kind == 'd';
    bool na = as_number(a, &x), nb = as_number(b, &y);
    x = da ? a->n : x;
    y = db ? b->n : y;
    if ((na || da) && (nb || db)) {
        bool zero = y == 0 && (op == '/' || op == '%');
        double n = op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : 0;
        n = zero ? NAN : op == '/' ? x / y : op == '%' ? fmod(x, y) : n;
        if (da && db) {
            put_number(out, op == '/' ? 'n' : 'd', op == '*' ? NAN : n);
        } else if (da || db) {
            put_number(out, 'd', op == '*' || (op == '/' && da) ? n : NAN);
        } else {
            put_number(out, 'n', n);
        }
    } else if (as_time(a, &s) && as_time(b, &t)) {
        put_number(out, 'd', op == '-' ? s.n - t.n : NAN);
    } else if (as_time(a, &s) && db && (op == '+' || op == '-')) {
        put(out, time_datum((int64_t)(op == '+' ? s.n + trunc(y) : s.n - trunc(y))));
    } else if (da && as_time(b, &t) && op == '+') {
        put(out, time_datum((int64_t)(t.n + trunc(x))));
    }
}

static bool has_part(enum ix_func func, const char *text, const char *part) {
    size_t size = strlen(text), length = strlen(part);
    for (size_t i = 0; i + length <= size; i++) {
        bool place = func == IX_FUNC_CONTAINS || (func == IX_FUNC_STARTSWITH && i == 0) ||
                     (func == IX_FUNC_ENDSWITH && i + length == size);
        if (place && strncasecmp(text + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static void put_replaced(const struct asked *a, struct data *out, const char *text,
                         const char *from, const char *to) {
    char buf[4096] = "";
    for (size_t length = strlen(from); *text && strlen(buf) + 64 < sizeof buf;) {
        bool here = length > 0 && strncmp(text, from, length) == 0;
        snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%.*s", here ? 64 : 1,
                 here ? to : text);
        text += here ? length : 1;
    }
    put(out, text_datum(text_in(a, ix_sv_cstr(buf))));
}

static void put_case(const struct asked *a, struct data *out, const char *text, bool upper) {
    char buf[4096];
    snprintf(buf, sizeof buf, "%s", text);
    for (char *c = buf; *c; c++) {
        if ((unsigned char)*c < 0x80) {
            *c = (char)(upper ? toupper(*c) : tolower(*c));
        }
    }
    put(out, text_datum(text_in(a, ix_sv_cstr(buf))));
}

static void put_start(struct data *out, const struct datum *d, bool month) {
    struct datum time;
    if (as_time(d, &time)) {
        struct ix_civil c = ix_time_to_civil((int64_t)time.n);
        c = (struct ix_civil){.year = c.year, .month = c.month, .day = month ? 1 : c.day};
        put(out, time_datum(ix_time_from_civil(c)));
    }
}

static bool holds_network(const char *network, const char *address) {
    struct ix_ip_range n, i;
    return ix_ip_parse(ix_sv_cstr(network), &n) && ix_ip_parse(ix_sv_cstr(address), &i) &&
           memcmp(&n.first, &i.first, 16) <= 0 && memcmp(&i.last, &n.last, 16) <= 0;
}

static void put_parts(const struct asked *a, struct data *out, const char *text, const char *by,
                      double *wanted) {
    struct data parts = {0};
    const char *next;
    while (*by && (next = strstr(text, by))) {
        put(&parts, text_datum(text_in(a, ix_sv_of(text, (size_t)(next - text)))));
        text = next + strlen(by);
    }
    put(&parts, text_datum(text));
    for (size_t i = 0; *by && i < parts.count; i++) {
        if (!wanted || (double)i == *wanted || (double)i - (double)parts.count == *wanted) {
            put(out, parts.d[i]);
        }
    }
}

static void put_bin(struct data *out, const struct datum *d, const struct datum *step) {
    struct datum time;
    double n = d->n;
    double by = step->n;
    bool span = step->kind == 'd';
    if ((!span && !as_number(step, &by)) || by <= 0) {
        return;
    }
    if (span && as_time(d, &time)) {
        put(out, time_datum((int64_t)(floor(time.n / by) * by)));
    } else if (span ? d->kind == 'd' : as_number(d, &n)) {
        put_number(out, span ? 'd' : 'n', floor(n / by) * by);
    }
}

static void put_json(const struct asked *a, struct data *out, const char *text) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    if (ix_json_parse(a->world->arena, ix_sv_cstr(text), &node, &err) != IX_OK) {
        return;
    }
    if (ix_json_kind(node) != IX_JSON_ARRAY) {
        put_node(a, out, node);
        return;
    }
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        put_node(a, out, n);
    }
}

static void call(const struct asked *a, struct data *out, enum ix_func func, struct datum *d,
                 size_t count) {
    double n, digits = 0;
    long numbers[3];
    const char *pre;
    bool texts = true;
    for (size_t i = 0; i < count; i++) {
        texts &= d[i].kind == 't';
    }
    if (func == IX_FUNC_BIN) {
        put_bin(out, &d[0], &d[1]);
    } else if (func == IX_FUNC_SPLIT) {
        if (d[0].kind == 't' && d[1].kind == 't' && (count < 3 || as_number(&d[2], &digits))) {
            put_parts(a, out, d[0].text, d[1].text, count < 3 ? NULL : &digits);
        }
    } else if (func == IX_FUNC_JSON) {
        if (texts) {
            put_json(a, out, d[0].text);
        }
    } else if (func == IX_FUNC_ABS && (d[0].kind == 'd' || as_number(&d[0], &n))) {
        put_number(out, d[0].kind == 'd' ? 'd' : 'n', fabs(d[0].kind == 'd' ? d[0].n : n));
    } else if (func == IX_FUNC_ROUND && as_number(&d[0], &n) &&
               (count == 1 || as_number(&d[1], &digits))) {
        put_number(out, 'n', round(n * pow(10, digits)) / pow(10, digits));
    } else if (func == IX_FUNC_DAY || func == IX_FUNC_MONTH) {
        put_start(out, &d[0], func == IX_FUNC_MONTH);
    } else if (func == IX_FUNC_SEMVER && d[0].text && (texts || d[0].kind == 'n')) {
        d[0].kind = 's';
        if (as_version(d[0].text, numbers, &pre)) {
            put(out, d[0]);
        }
    } else if (texts && (func == IX_FUNC_LOWER || func == IX_FUNC_UPPER)) {
        put_case(a, out, d[0].text, func == IX_FUNC_UPPER);
    } else if (texts && func == IX_FUNC_REPLACE) {
        put_replaced(a, out, d[0].text, d[1].text, d[2].text);
    } else if (texts && func == IX_FUNC_LEN) {
        size_t length = 0;
        for (const char *c = d[0].text; *c; c++) {
            length += (*c & 0xC0) != 0x80;
        }
        put_number(out, 'n', (double)length);
    } else if (texts && count == 2) {
        bool truth = func == IX_FUNC_CIDR_CONTAINS ? holds_network(d[0].text, d[1].text)
                                                   : has_part(func, d[0].text, d[1].text);
        put(out, (struct datum){.kind = 'b', .truth = truth});
    }
}

static void evaluate(const struct asked *a, const struct ix_expression *x, struct data *out);

enum { ARGUMENTS_MAX = 3 };

static void combine(const struct asked *a, const struct ix_expression *x, struct datum *chosen,
                    size_t at, struct data *out) {
    if (at == x->arg_count || at == ARGUMENTS_MAX) {
        struct datum copy[ARGUMENTS_MAX];
        memcpy(copy, chosen, sizeof copy);
        if (x->kind == IX_EXPRESSION_SUM) {
            operate(out, x->op, &copy[0], &copy[1]);
        } else {
            call(a, out, x->func, copy, x->arg_count);
        }
        return;
    }
    struct data *each = ix_arena_array(a->world->arena, 1, sizeof *each);
    evaluate(a, &x->args[at], each);
    for (size_t i = 0; i < each->count; i++) {
        chosen[at] = each->d[i];
        combine(a, x, chosen, at + 1, out);
    }
}

static void put_lengths(const struct asked *a, struct data *out, const struct ix_path *path) {
    const struct ix_json *nodes[SOME];
    size_t count = naive_reach(path, a->node, false, nodes, SOME);
    for (size_t i = 0; i < count; i++) {
        struct data one = {0};
        struct datum d;
        enum ix_json_kind kind = ix_json_kind(nodes[i]);
        put_node(a, &one, nodes[i]);
        d = one.d[0];
        if (kind == IX_JSON_STRING) {
            call(a, out, IX_FUNC_LEN, &d, 1);
        } else if (kind == IX_JSON_ARRAY || kind == IX_JSON_OBJECT) {
            put_number(out, 'n', (double)ix_json_count(nodes[i]));
        }
    }
}

static void evaluate(const struct asked *a, const struct ix_expression *x, struct data *out) {
    struct datum chosen[ARGUMENTS_MAX] = {{0}};
    const struct ix_json *nodes[SOME];
    size_t count;
    switch (x->kind) {
    case IX_EXPRESSION_VALUE:
        put_constant(a, out, x);
        return;
    case IX_EXPRESSION_PATH:
        count = naive_reach(&x->path, a->node, true, nodes, SOME);
        for (size_t i = 0; i < count; i++) {
            put_node(a, out, nodes[i]);
        }
        return;
    case IX_EXPRESSION_FIELD:
        put_field(a, out, a->pred->compare.fields[x->place]);
        return;
    case IX_EXPRESSION_TAG:
        put_tags(a, out, x);
        return;
    default:
        break;
    }
    if (x->kind == IX_EXPRESSION_CALL && x->func == IX_FUNC_COALESCE) {
        for (size_t i = 0; out->count == 0 && i < x->arg_count; i++) {
            evaluate(a, &x->args[i], out);
        }
    } else if (x->kind == IX_EXPRESSION_CALL && x->func == IX_FUNC_LEN &&
               x->args[0].kind == IX_EXPRESSION_PATH) {
        put_lengths(a, out, &x->args[0].path);
    } else {
        combine(a, x, chosen, 0, out);
    }
}

/* ---- comparing ---- */

static bool as_truth(const struct datum *d, bool *truth) {
    bool word = d->kind == 't' && !d->quoted &&
                (strcasecmp(d->text, "true") == 0 || strcasecmp(d->text, "false") == 0);
    *truth = word ? strcasecmp(d->text, "true") == 0 : d->truth;
    return word || d->kind == 'b';
}

static int sign(double n) {
    return (n > 0) - (n < 0);
}

static int order_of_versions(const struct datum *a, const struct datum *b) {
    long x[3], y[3];
    const char *p, *q;
    if (!a->text || !b->text || !as_version(a->text, x, &p) || !as_version(b->text, y, &q)) {
        return 2;
    }
    for (int i = 0; i < 3; i++) {
        if (x[i] != y[i]) {
            return (x[i] > y[i]) - (x[i] < y[i]);
        }
    }
    return !p || !q ? !p - !q : sign(strcmp(p, q));
}

static int order(const struct datum *a, const struct datum *b) {
    struct datum s, t;
    double x, y;
    bool p, q;
    if (a->kind == 's' || b->kind == 's') {
        return order_of_versions(a, b);
    }
    if (a->kind == 'm' || b->kind == 'm') {
        return !as_time(a, &s) || !as_time(b, &t) ? 2 : s.end <= t.n ? -1 : s.n >= t.end ? 1 : 0;
    }
    if (a->kind == 'b' || b->kind == 'b') {
        return as_truth(a, &p) && as_truth(b, &q) && p == q ? 0 : 2;
    }
    if (a->kind == 'd' || b->kind == 'd') {
        return a->kind == b->kind ? sign(a->n - b->n) : 2;
    }
    if (a->kind == 't' && b->kind == 't') {
        return sign(strcmp(a->text, b->text));
    }
    if (!as_number(a, &x) || !as_number(b, &y)) {
        return 2;
    }
    int64_t i, k; /* long whole numbers differ where their doubles do not */
    if (a->text && b->text && ix_sv_to_int64(ix_sv_cstr(a->text), &i) &&
        ix_sv_to_int64(ix_sv_cstr(b->text), &k)) {
        return (i > k) - (i < k);
    }
    return sign(x - y);
}

bool naive_compare_holds(const struct naive_world *world, const struct ix_pred *p,
                         const struct ix_resource *thing, const struct ix_json *node) {
    struct asked a = {world, p, thing, node};
    struct data *left = ix_arena_array(world->arena, 1, sizeof *left);
    struct data *right = ix_arena_array(world->arena, 1, sizeof *right);
    evaluate(&a, p->compare.left, left);
    evaluate(&a, p->compare.right, right);
    for (size_t i = 0; i < left->count; i++) {
        for (size_t k = 0; k < right->count; k++) {
            int o = order(&left->d[i], &right->d[k]);
            enum ix_compare op = p->compare.op;
            if (o != 2 && (op == IX_COMPARE_GT   ? o > 0
                           : op == IX_COMPARE_GE ? o >= 0
                           : op == IX_COMPARE_LT ? o < 0
                           : op == IX_COMPARE_LE ? o <= 0
                                                 : o == 0)) {
                return true;
            }
        }
    }
    return false;
}
