/* Slow on purpose, and as plain as it can be. */
#include "naive.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/time.h"
#include "indexer/model/words.h"

struct asking {
    const struct naive_world *world;
    bool with_deleted;
};

/* ---- one value against a test ---- */

static bool glob(const char *p, const char *t) {
    if (*p == '*') {
        return glob(p + 1, t) || (*t && glob(p, t + 1));
    }
    if (*p == '\\' && p[1]) {
        p++;
    } else if (*p == '?' && *t) {
        return glob(p + 1, t + 1);
    }
    return *p == '\0' ? *t == '\0' : (*p | 32) == (*t | 32) && *t && glob(p + 1, t + 1);
}

static const char *text_of(const struct naive_world *world, struct ix_sv text) {
    return ix_arena_copy(world->arena, text).data;
}

static bool regex_finds(const struct naive_world *world, const struct ix_operand *o,
                        struct ix_sv text) {
    regex_t compiled;
    int flags = REG_EXTENDED | REG_NOSUB | (o->nocase ? REG_ICASE : 0);
    if (regcomp(&compiled, text_of(world, o->text), flags) != 0) {
        return false;
    }
    bool found = regexec(&compiled, text_of(world, text), 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

/* A value as the plan sees it: a JSON scalar, or a plain text. */
struct scalar {
    enum ix_json_kind kind;
    struct ix_sv text;
};

static struct scalar scalar_of(const struct naive_world *world, const struct ix_json *node) {
    struct scalar s = {.kind = ix_json_kind(node), .text = ix_json_string(node)};
    if (s.kind == IX_JSON_NUMBER) {
        s.text = ix_json_number_text(world->arena, node);
    } else if (s.kind == IX_JSON_TRUE || s.kind == IX_JSON_FALSE) {
        s.text = s.kind == IX_JSON_TRUE ? IX_SV("true") : IX_SV("false");
    } else if (s.kind == IX_JSON_NULL) {
        s.text = IX_SV("null");
    }
    return s;
}

static bool number_of(struct scalar s, double *number) {
    return (s.kind == IX_JSON_NUMBER || s.kind == IX_JSON_STRING) &&
           ix_sv_to_double(s.text, number);
}

/* Integers of up to 18 digits by their value, anything else by doubles. */
static int order_of_numbers(struct scalar s, double number, const struct ix_operand *o) {
    int64_t a;
    int64_t b;
    if (ix_sv_to_int64(s.text, &a) && ix_sv_to_int64(o->text, &b)) {
        return (a > b) - (a < b);
    }
    return (number > o->number) - (number < o->number);
}

static bool equal(struct scalar s, const struct ix_operand *o) {
    double number;
    switch (o->kind) {
    case IX_OPERAND_NUMBER:
        return number_of(s, &number) && order_of_numbers(s, number, o) == 0;
    case IX_OPERAND_BOOL:
        return (s.kind == IX_JSON_TRUE || s.kind == IX_JSON_FALSE || s.kind == IX_JSON_STRING) &&
               ix_sv_eq_nocase(s.text, o->boolean ? IX_SV("true") : IX_SV("false"));
    case IX_OPERAND_NULL:
        return (s.kind == IX_JSON_NULL || s.kind == IX_JSON_STRING) &&
               ix_sv_eq_nocase(s.text, IX_SV("null"));
    default:
        return s.kind == IX_JSON_STRING && ix_sv_eq(s.text, o->text);
    }
}

/* -1, 0, 1; 2 when the two have no order. */
static int order(struct scalar s, const struct ix_operand *o) {
    double number;
    int64_t ms;
    if (o->kind == IX_OPERAND_NUMBER) {
        return number_of(s, &number) ? order_of_numbers(s, number, o) : 2;
    }
    if (o->kind == IX_OPERAND_TIME) {
        bool time = s.kind == IX_JSON_STRING && ix_time_parse(s.text, &ms);
        return time ? (ms > o->begin_ms) - (ms < o->begin_ms) : 2;
    }
    int by_bytes = ix_sv_cmp(s.text, o->text);
    return s.kind == IX_JSON_STRING ? (by_bytes > 0) - (by_bytes < 0) : 2;
}

static bool in_range(struct scalar s, const struct ix_test *t) {
    int low = t->has_low ? order(s, &t->low) : 1;
    int high = t->has_high ? order(s, &t->high) : -1;
    return low != 2 && high != 2 && (low > 0 || (low == 0 && !t->low_open)) &&
           (high < 0 || (high == 0 && !t->high_open));
}

static bool passes(const struct naive_world *world, const struct ix_test *t, struct scalar s) {
    if (t->op == IX_OP_RANGE) {
        return in_range(s, t);
    }
    for (size_t i = 0; i < t->value_count; i++) {
        const struct ix_operand *o = &t->values[i];
        bool null = s.kind == IX_JSON_NULL && t->op != IX_OP_EQ; /* null has no text */
        bool pass = null                   ? false
                    : t->op == IX_OP_WORDS ? ix_words_match(s.text, o->text)
                    : t->op == IX_OP_WHOLE
                        ? s.kind == IX_JSON_STRING && ix_sv_eq_nocase(s.text, o->text)
                    : t->op == IX_OP_EQ    ? equal(s, o)
                    : t->op == IX_OP_GLOB  ? glob(text_of(world, o->text), text_of(world, s.text))
                    : t->op == IX_OP_REGEX ? regex_finds(world, o, s.text)
                                           : false;
        if (pass) {
            return true;
        }
    }
    return false;
}

static bool text_passes(const struct naive_world *world, const struct ix_test *t,
                        struct ix_sv text) {
    struct scalar s = {IX_JSON_STRING, text};
    return !ix_sv_empty(text) && (t->op == IX_OP_EXISTS || passes(world, t, s));
}

/* ---- paths ---- */

enum { REACHED_MAX = 512 };

struct reached {
    const struct ix_json *nodes[REACHED_MAX];
    size_t count;
};

static void add(struct reached *r, const struct ix_json *node) {
    if (r->count < REACHED_MAX) {
        r->nodes[r->count++] = node;
    }
}

static void add_below(struct reached *r, const struct ix_json *node) {
    add(r, node);
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        add_below(r, n);
    }
}

/* Names pass through arrays. */
static void add_named(struct reached *r, const struct ix_json *node, struct ix_sv name) {
    if (ix_json_kind(node) == IX_JSON_ARRAY) {
        for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
            add_named(r, n, name);
        }
    } else if (ix_json_get_sv(node, name)) {
        add(r, ix_json_get_sv(node, name));
    }
}

