/* Why a span of time costs something else than another.
 *
 * Both are read grouped by resource, SKU, unit and kind of charge, and laid side by side. What each
 * group changed goes to one part, or is divided among usage, commitments and price
 * (query/cost/effects.h); the parts add up to the difference exactly. Then the largest resources of
 * each part are looked up in the inventory's history. */
#include <stdlib.h>

#include "query/cost/effects.h"
#include "query/cost/making.h"
#include "query/cost/split.h"
#include "query/listing.h"
#include "query/resource.h"

enum {
    NAMED_MOST = 5,   /* resources of a row that are named */
    CHANGES_MOST = 3, /* changes that are told of each */
    LOOKED_MOST = 40, /* rows whose resources are looked up */
};

enum part {
    PART_NEW,
    PART_VANISHED,
    PART_USAGE,
    PART_PRICE,
    PART_COMMITMENT,
    PART_CREDIT,
    PART_TAX,
    PART_UNEXPLAINED,
};
static const char *const part_names[] = {
    [PART_NEW] = "new resources",
    [PART_VANISHED] = "vanished resources",
    [PART_USAGE] = "usage",
    [PART_PRICE] = "price",
    [PART_COMMITMENT] = "commitments",
    [PART_CREDIT] = "credits and refunds",
    [PART_TAX] = "taxes",
    [PART_UNEXPLAINED] = "unexplained",
};

/* What both spans are grouped by, in front of what the request names. */
enum dimension {
    RESOURCE,
    UID, /* of the resource that it names, where there is one */
    THING_BEGIN,
    SERVICE = THING_BEGIN,
    SKU,
    PRICING_UNIT,
    CONSUMED_UNIT,
    THING_END, /* what has these in common is one thing that is used */
    CATEGORY = THING_END,
    CLASS,
    PRICING,
    COMMITMENT,
    COMMITMENT_STATUS,
    PRICING_QUANTITY,
    CONSUMED_QUANTITY,
    FIXED,
};
static const enum ix_focus_column fixed[FIXED] = {
    [RESOURCE] = IX_FOCUS_ResourceId,
    [SERVICE] = IX_FOCUS_ServiceName,
    [SKU] = IX_FOCUS_SkuId,
    [PRICING_UNIT] = IX_FOCUS_PricingUnit,
    [CONSUMED_UNIT] = IX_FOCUS_ConsumedUnit,
    [CATEGORY] = IX_FOCUS_ChargeCategory,
    [CLASS] = IX_FOCUS_ChargeClass,
    [PRICING] = IX_FOCUS_PricingCategory,
    [COMMITMENT] = IX_FOCUS_CommitmentDiscountId,
    [COMMITMENT_STATUS] = IX_FOCUS_CommitmentDiscountStatus,
    [PRICING_QUANTITY] = IX_FOCUS_PricingQuantity,
    [CONSUMED_QUANTITY] = IX_FOCUS_ConsumedQuantity,
};

struct line {
    const struct ix_cost_row *row;
    size_t value_count; /* for sorting */
    bool now;
    enum part part; /* PART_USAGE: of what is used */
};

/* What one resource adds to one part. */
struct gain {
    const struct ix_cost_row *row; /* for its values */
    size_t value_count;
    enum part part;
    struct ix_money change, size; /* size: of the change, never negative */
    size_t first;                 /* of a row: of its gains */
};

struct explaining {
    struct ix_cost_making *m;
    struct ix_cost_question question;
    struct ix_cost_dimension dimensions[IX_COST_DIMENSIONS_MAX];
    int64_t before_from, before_until;
    struct ix_cost_answer before, now;
    struct line *lines; /* of both */
    size_t line_count;
    struct gain *gains, *rows;
    size_t gain_count, row_count;
};

/* ---- reading ---- */

/* The fixed dimensions, then those of the request. */
static enum ix_code make_question(struct explaining *e) {
    struct ix_cost_making *m = e->m;
    const size_t asked = m->question.dimension_count;
    if (asked + FIXED > IX_COST_DIMENSIONS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "explain takes up to %d dimensions",
                          IX_COST_DIMENSIONS_MAX - FIXED);
    }
    for (size_t i = 0; i < FIXED; i++) {
        e->dimensions[i] =
            (struct ix_cost_dimension){.kind = IX_COST_BY_COLUMN, .column = fixed[i]};
    }
    e->dimensions[UID] =
        (struct ix_cost_dimension){.kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_UID};
    for (size_t i = 0; i < asked; i++) {
        e->dimensions[FIXED + i] = m->dimensions[i];
    }
    e->question = m->question;
    e->question.dimensions = e->dimensions;
    e->question.dimension_count = asked + FIXED;
    return IX_OK;
}

