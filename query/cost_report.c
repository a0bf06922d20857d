/* A request is read into a question, the warehouse adds up, and here rows become what people read.
 * Sums stay exact; only shares and percentages are doubles. */
#include "query/cost_report.h"

#include <stdlib.h>

#include "query/cost_name.h"
#include "query/suggest.h"
#include "query/when.h"

struct making {
    struct ix_warehouse *warehouse;
    const struct ix_cost_request *request;
    struct ix_arena *arena;
    struct ix_err *err;
    struct ix_cost_question question;
    struct ix_cost_dimension dimensions[IX_COST_DIMENSIONS_MAX];
    struct ix_sv names[IX_COST_DIMENSIONS_MAX];
    struct ix_sv grain_name;
    struct ix_cost_filter filters[IX_COST_FILTERS_MAX];
    bool bills_alone;
};

/* ---- the request ---- */

static enum ix_code read_metric(struct making *m) {
    struct ix_sv wanted = m->request->metric;
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    ix_suggest_init(&suggest, wanted);
    for (int i = 0; i < IX_COST_METRIC_COUNT; i++) {
        const char *name = ix_cost_metric_name((enum ix_cost_metric)i);
        if (ix_sv_eq_nocase(wanted, ix_sv_cstr(name))) {
            m->question.metric = (enum ix_cost_metric)i;
            return IX_OK;
        }
        ix_suggest_add(&suggest, name);
    }
    return ix_err_set(
        m->err, IX_INVALID, "unknown metric ‘%.*s’%s", IX_SV_FMT(wanted),
        ix_suggest_hint(&suggest, hint, "; one of billed, effective, list, contracted"));
}

static enum ix_code add_dimension(struct making *m, struct ix_sv name) {
    struct ix_cost_name found;
    if (ix_cost_name_find(name, &found, m->err) != IX_OK) {
        return m->err->code;
    }
    if (found.is_grain && !ix_sv_empty(m->grain_name)) {
        return ix_err_set(m->err, IX_INVALID, "‘%.*s’ and ‘%.*s’: one period of time at most",
                          IX_SV_FMT(m->grain_name), IX_SV_FMT(name));
    }
    if (found.is_grain) {
        m->grain_name = name;
        m->question.grain = found.grain;
        return IX_OK;
    }
    if (m->question.dimension_count == IX_COST_DIMENSIONS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "more than %d dimensions", IX_COST_DIMENSIONS_MAX);
    }
    m->names[m->question.dimension_count] = name;
    m->dimensions[m->question.dimension_count++] = found.dimension;
    return IX_OK;
}

static enum ix_code read_dimensions(struct making *m) {
    struct ix_sv rest = m->request->by;
    struct ix_sv name;
    enum ix_code code = IX_OK;
    while (code == IX_OK && ix_sv_split(&rest, ',', &name)) {
        name = ix_sv_trim(name);
        code = ix_sv_empty(name) ? IX_OK : add_dimension(m, name);
    }
    m->question.dimensions = m->dimensions;
    return code;
}

static enum ix_code add_values(struct making *m, struct ix_sv text, struct ix_cost_filter *filter) {
    struct ix_sv *values = ix_arena_array(m->arena, text.size + 1, sizeof *values);
    struct ix_sv value;
    if (!values) {
        return ix_err_nomem(m->err);
    }
    if (ix_sv_empty(text)) {
        values[filter->value_count++] = (struct ix_sv){0};
    }
    while (ix_sv_split(&text, '|', &value)) {
        values[filter->value_count++] = ix_sv_trim(value);
    }
    filter->values = values;
    return IX_OK;
}

static enum ix_code add_filter(struct making *m, struct ix_sv text) {
    size_t at = ix_sv_find_char(text, '=');
    bool negate = at != IX_SV_NPOS && at > 0 && text.data[at - 1] == '!';
    struct ix_sv name = ix_sv_trim(ix_sv_sub(text, 0, at - negate));
    struct ix_cost_filter *filter = &m->filters[m->question.filter_count];
    struct ix_cost_name found;
    if (at == IX_SV_NPOS) {
        return ix_err_set(m->err, IX_INVALID,
                          "‘%.*s’: expected NAME=VALUE, as in service=AmazonEC2", IX_SV_FMT(text));
    }
    if (ix_cost_name_find(name, &found, m->err) != IX_OK) {
        return m->err->code;
    }
    if (found.is_grain || m->question.filter_count == IX_COST_FILTERS_MAX) {
        return ix_err_set(m->err, IX_INVALID,
                          found.is_grain ? "‘%.*s’ is no value of a line; use --from and --until"
                                         : "‘%.*s’: too many conditions",
                          IX_SV_FMT(name));
    }
    *filter = (struct ix_cost_filter){.of = found.dimension, .negate = negate};
    m->question.filter_count++;
    return add_values(m, ix_sv_trim(ix_sv_from(text, at + 1)), filter);
}