static void step(struct reached *to, const struct ix_json *node, const struct ix_path_step *s) {
    bool array = ix_json_kind(node) == IX_JSON_ARRAY;
    if (s->kind == IX_STEP_NAME) {
        add_named(to, node, s->name);
    } else if (s->kind == IX_STEP_DEEP) {
        add_below(to, node);
    } else if (s->kind == IX_STEP_INDEX) {
        if (array && ix_json_at(node, (size_t)s->index)) {
            add(to, ix_json_at(node, (size_t)s->index));
        }
    } else if (!array) {
        add(to, node);
    } else {
        for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
            add(to, n);
        }
    }
}

static void open_arrays(struct reached *to, const struct ix_json *node) {
    if (ix_json_kind(node) != IX_JSON_ARRAY) {
        add(to, node);
        return;
    }
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        open_arrays(to, n);
    }
}

static struct reached reach(const struct ix_path *path, const struct ix_json *from, bool open) {
    struct reached here = {0};
    if (from) {
        add(&here, from);
    }
    for (size_t i = 0; i < path->count; i++) {
        struct reached next = {0};
        for (size_t k = 0; k < here.count; k++) {
            step(&next, here.nodes[k], &path->steps[i]);
        }
        here = next;
    }
    struct reached opened = {0};
    for (size_t k = 0; open && k < here.count; k++) {
        open_arrays(&opened, here.nodes[k]);
    }
    return open ? opened : here;
}