static bool is(struct ix_sv value, const char *word) {
    return ix_sv_eq_nocase(value, ix_sv_cstr(word));
}

static enum part part_of(const struct ix_cost_row *row) {
    const struct ix_sv *v = row->values;
    if (is(v[CATEGORY], "Credit") || is(v[CATEGORY], "Adjustment") || is(v[CLASS], "Correction")) {
        return PART_CREDIT;
    }
    if (is(v[CATEGORY], "Tax")) {
        return PART_TAX;
    }
    bool bought = is(v[CATEGORY], "Purchase") && v[COMMITMENT].data;
    return bought || is(v[COMMITMENT_STATUS], "Unused") ? PART_COMMITMENT : PART_USAGE;
}

static int compare_value(struct ix_sv a, struct ix_sv b) {
    return !a.data != !b.data ? (a.data ? -1 : 1) : ix_sv_cmp(a, b);
}

static int compare_values(const struct ix_cost_row *a, const struct ix_cost_row *b, size_t begin,
                          size_t end) {
    int result = 0;
    for (size_t i = begin; !result && i < end; i++) {
        result = compare_value(a->values[i], b->values[i]);
    }
    return result;
}

static int compare_resources(const struct ix_cost_row *a, const struct ix_cost_row *b) {
    int result = ix_sv_cmp(a->currency, b->currency);
    return result ? result : compare_value(a->values[RESOURCE], b->values[RESOURCE]);
}

static int compare_things(const struct line *x, const struct line *y) {
    int result = compare_resources(x->row, y->row);
    result = result ? result : compare_values(x->row, y->row, FIXED, x->value_count);
    return result ? result : compare_values(x->row, y->row, THING_BEGIN, THING_END);
}

static int by_thing(const void *a, const void *b) {
    return compare_things(a, b);
}

static void take_lines(struct explaining *e, const struct ix_cost_answer *answer, bool now) {
    for (size_t i = 0; i < answer->count; i++) {
        e->lines[e->line_count++] = (struct line){
            .row = &answer->rows[i],
            .value_count = e->question.dimension_count,
            .now = now,
            .part = part_of(&answer->rows[i]),
        };
    }
}

static enum ix_code read_lines(struct explaining *e) {
    struct ix_cost_making *m = e->m;
    struct ix_cost_question earlier = e->question;
    earlier.from_ms = e->before_from;
    earlier.until_ms = e->before_until;
    if (ix_cost_making_ask(m, &e->question, &e->now) != IX_OK ||
        ix_cost_making_ask(m, &earlier, &e->before) != IX_OK) {
        return m->err->code;
    }
    const size_t count = e->before.count + e->now.count;
    e->lines = ix_arena_array(m->arena, count + 1, sizeof *e->lines);
    /* a thing has at most as many parts as lines, or three that its lines are divided among */
    e->gains = ix_arena_array(m->arena, 3 * count + 1, sizeof *e->gains);
    if (!e->lines || !e->gains) {
        return ix_err_nomem(m->err);
    }
    take_lines(e, &e->before, false);
    take_lines(e, &e->now, true);
    qsort(e->lines, e->line_count, sizeof *e->lines, by_thing);
    return IX_OK;
}

/* ---- parts ---- */

static void gain(struct explaining *e, const struct line *line, enum part part,
                 struct ix_money change) {
    if (!ix_money_is_zero(change)) {
        e->gains[e->gain_count++] = (struct gain){
            .row = line->row, .value_count = line->value_count, .part = part, .change = change};
    }
}

static enum ix_code count_in(struct ix_money *sum, const struct line *line, struct ix_err *err) {
    return line->now ? ix_money_add(sum, line->row->sum, err)
                     : ix_money_subtract(sum, line->row->sum, err);
}