static enum ix_code read_filters(struct making *m) {
    struct ix_sv rest = m->request->where;
    struct ix_sv text;
    enum ix_code code = IX_OK;
    while (code == IX_OK && ix_sv_split(&rest, ',', &text)) {
        code = ix_sv_empty(ix_sv_trim(text)) ? IX_OK : add_filter(m, ix_sv_trim(text));
    }
    m->question.filters = m->filters;
    return code;
}

static enum ix_code read_time(struct making *m, struct ix_sv text, int64_t *ret_begin,
                              int64_t *ret_end) {
    const struct ix_when when = {.now_ms = m->request->now_ms};
    if (ix_when_parse(&when, text, ret_begin, ret_end)) {
        return IX_OK;
    }
    return ix_err_set(m->err, IX_INVALID,
                      "‘%.*s’ is no time; for example 2025-03, 2025-03-04, now-30d",
                      IX_SV_FMT(text));
}

static enum ix_code read_span(struct making *m) {
    const struct ix_cost_request *r = m->request;
    int64_t ignored;
    enum ix_code code = IX_OK;
    m->question.from_ms = m->question.until_ms = IX_TIME_UNKNOWN;
    if (!ix_sv_empty(r->in)) {
        return read_time(m, r->in, &m->question.from_ms, &m->question.until_ms);
    }
    if (!ix_sv_empty(r->from)) {
        code = read_time(m, r->from, &m->question.from_ms, &ignored);
    }
    if (code == IX_OK && !ix_sv_empty(r->until)) {
        code = read_time(m, r->until, &m->question.until_ms, &ignored);
    }
    return code;
}

/* What somebody charges and what somebody estimates are never one sum. */
static enum ix_code keep_bases_apart(struct making *m) {
    static const struct ix_sv bill = {"bill", 4};
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        if (m->dimensions[i].kind == IX_COST_BY_BASIS) {
            return IX_OK;
        }
    }
    for (size_t i = 0; i < m->question.filter_count; i++) {
        if (m->filters[i].of.kind == IX_COST_BY_BASIS) {
            return IX_OK;
        }
    }
    if (m->question.filter_count == IX_COST_FILTERS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "too many conditions");
    }
    m->filters[m->question.filter_count++] = (struct ix_cost_filter){
        .of = {.kind = IX_COST_BY_BASIS}, .values = &bill, .value_count = 1};
    m->bills_alone = true;
    return IX_OK;
}

static enum ix_code read_request(struct making *m) {
    enum ix_code code = read_metric(m);
    code = code == IX_OK ? read_dimensions(m) : code;
    code = code == IX_OK ? read_filters(m) : code;
    code = code == IX_OK ? keep_bases_apart(m) : code;
    return code == IX_OK ? read_span(m) : code;
}

/* ---- totals ---- */

struct total {
    struct ix_sv currency;
    struct ix_money sum;
    int64_t lines, unknown;
};

struct totals {
    struct total *items;
    size_t count;
};

static struct total *total_of(const struct totals *totals, struct ix_sv currency) {
    for (size_t i = 0; i < totals->count; i++) {
        if (ix_sv_eq(totals->items[i].currency, currency)) {
            return &totals->items[i];
        }
    }
    return NULL;
}

static enum ix_code add_up(struct making *m, const struct ix_cost_answer *answer,
                           struct totals *totals) {
    totals->items = ix_arena_array(m->arena, answer->count + 1, sizeof *totals->items);
    if (!totals->items) {
        return ix_err_nomem(m->err);
    }
    for (size_t i = 0; i < answer->count; i++) {
        const struct ix_cost_row *row = &answer->rows[i];
        struct total *total = total_of(totals, row->currency);
        if (!total) {
            total = &totals->items[totals->count++];
            *total = (struct total){.currency = row->currency};
        }
        total->lines += row->lines;
        total->unknown += row->unknown;
        if (ix_money_add(&total->sum, row->sum, m->err) != IX_OK) {
            return ix_err_wrap(m->err, "the total in %.*s", IX_SV_FMT(row->currency));
        }
    }
    return IX_OK;
}