size_t naive_reach(const struct ix_path *path, const struct ix_json *from, bool open,
                   const struct ix_json **nodes, size_t room) {
    struct reached r = reach(path, from, open);
    size_t count = r.count < room ? r.count : room;
    memcpy(nodes, r.nodes, count * sizeof *nodes);
    return count;
}

/* ---- predicates over documents ---- */

static bool holds_in(const struct naive_world *world, const struct ix_pred *p,
                     const struct ix_json *node);

static bool is_something(const struct ix_json *node) {
    enum ix_json_kind kind = ix_json_kind(node);
    return kind != IX_JSON_NULL && (kind != IX_JSON_OBJECT || ix_json_first(node));
}

static bool prop_holds(const struct naive_world *world, const struct ix_pred *p,
                       const struct ix_json *node) {
    struct reached r = reach(&p->prop.path, node, true);
    for (size_t i = 0; i < r.count; i++) {
        bool object = ix_json_kind(r.nodes[i]) == IX_JSON_OBJECT;
        bool pass = p->prop.test.op == IX_OP_EXISTS
                        ? is_something(r.nodes[i])
                        : !object && passes(world, &p->prop.test, scalar_of(world, r.nodes[i]));
        if (pass) {
            return true;
        }
    }
    return false;
}

static bool element_holds(const struct naive_world *world, const struct ix_pred *p,
                          const struct ix_json *node) {
    struct reached r = reach(&p->element.path, node, true);
    size_t passed = 0;
    for (size_t i = 0; i < r.count; i++) {
        passed += holds_in(world, p->element.inner, r.nodes[i]);
    }
    return p->element.all ? r.count > 0 && passed == r.count : passed > 0;
}

static bool len_holds(const struct naive_world *world, const struct ix_pred *p,
                      const struct ix_json *node) {
    struct reached r = reach(&p->len.path, node, false);
    for (size_t i = 0; i < r.count; i++) {
        enum ix_json_kind kind = ix_json_kind(r.nodes[i]);
        if (kind != IX_JSON_STRING && kind != IX_JSON_ARRAY && kind != IX_JSON_OBJECT) {
            continue;
        }
        size_t length =
            kind == IX_JSON_STRING ? ix_json_string(r.nodes[i]).size : ix_json_count(r.nodes[i]);
        struct scalar s = {IX_JSON_NUMBER, ix_arena_printf(world->arena, "%zu", length)};
        if (passes(world, &p->len.test, s)) {
            return true;
        }
    }
    return false;
}

static bool holds_in(const struct naive_world *world, const struct ix_pred *p,
                     const struct ix_json *node) {
    switch (p->kind) {
    case IX_PRED_TRUE:
        return true;
    case IX_PRED_AND:
        for (size_t i = 0; i < p->list.count; i++) {
            if (!holds_in(world, p->list.items[i], node)) {
                return false;
            }
        }
        return true;
    case IX_PRED_OR:
        for (size_t i = 0; i < p->list.count; i++) {
            if (holds_in(world, p->list.items[i], node)) {
                return true;
            }
        }
        return false;
    case IX_PRED_NOT:
        return !holds_in(world, p->inner, node);
    case IX_PRED_PROP:
        return prop_holds(world, p, node);
    case IX_PRED_ELEMENT:
        return element_holds(world, p, node);
    case IX_PRED_LEN:
        return len_holds(world, p, node);
    case IX_PRED_COMPARE:
        return naive_compare_holds(world, p, NULL, node);
    default:
        return false;
    }
}

/* ---- text ---- */