/* What the lines of the row used together; false: the bill does not say. */
static bool read_quantity(const struct ix_cost_row *row, struct ix_money *ret) {
    struct ix_sv text = row->values[PRICING_QUANTITY].data ? row->values[PRICING_QUANTITY]
                                                           : row->values[CONSUMED_QUANTITY];
    struct ix_err fault = {0};
    struct ix_money one;
    const struct ix_money lines = {.nano = row->lines * 1000000000};
    const struct ix_money unity = {.nano = 1000000000};
    bool rounded = false;
    return text.data && ix_money_parse(text, &one, &rounded, &fault) == IX_OK &&
           ix_cost_proportion(one, lines, unity, ret);
}

/* False: it costs something, and how much was used is not known. */
static bool add_used(struct ix_cost_used *used, const struct ix_cost_row *row) {
    int cover = row->values[COMMITMENT].data || is(row->values[PRICING], "Committed")
                    ? IX_COST_COMMITTED
                    : IX_COST_FREE;
    struct ix_err fault = {0};
    struct ix_money quantity;
    if (!read_quantity(row, &quantity)) {
        return ix_money_is_zero(row->sum);
    }
    return ix_money_add(&used->quantity[cover], quantity, &fault) == IX_OK &&
           ix_money_add(&used->cost[cover], row->sum, &fault) == IX_OK;
}

/* The lines of one thing that were and are used. */
static void divide(struct explaining *e, const struct line *lines, size_t count,
                   struct ix_money change) {
    struct ix_cost_used used[2] = {0};
    struct ix_cost_effects effects;
    bool known = true;
    for (size_t i = 0; i < count; i++) {
        known =
            known && (lines[i].part != PART_USAGE || add_used(&used[lines[i].now], lines[i].row));
    }
    if (!known || !ix_cost_effects(&used[false], &used[true], &effects)) {
        gain(e, lines, PART_UNEXPLAINED, change);
        return;
    }
    gain(e, lines, PART_USAGE, effects.usage);
    gain(e, lines, PART_COMMITMENT, effects.commitment);
    gain(e, lines, PART_PRICE, effects.price);
}

/* `part`: what the used lines of the resource are, PART_USAGE when it is in both spans. */
static enum ix_code explain_thing(struct explaining *e, const struct line *lines, size_t count,
                                  enum part part) {
    struct ix_money change = {0};
    for (size_t i = 0; i < count; i++) {
        struct ix_money other = {0};
        bool used = lines[i].part == PART_USAGE;
        if (count_in(used ? &change : &other, &lines[i], e->m->err) != IX_OK) {
            return ix_err_wrap(e->m->err, "the change of %.*s",
                               IX_SV_FMT(lines->row->values[RESOURCE]));
        }
        gain(e, &lines[i], lines[i].part, other);
    }
    if (part == PART_USAGE) {
        divide(e, lines, count, change);
    } else {
        gain(e, lines, part, change);
    }
    return IX_OK;
}

/* What is billed in one span alone is new or gone; what names no resource cannot be. */
static enum part presence(const struct line *lines, size_t count) {
    bool is_in[2] = {false, false};
    for (size_t i = 0; i < count; i++) {
        is_in[lines[i].now] |= lines[i].part == PART_USAGE;
    }
    if (!lines->row->values[RESOURCE].data || is_in[true] == is_in[false]) {
        return PART_USAGE;
    }
    return is_in[true] ? PART_NEW : PART_VANISHED;
}

static enum ix_code explain_resource(struct explaining *e, const struct line *lines, size_t count) {
    const enum part part = presence(lines, count);
    enum ix_code code = IX_OK;
    for (size_t begin = 0, end; code == IX_OK && begin < count; begin = end) {
        for (end = begin + 1; end < count && compare_things(&lines[begin], &lines[end]) == 0;) {
            end++;
        }
        code = explain_thing(e, &lines[begin], end - begin, part);
    }
    return code;
}

static enum ix_code explain_all(struct explaining *e) {
    enum ix_code code = IX_OK;
    for (size_t begin = 0, end; code == IX_OK && begin < e->line_count; begin = end) {
        for (end = begin + 1; end < e->line_count &&
                              compare_resources(e->lines[begin].row, e->lines[end].row) == 0;) {
            end++;
        }
        code = explain_resource(e, &e->lines[begin], end - begin);
    }
    return code;
}