/* ---- rows as JSON ---- */

static struct ix_json *text_node(struct ix_arena *arena, struct ix_sv text) {
    return text.data ? ix_json_new_string(arena, text) : ix_json_new_null(arena);
}

static struct ix_json *money_node(struct ix_arena *arena, struct ix_money amount) {
    char text[IX_MONEY_TEXT_SIZE];
    return ix_json_new_string(arena, ix_money_format(amount, text));
}

/* One decimal of a percent, as text; unknown when there is nothing to compare with. */
static struct ix_json *percent_node(struct ix_arena *arena, struct ix_money part,
                                    struct ix_money whole) {
    if (ix_money_is_zero(whole)) {
        return ix_json_new_null(arena);
    }
    double percent = ix_money_double(part) / ix_money_double(whole) * 100;
    return ix_json_new_string(arena, ix_arena_printf(arena, "%.1f", percent));
}

static void set(struct making *m, struct ix_json *row, const char *name, struct ix_json *value) {
    ix_json_set(m->arena, row, ix_sv_cstr(name), value);
}

static struct ix_json *dimensions_node(struct making *m, const struct ix_cost_row *row,
                                       bool with_period) {
    struct ix_json *node = ix_json_new_object(m->arena);
    if (with_period && !ix_sv_empty(m->grain_name)) {
        ix_json_set(m->arena, node, m->grain_name,
                    ix_json_new_string(
                        m->arena, ix_cost_period_text(m->arena, m->question.grain, row->begin_ms)));
    }
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        ix_json_set(m->arena, node, m->names[i], text_node(m->arena, row->values[i]));
    }
    set(m, node, "currency", text_node(m->arena, row->currency));
    return node;
}

static struct ix_json *totals_node(struct making *m, const struct totals *totals) {
    struct ix_json *array = ix_json_new_array(m->arena);
    for (size_t i = 0; i < totals->count; i++) {
        const struct total *total = &totals->items[i];
        struct ix_json *node = ix_json_new_object(m->arena);
        set(m, node, "currency", text_node(m->arena, total->currency));
        set(m, node, "cost", money_node(m->arena, total->sum));
        set(m, node, "lines", ix_json_new_int64(m->arena, total->lines));
        set(m, node, "unknown", ix_json_new_int64(m->arena, total->unknown));
        ix_json_append(array, node);
    }
    return array;
}

static struct ix_json *time_node(struct making *m, int64_t ms) {
    char text[IX_TIME_TEXT_SIZE];
    return ms == IX_TIME_UNKNOWN ? ix_json_new_null(m->arena)
                                 : ix_json_new_string(m->arena, ix_time_format(ms, text));
}

static struct ix_json *meta_node(struct making *m, const struct ix_cost_answer *answer,
                                 struct ix_json *totals, size_t rows) {
    struct ix_json *meta = ix_json_new_object(m->arena);
    set(m, meta, "metric",
        ix_json_new_string(m->arena, ix_sv_cstr(ix_cost_metric_name(m->question.metric))));
    set(m, meta, "basis",
        m->bills_alone ? ix_json_new_string(m->arena, IX_SV("bill")) : ix_json_new_null(m->arena));
    set(m, meta, "from", time_node(m, m->question.from_ms));
    set(m, meta, "until", time_node(m, m->question.until_ms));
    set(m, meta, "generation", ix_json_new_int64(m->arena, answer->generation));
    set(m, meta, "totals", totals);
    set(m, meta, "rows", ix_json_new_int64(m->arena, (int64_t)rows));
    set(m, meta, "rolled_up", ix_json_new_bool(m->arena, answer->rolled_up));
    return meta;
}

static struct ix_sv column_names(struct making *m, const char *last, bool with_period) {
    struct ix_sv names = with_period ? m->grain_name : (struct ix_sv){0};
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        names = ix_arena_printf(m->arena, "%.*s%s%.*s", IX_SV_FMT(names),
                                ix_sv_empty(names) ? "" : ",", IX_SV_FMT(m->names[i]));
    }
    return ix_arena_printf(m->arena, "%.*s%s%s", IX_SV_FMT(names), ix_sv_empty(names) ? "" : ",",
                           last);
}