static void add_document(struct ix_buf *out, struct ix_arena *arena, const struct ix_json *node) {
    ix_buf_add(out, ix_json_key(node));
    ix_buf_add_char(out, ' ');
    ix_buf_add(out, ix_json_string(node));
    ix_buf_add(out, ix_json_number_text(arena, node));
    ix_buf_add_char(out, '\n');
    for (const struct ix_json *n = ix_json_first(node); n; n = ix_json_next(n)) {
        add_document(out, arena, n);
    }
}

struct prefix {
    struct ix_sv wanted;
};

static int begins(void *context, const struct ix_word *word) {
    const struct prefix *p = context;
    return ix_sv_starts_nocase(ix_sv_of(word->text, word->size), p->wanted);
}

static bool text_in(const struct ix_pred *p, struct ix_sv text) {
    if (p->text.kind == IX_TEXT_PREFIX) {
        struct prefix prefix = {p->text.text};
        return ix_words_visit(text, false, begins, &prefix) != 0;
    }
    return ix_words_match(text, p->text.text);
}

/* The five columns of the text index; a phrase does not reach from one into the next. */
static bool text_holds(const struct naive_world *world, const struct ix_pred *p,
                       const struct naive_thing *t) {
    const struct ix_resource *r = &t->resource;
    struct ix_arena *a = world->arena;
    struct ix_buf body = {0};
    ix_buf_printf(&body, "%.*s %.*s %.*s %.*s\n", IX_SV_FMT(r->kind), IX_SV_FMT(r->provider),
                  IX_SV_FMT(r->region), IX_SV_FMT(r->managed_by));
    add_document(&body, a, r->properties);
    struct ix_buf tags = {0};
    for (size_t i = 0; i < r->tag_count; i++) {
        ix_buf_printf(&tags, "%.*s %.*s\n", IX_SV_FMT(r->tags[i].key), IX_SV_FMT(r->tags[i].value));
    }
    struct ix_sv columns[] = {
        r->name,
        ix_arena_printf(a, "%.*s | %.*s | %.*s", IX_SV_FMT(r->uid), IX_SV_FMT(r->native_id),
                        IX_SV_FMT(r->address)),
        ix_arena_printf(a, "%.*s %.*s", IX_SV_FMT(r->type), IX_SV_FMT(r->native_type)),
        ix_buf_sv(&tags),
        ix_buf_sv(&body),
    };
    bool found = false;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        found |= text_in(p, columns[i]);
    }
    ix_buf_done(&body);
    ix_buf_done(&tags);
    return found;
}

/* ---- fields and tags ---- */

static bool number_in(const struct ix_test *t, int64_t value, bool known) {
    if (t->op == IX_OP_EXISTS) {
        return known;
    }
    return known && (!t->has_low || value >= t->low.begin_ms) &&
           (!t->has_high || value < t->high.begin_ms);
}

static bool any_operand(const struct ix_test *t, const struct ix_resource *r,
                        enum ix_tristate state) {
    for (size_t i = 0; i < t->value_count; i++) {
        const struct ix_operand *o = &t->values[i];
        if (o->kind == IX_OPERAND_FLAG ? (r->flags & o->flag) != 0 : o->tristate == state) {
            return true;
        }
    }
    return false;
}