/* ---- rows ---- */

static int compare_rows(const struct gain *x, const struct gain *y) {
    int result = ix_sv_cmp(x->row->currency, y->row->currency);
    result = result ? result : (int)x->part - (int)y->part;
    return result ? result : compare_values(x->row, y->row, FIXED, x->value_count);
}

static int by_row(const void *a, const void *b) {
    const struct gain *x = a;
    const struct gain *y = b;
    int result = compare_rows(x, y);
    return result ? result : compare_value(x->row->values[RESOURCE], y->row->values[RESOURCE]);
}

static int by_size(const void *a, const void *b) {
    const struct gain *x = a;
    const struct gain *y = b;
    int result = ix_sv_cmp(x->row->currency, y->row->currency);
    result = result ? result : ix_money_compare(y->size, x->size);
    return result ? result : by_row(a, b);
}

static enum ix_code measure(struct gain *gain, struct ix_err *err) {
    gain->size = gain->change;
    if (gain->change.nano >= 0) {
        return IX_OK;
    }
    gain->size = (struct ix_money){0};
    return ix_money_subtract(&gain->size, gain->change, err);
}

/* Adds what `gain` changes to the last of `sums`, or begins another. */
static enum ix_code add_gain(struct gain *sums, size_t *count, const struct gain *gain, bool same,
                             struct ix_err *err) {
    enum ix_code code = IX_OK;
    if (same) {
        code = ix_money_add(&sums[*count - 1].change, gain->change, err);
    } else {
        sums[(*count)++] = *gain;
    }
    return code == IX_OK ? measure(&sums[*count - 1], err) : code;
}

/* One gain for each resource of each row, in order; and the rows. */
static enum ix_code make_rows(struct explaining *e) {
    const size_t count = e->gain_count;
    enum ix_code code = IX_OK;
    e->rows = ix_arena_array(e->m->arena, count + 1, sizeof *e->rows);
    if (!e->rows) {
        return ix_err_nomem(e->m->err);
    }
    qsort(e->gains, count, sizeof *e->gains, by_row);
    e->gain_count = 0;
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        const struct gain gain = e->gains[i];
        const size_t kept = e->gain_count;
        bool same = kept > 0 && by_row(&e->gains[kept - 1], &gain) == 0;
        bool same_row = kept > 0 && compare_rows(&e->gains[kept - 1], &gain) == 0;
        code = add_gain(e->gains, &e->gain_count, &gain, same, e->m->err);
        if (code == IX_OK) {
            code = add_gain(e->rows, &e->row_count, &gain, same_row, e->m->err);
            e->rows[e->row_count - 1].first = same_row ? e->rows[e->row_count - 1].first : kept;
        }
    }
    qsort(e->rows, e->row_count, sizeof *e->rows, by_size);
    return code;
}

static bool is_within(const struct explaining *e, const struct ix_json *change) {
    int64_t at;
    return ix_time_parse(ix_json_string(ix_json_get(change, "at")), &at) && at >= e->before_from &&
           at < e->question.until_ms;
}

/* What the inventory saw of it between the beginning of the one span and the end of the other. */
static enum ix_code add_changes(struct explaining *e, struct ix_sv uid, struct ix_json *node) {
    struct ix_cost_making *m = e->m;
    struct ix_json *changes = ix_json_new_array(m->arena);
    struct ix_json *history = NULL;
    size_t count = 0;
    bool more = false;
    if (ix_listing_read(m->warehouse, IX_LIST_HISTORY, uid, 0, m->arena, &history, &more, m->err) !=
        IX_OK) {
        return m->err->code;
    }
    for (const struct ix_json *change = ix_json_first(history); change && count < CHANGES_MOST;
         change = ix_json_next(change)) {
        if (is_within(e, change)) {
            ix_json_append(changes, ix_json_clone(m->arena, change));
            count++;
        }
    }
    ix_cost_set(m, node, "changes", changes);
    return IX_OK;
}