/* ---- the report ---- */

static int by_cost(const void *a, const void *b) {
    const struct ix_cost_row *x = a;
    const struct ix_cost_row *y = b;
    int currency = ix_sv_cmp(x->currency, y->currency);
    return currency ? currency : ix_money_compare(y->sum, x->sum);
}

static struct ix_json *report_row(struct making *m, const struct ix_cost_row *row,
                                  const struct totals *totals) {
    struct ix_json *node = dimensions_node(m, row, true);
    bool known = row->unknown < row->lines;
    set(m, node, "cost", known ? money_node(m->arena, row->sum) : ix_json_new_null(m->arena));
    set(m, node, "share",
        known ? percent_node(m->arena, row->sum, total_of(totals, row->currency)->sum)
              : ix_json_new_null(m->arena));
    set(m, node, "lines", ix_json_new_int64(m->arena, row->lines));
    set(m, node, "unknown", ix_json_new_int64(m->arena, row->unknown));
    return node;
}

static enum ix_code make_report(struct making *m, struct ix_cost_report *ret) {
    struct ix_cost_answer answer;
    struct totals totals = {0};
    if (ix_warehouse_cost(m->warehouse, &m->question, m->arena, &answer, m->err) != IX_OK ||
        add_up(m, &answer, &totals) != IX_OK) {
        return m->err->code;
    }
    struct ix_cost_row *rows = ix_arena_array(m->arena, answer.count + 1, sizeof *rows);
    if (!rows) {
        return ix_err_nomem(m->err);
    }
    for (size_t i = 0; i < answer.count; i++) {
        rows[i] = answer.rows[i];
    }
    if (m->request->order == IX_COST_LARGEST_FIRST) {
        qsort(rows, answer.count, sizeof *rows, by_cost);
    }
    size_t shown = m->request->limit > 0 && (size_t)m->request->limit < answer.count
                       ? (size_t)m->request->limit
                       : answer.count;
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < shown; i++) {
        ix_json_append(ret->rows, report_row(m, &rows[i], &totals));
    }
    ret->columns = column_names(m, "currency,cost,share,lines,unknown", true);
    ret->meta = meta_node(m, &answer, totals_node(m, &totals), answer.count);
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_report(struct ix_warehouse *warehouse, const struct ix_cost_request *request,
                            struct ix_arena *arena, struct ix_cost_report *ret_report,
                            struct ix_err *err) {
    struct making m = {.warehouse = warehouse, .request = request, .arena = arena, .err = err};
    return read_request(&m) == IX_OK ? make_report(&m, ret_report) : err->code;
}

/* ---- movers ---- */

struct move {
    const struct ix_cost_row *row;             /* of either span, for its dimensions */
    struct ix_money before, now, change, size; /* size: of the change, never negative */
};

static bool first_of_month(int64_t ms) {
    struct ix_civil c = ix_time_to_civil(ms);
    return c.day == 1 && ms % IX_DAY_MS == 0;
}

/* Whole months are beside as many months, anything else beside as many milliseconds. */
static int64_t start_before(int64_t from, int64_t until) {
    if (!first_of_month(from) || !first_of_month(until)) {
        return from - (until - from);
    }
    struct ix_civil a = ix_time_to_civil(from);
    struct ix_civil b = ix_time_to_civil(until);
    return ix_time_add_months(from, -((b.year - a.year) * 12 + b.month - a.month));
}

static int compare_values(const struct making *m, const struct ix_cost_row *a,
                          const struct ix_cost_row *b) {
    for (size_t i = 0; i < m->question.dimension_count; i++) {
        struct ix_sv x = a->values[i];
        struct ix_sv y = b->values[i];
        int result = !x.data != !y.data ? (x.data ? -1 : 1) : ix_sv_cmp(x, y);
        if (result) {
            return result;
        }
    }
    return ix_sv_cmp(a->currency, b->currency);
}

static int by_change(const void *a, const void *b) {
    const struct move *x = a;
    const struct move *y = b;
    int currency = ix_sv_cmp(x->row->currency, y->row->currency);
    return currency ? currency : ix_money_compare(y->size, x->size);
}