static bool field_holds(const struct naive_world *world, const struct ix_pred *p,
                        const struct naive_thing *thing) {
    const struct ix_test *t = &p->field.test;
    const struct ix_resource *r = &thing->resource;
    switch (p->field.field) {
    case IX_FIELD_ID:
        return text_passes(world, t, r->native_id) ||
               (t->op == IX_OP_WORDS && text_passes(world, t, r->uid));
    case IX_FIELD_NAME:
        return text_passes(world, t, r->name);
    case IX_FIELD_TYPE:
        return text_passes(world, t, r->type) ||
               (t->op != IX_OP_WHOLE && t->op != IX_OP_EQ && text_passes(world, t, r->native_type));
    case IX_FIELD_NATIVE_TYPE:
        return text_passes(world, t, r->native_type);
    case IX_FIELD_ADDRESS:
        return text_passes(world, t, r->address);
    case IX_FIELD_KIND:
        return text_passes(world, t, r->kind);
    case IX_FIELD_PROVIDER:
        return text_passes(world, t, r->provider);
    case IX_FIELD_REGION:
        return text_passes(world, t, r->region);
    case IX_FIELD_MANAGED_BY:
        return text_passes(world, t, r->managed_by);
    case IX_FIELD_CREATED:
        return number_in(t, r->created_ms, r->created_ms != IX_TIME_UNKNOWN);
    case IX_FIELD_DELETED:
        return number_in(t, 0, thing->deleted);
    case IX_FIELD_FLAG:
        return t->op == IX_OP_EXISTS ? r->flags != 0 : any_operand(t, r, IX_UNKNOWN);
    case IX_FIELD_ENCRYPTED:
        return t->op == IX_OP_EXISTS ? r->encrypted != IX_UNKNOWN : any_operand(t, r, r->encrypted);
    default:
        fprintf(stderr, "the naive evaluator does not know field %d\n", p->field.field);
        abort();
    }
}

static bool tag_holds(const struct naive_world *world, const struct ix_pred *p,
                      const struct naive_thing *thing) {
    const struct ix_resource *r = &thing->resource;
    for (size_t i = 0; i < r->tag_count; i++) {
        const struct ix_tag *tag = &r->tags[i];
        struct scalar key = {IX_JSON_STRING, tag->key};
        struct scalar value = {IX_JSON_STRING, tag->value};
        const struct ix_test *k = &p->tag.key_test;
        const struct ix_test *v = &p->tag.test;
        if ((p->tag.classes & (1u << tag->class_)) &&
            (k->op == IX_OP_EXISTS || passes(world, k, key)) &&
            (v->op == IX_OP_EXISTS || passes(world, v, value))) {
            return true;
        }
    }
    return false;
}

/* ---- relations ---- */

static bool holds(const struct asking *a, const struct ix_pred *p, size_t thing);

static bool follows(const struct ix_hop *hop, const struct naive_edge *e) {
    bool typed = hop->type_count == 0;
    for (size_t i = 0; i < hop->type_count; i++) {
        typed |= ix_sv_eq_nocase(hop->types[i], e->type);
    }
    return typed && (hop->basis & IX_BASIS_DECLARED);
}

/* Level by level: which things are at the end of a walk of exactly this many edges. */
static void walk(const struct naive_world *w, const struct ix_hop *hop, const bool *from,
                 bool *to) {
    bool *level = ix_arena_array(w->arena, w->count + 1, sizeof *level);
    bool *seen = ix_arena_array(w->arena, w->count + 1, sizeof *seen);
    memcpy(level, from, w->count * sizeof *level);
    for (size_t i = 0; i < w->count; i++) {
        to[i] = hop->min_depth == 0 && from[i];
    }
    for (int64_t depth = 1; depth <= hop->max_depth; depth++) {
        bool *next = ix_arena_array(w->arena, w->count + 1, sizeof *next);
        for (size_t i = 0; i < w->edge_count; i++) {
            const struct naive_edge *e = &w->edges[i];
            if (follows(hop, e)) {
                next[e->to] |= hop->direction != IX_HOP_IN && level[e->from];
                next[e->from] |= hop->direction != IX_HOP_OUT && level[e->to];
            }
        }
        for (size_t i = 0; i < w->count; i++) { /* once, at its least depth */
            to[i] |= next[i] && !seen[i] && depth >= hop->min_depth;
            seen[i] |= next[i];
        }
        level = next;
    }
}