static enum ix_code add_known(struct explaining *e, struct ix_sv uid, struct ix_json *node) {
    static const char *const members[] = {"name", "type", "created", "deleted"};
    struct ix_cost_making *m = e->m;
    struct ix_json *resource;
    if (ix_resource_read(m->warehouse, uid, m->request->now_ms, m->arena, &resource, m->err) !=
        IX_OK) {
        return m->err->code;
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        ix_cost_set(m, node, members[i],
                    ix_json_clone(m->arena, ix_json_get(resource, members[i])));
    }
    return add_changes(e, uid, node);
}

/* The largest of the resources, each with what is known of it. */
static enum ix_code add_resources(struct explaining *e, const struct gain *gains, size_t count,
                                  bool look_up, struct ix_json *row) {
    struct ix_cost_making *m = e->m;
    struct ix_json *list = ix_json_new_array(m->arena);
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < count && i < NAMED_MOST; i++) {
        struct ix_json *node = ix_json_new_object(m->arena);
        struct ix_sv uid = gains[i].row->values[UID];
        ix_cost_set(m, node, "resource", ix_cost_text_node(m, gains[i].row->values[RESOURCE]));
        ix_cost_set(m, node, "uid", ix_cost_text_node(m, uid));
        ix_cost_set(m, node, "change", ix_cost_money_node(m, gains[i].change));
        code = uid.data && look_up ? add_known(e, uid, node) : IX_OK;
        ix_json_append(list, node);
    }
    ix_cost_set(m, row, "largest", list);
    return code;
}

/* "web +12.00: .instance_type is "m5.large", was "t3.large" (2025-03-04, production)" */
static struct ix_sv why(struct explaining *e, const struct ix_json *largest) {
    enum { DATE_SIZE = 10 };
    struct ix_arena *arena = e->m->arena;
    const struct ix_json *resource = ix_json_first(largest);
    const struct ix_json *change = ix_json_first(ix_json_get(resource, "changes"));
    struct ix_sv name = ix_json_string(ix_json_get(resource, "name"));
    struct ix_sv path = ix_json_string(ix_json_get(change, "path"));
    name = ix_sv_empty(name) ? ix_json_string(ix_json_get(resource, "resource")) : name;
    if (!change) {
        return name;
    }
    struct ix_sv what = ix_json_string(ix_json_get(change, "change"));
    if (!ix_sv_empty(path)) {
        struct ix_sv was = ix_json_string(ix_json_get(change, "old"));
        struct ix_sv is_now = ix_json_string(ix_json_get(change, "new"));
        what = ix_arena_printf(arena, "%.*s was %.*s, is %.*s", IX_SV_FMT(path),
                               IX_SV_FMT(ix_sv_empty(was) ? IX_SV("nothing") : was),
                               IX_SV_FMT(ix_sv_empty(is_now) ? IX_SV("nothing") : is_now));
    }
    struct ix_sv at = ix_json_string(ix_json_get(change, "at"));
    return ix_arena_printf(arena, "%.*s: %.*s (%.*s, %.*s)", IX_SV_FMT(name), IX_SV_FMT(what),
                           IX_SV_FMT(ix_sv_sub(at, 0, DATE_SIZE)),
                           IX_SV_FMT(ix_json_string(ix_json_get(change, "source"))));
}

static enum ix_code make_row(struct explaining *e, const struct gain *row, bool look_up,
                             struct ix_json **ret) {
    struct ix_cost_making *m = e->m;
    struct ix_json *node = ix_json_new_object(m->arena);
    struct gain *gains = &e->gains[row->first];
    size_t named = 0;
    size_t count = 0;
    ix_cost_set(m, node, "part", ix_json_new_string(m->arena, ix_sv_cstr(part_names[row->part])));
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        ix_json_set(m->arena, node, m->names[i], ix_cost_text_node(m, row->row->values[FIXED + i]));
    }
    for (; row->first + count < e->gain_count && compare_rows(&gains[count], row) == 0; count++) {
        named += gains[count].row->values[RESOURCE].data != NULL;
    }
    qsort(gains, count, sizeof *gains, by_size);
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, row->row->currency));
    ix_cost_set(m, node, "change", ix_cost_money_node(m, row->change));
    ix_cost_set(m, node, "resources", ix_json_new_int64(m->arena, (int64_t)named));
    enum ix_code code = add_resources(e, gains, count, look_up, node);
    if (code == IX_OK) {
        ix_cost_set(m, node, "why", ix_cost_text_node(m, why(e, ix_json_get(node, "largest"))));
    }
    *ret = node;
    return code;
}