/* What changed, and how much that is whichever way it went. */
static enum ix_code measure(struct move *move, struct ix_err *err) {
    bool up = ix_money_compare(move->now, move->before) >= 0;
    move->change = move->now;
    move->size = up ? move->now : move->before;
    enum ix_code code = ix_money_subtract(&move->change, move->before, err);
    return code == IX_OK ? ix_money_subtract(&move->size, up ? move->before : move->now, err)
                         : code;
}

/* Both answers are sorted by their values. */
static enum ix_code pair(struct making *m, const struct ix_cost_answer *before,
                         const struct ix_cost_answer *now, struct move **ret_moves,
                         size_t *ret_count) {
    struct move *moves = ix_arena_array(m->arena, before->count + now->count + 1, sizeof *moves);
    size_t b = 0;
    size_t n = 0;
    *ret_count = 0;
    while (moves && (b < before->count || n < now->count)) {
        int order = b == before->count ? 1
                    : n == now->count  ? -1
                                       : compare_values(m, &before->rows[b], &now->rows[n]);
        struct move *move = &moves[(*ret_count)++];
        move->row = order <= 0 ? &before->rows[b] : &now->rows[n];
        move->before = order <= 0 ? before->rows[b++].sum : (struct ix_money){0};
        move->now = order >= 0 ? now->rows[n++].sum : (struct ix_money){0};
        if (measure(move, m->err) != IX_OK) {
            return m->err->code;
        }
    }
    *ret_moves = moves;
    return moves ? IX_OK : ix_err_nomem(m->err);
}

static struct ix_json *move_row(struct making *m, const struct move *move) {
    struct ix_json *node = dimensions_node(m, move->row, false);
    set(m, node, "before", money_node(m->arena, move->before));
    set(m, node, "now", money_node(m->arena, move->now));
    set(m, node, "change", money_node(m->arena, move->change));
    set(m, node, "percent", percent_node(m->arena, move->change, move->before));
    return node;
}

static enum ix_code make_movers(struct making *m, struct ix_cost_report *ret) {
    struct ix_cost_answer before;
    struct ix_cost_answer now;
    struct ix_cost_question earlier = m->question;
    struct totals totals = {0};
    struct move *moves = NULL;
    size_t count = 0;
    earlier.until_ms = m->question.from_ms;
    earlier.from_ms = start_before(m->question.from_ms, m->question.until_ms);
    if (ix_warehouse_cost(m->warehouse, &m->question, m->arena, &now, m->err) != IX_OK ||
        ix_warehouse_cost(m->warehouse, &earlier, m->arena, &before, m->err) != IX_OK ||
        pair(m, &before, &now, &moves, &count) != IX_OK || add_up(m, &now, &totals) != IX_OK) {
        return m->err->code;
    }
    qsort(moves, count, sizeof *moves, by_change);
    ret->rows = ix_json_new_array(m->arena);
    for (size_t i = 0; i < count && (m->request->limit == 0 || i < (size_t)m->request->limit);
         i++) {
        ix_json_append(ret->rows, move_row(m, &moves[i]));
    }
    ret->columns = column_names(m, "currency,before,now,change,percent", false);
    ret->meta = meta_node(m, &now, totals_node(m, &totals), count);
    set(m, ret->meta, "before_from", time_node(m, earlier.from_ms));
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_movers(struct ix_warehouse *warehouse, const struct ix_cost_request *request,
                            struct ix_arena *arena, struct ix_cost_report *ret_report,
                            struct ix_err *err) {
    struct making m = {.warehouse = warehouse, .request = request, .arena = arena, .err = err};
    if (read_request(&m) != IX_OK) {
        return err->code;
    }
    if (m.question.grain != IX_COST_GRAIN_NONE) {
        return ix_err_set(err, IX_INVALID, "‘%.*s’: movers compare two spans of time as wholes",
                          IX_SV_FMT(m.grain_name));
    }
    if (m.question.from_ms == IX_TIME_UNKNOWN || m.question.until_ms == IX_TIME_UNKNOWN) {
        return ix_err_set(
            err, IX_INVALID,
            "say which span is compared with the one before: --in 2025-03, or --from and "
            "--until");
    }
    return make_movers(&m, ret_report);
}