static bool relation_holds(const struct asking *a, const struct ix_pred *p, size_t thing) {
    const struct naive_world *w = a->world;
    struct asking inner = {w, p->relation.include_deleted};
    bool *here = ix_arena_array(w->arena, w->count + 1, sizeof *here);
    size_t count = 0;
    here[thing] = true;
    for (size_t i = 0; i < p->relation.hop_count; i++) {
        bool *next = ix_arena_array(w->arena, w->count + 1, sizeof *next);
        walk(w, &p->relation.hops[i], here, next);
        here = next;
    }
    for (size_t i = 0; i < w->count; i++) {
        count += here[i] && (inner.with_deleted || !w->things[i].deleted) &&
                 holds(&inner, p->relation.where, i);
    }
    struct scalar number = {IX_JSON_NUMBER, ix_arena_printf(w->arena, "%zu", count)};
    return p->relation.is_count ? passes(w, &p->relation.count, number) : count > 0;
}

/* ---- things ---- */

static bool scanned_text_holds(const struct naive_world *world, const struct ix_pred *p,
                               const struct ix_resource *r) {
    struct ix_operand operand = {.text = p->text.text, .nocase = p->text.nocase};
    struct ix_test test = {
        .op = p->text.kind == IX_TEXT_GLOB ? IX_OP_GLOB : IX_OP_REGEX,
        .values = &operand,
        .value_count = 1,
    };
    return text_passes(world, &test, r->name) || text_passes(world, &test, r->native_id) ||
           text_passes(world, &test, r->uid) || text_passes(world, &test, r->type) ||
           text_passes(world, &test, r->address) || text_passes(world, &test, r->native_type);
}

static bool holds(const struct asking *a, const struct ix_pred *p, size_t thing) {
    const struct naive_thing *t = &a->world->things[thing];
    switch (p->kind) {
    case IX_PRED_AND:
    case IX_PRED_OR:
        for (size_t i = 0; i < p->list.count; i++) {
            if (holds(a, p->list.items[i], thing) == (p->kind == IX_PRED_OR)) {
                return p->kind == IX_PRED_OR;
            }
        }
        return p->kind == IX_PRED_AND;
    case IX_PRED_NOT:
        return !holds(a, p->inner, thing);
    case IX_PRED_TEXT:
        return p->text.kind == IX_TEXT_GLOB || p->text.kind == IX_TEXT_REGEX
                   ? scanned_text_holds(a->world, p, &t->resource)
                   : text_holds(a->world, p, t);
    case IX_PRED_FIELD:
        return field_holds(a->world, p, t);
    case IX_PRED_TAG:
        return tag_holds(a->world, p, t);
    case IX_PRED_COMPARE:
        return naive_compare_holds(a->world, p, &t->resource, t->resource.properties);
    case IX_PRED_RELATION:
        return relation_holds(a, p, thing);
    default:
        return holds_in(a->world, p, t->resource.properties);
    }
}

static void keep(const struct asking *a, const struct ix_pred *p, bool *found) {
    for (size_t i = 0; i < a->world->count; i++) {
        bool in_scope = a->with_deleted || !a->world->things[i].deleted;
        found[i] = found[i] && in_scope && holds(a, p, i);
    }
}

bool naive_find(const struct naive_world *w, const struct ix_plan *plan, bool *found) {
    struct asking a = {w, plan->include_deleted};
    for (size_t i = 0; i < w->count; i++) {
        found[i] = true;
    }
    keep(&a, plan->search, found);
    for (size_t s = 0; s < plan->stage_count; s++) {
        const struct ix_stage *stage = &plan->stages[s];
        if (stage->kind == IX_STAGE_HOP) {
            bool *reached = ix_arena_array(w->arena, w->count + 1, sizeof *reached);
            walk(w, stage->hop, found, reached);
            memcpy(found, reached, w->count * sizeof *found);
            a.with_deleted |= stage->include_deleted;
        } else if (stage->kind != IX_STAGE_WHERE) {
            return false;
        }
        keep(&a, stage->pred, found);
    }
    return true;
}