/* {"currency", "before", "now", "change"} of each currency of either span. */
static enum ix_code add_difference(struct explaining *e, const struct ix_cost_totals *before,
                                   const struct ix_cost_totals *now, struct ix_sv currency,
                                   struct ix_json *list) {
    struct ix_cost_making *m = e->m;
    const struct ix_cost_total *was = ix_cost_total_of(before, currency);
    const struct ix_cost_total *is_now = ix_cost_total_of(now, currency);
    const struct ix_money from = was ? was->sum : (struct ix_money){0};
    const struct ix_money to = is_now ? is_now->sum : (struct ix_money){0};
    struct ix_json *node = ix_json_new_object(m->arena);
    struct ix_money change = to;
    if (ix_money_subtract(&change, from, m->err) != IX_OK) {
        return m->err->code;
    }
    ix_cost_set(m, node, "currency", ix_cost_text_node(m, currency));
    ix_cost_set(m, node, "before", ix_cost_money_node(m, from));
    ix_cost_set(m, node, "now", ix_cost_money_node(m, to));
    ix_cost_set(m, node, "change", ix_cost_money_node(m, change));
    ix_json_append(list, node);
    return IX_OK;
}

static enum ix_code make_meta(struct explaining *e, struct ix_cost_report *ret) {
    struct ix_cost_making *m = e->m;
    struct ix_cost_totals before = {0};
    struct ix_cost_totals now = {0};
    struct ix_json *list = ix_json_new_array(m->arena);
    if (ix_cost_add_up(m, &e->before, &before) != IX_OK ||
        ix_cost_add_up(m, &e->now, &now) != IX_OK) {
        return m->err->code;
    }
    ret->meta = ix_cost_meta_node(m, &e->now, ix_cost_totals_node(m, &now), e->row_count);
    ix_cost_set(m, ret->meta, "before_from", ix_cost_time_node(m, e->before_from));
    ix_cost_set(m, ret->meta, "before_until", ix_cost_time_node(m, e->before_until));
    enum ix_code code = IX_OK;
    for (size_t i = 0; code == IX_OK && i < now.count; i++) {
        code = add_difference(e, &before, &now, now.items[i].currency, list);
    }
    for (size_t i = 0; code == IX_OK && i < before.count; i++) {
        if (!ix_cost_total_of(&now, before.items[i].currency)) {
            code = add_difference(e, &before, &now, before.items[i].currency, list);
        }
    }
    ix_cost_set(m, ret->meta, "differences", list);
    return code;
}

static enum ix_code make_explanation(struct explaining *e, struct ix_cost_report *ret) {
    struct ix_cost_making *m = e->m;
    if (make_question(e) != IX_OK || read_lines(e) != IX_OK || explain_all(e) != IX_OK ||
        make_rows(e) != IX_OK) {
        return m->err->code;
    }
    enum ix_code code = IX_OK;
    ret->rows = ix_json_new_array(m->arena);
    const size_t shown = ix_cost_making_shown(m, e->row_count);
    for (size_t i = 0; code == IX_OK && i < shown; i++) {
        struct ix_json *row;
        code = make_row(e, &e->rows[i], i < LOOKED_MOST, &row);
        ix_json_append(ret->rows, row);
    }
    ret->columns =
        ix_arena_printf(m->arena, "part,%.*s",
                        IX_SV_FMT(ix_cost_row_columns(m, "currency,change,resources,why", false)));
    code = code == IX_OK ? make_meta(e, ret) : code;
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}

enum ix_code ix_cost_make_explain(struct ix_cost_making *m, struct ix_cost_report *ret) {
    struct explaining e = {.m = m};
    if (ix_cost_making_read(m) != IX_OK ||
        ix_cost_making_need_span(m, "explain 2025-02 2025-03") != IX_OK ||
        ix_cost_making_versus(m, &e.before_from, &e.before_until) != IX_OK) {
        return m->err->code;
    }
    return m->question.grain == IX_COST_GRAIN_NONE
               ? make_explanation(&e, ret)
               : ix_err_set(m->err, IX_INVALID, "‘%.*s’: two spans of time are explained as wholes",
                            IX_SV_FMT(m->grain_name));
}
