/* What people ask for, read into a question to the warehouse. */
#include "query/cost/making.h"
#include "query/cost/name.h"
#include "query/cost/partial.h"
#include "query/lower.h"
#include "query/run.h"
#include "query/suggest.h"
#include "query/when.h"

static enum ix_code read_metric(struct ix_cost_making *m) {
    struct ix_sv wanted = m->request->metric;
    struct ix_suggest suggest;
    char hint[IX_SUGGEST_HINT_SIZE];
    if (ix_cost_metric_find(wanted, &m->question.metric)) {
        return IX_OK;
    }
    ix_suggest_init(&suggest, wanted);
    for (int i = 0; i < IX_COST_METRIC_COUNT; i++) {
        ix_suggest_add(&suggest, ix_cost_metric_name((enum ix_cost_metric)i));
    }
    return ix_err_set(
        m->err, IX_INVALID, "unknown metric ‘%.*s’%s", IX_SV_FMT(wanted),
        ix_suggest_hint(&suggest, hint, "; one of billed, effective, list, contracted"));
}

static enum ix_code add_dimension(struct ix_cost_making *m, struct ix_sv name) {
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

static enum ix_code read_dimensions(struct ix_cost_making *m) {
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

static enum ix_code add_values(struct ix_cost_making *m, struct ix_sv text,
                               struct ix_cost_filter *filter) {
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

enum ix_code ix_cost_making_filter(struct ix_cost_making *m, const struct ix_cost_filter *filter) {
    if (m->question.filter_count == IX_COST_FILTERS_MAX) {
        return ix_err_set(m->err, IX_LIMIT, "more than %d conditions", IX_COST_FILTERS_MAX);
    }
    m->filters[m->question.filter_count++] = *filter;
    return IX_OK;
}

static enum ix_code add_filter(struct ix_cost_making *m, struct ix_sv text) {
    size_t at = ix_sv_find_char(text, '=');
    bool negate = at != IX_SV_NPOS && at > 0 && text.data[at - 1] == '!';
    struct ix_sv name = ix_sv_trim(ix_sv_sub(text, 0, at - negate));
    struct ix_cost_filter filter = {.negate = negate};
    struct ix_cost_name found;
    if (at == IX_SV_NPOS) {
        return ix_err_set(m->err, IX_INVALID,
                          "‘%.*s’: expected NAME=VALUE, as in service=AmazonEC2", IX_SV_FMT(text));
    }
    if (ix_cost_name_find(name, &found, m->err) != IX_OK) {
        return m->err->code;
    }
    if (found.is_grain) {
        return ix_err_set(m->err, IX_INVALID,
                          "‘%.*s’ is no value of a line; use --from and --until", IX_SV_FMT(name));
    }
    filter.of = found.dimension;
    enum ix_code code = add_values(m, ix_sv_trim(ix_sv_from(text, at + 1)), &filter);
    return code == IX_OK ? ix_cost_making_filter(m, &filter) : code;
}

static enum ix_code read_filters(struct ix_cost_making *m) {
    struct ix_sv rest = m->request->where;
    struct ix_sv text;
    enum ix_code code = IX_OK;
    while (code == IX_OK && ix_sv_split(&rest, ',', &text)) {
        code = ix_sv_empty(ix_sv_trim(text)) ? IX_OK : add_filter(m, ix_sv_trim(text));
    }
    m->question.filters = m->filters;
    return code;
}

static enum ix_code read_time(struct ix_cost_making *m, struct ix_sv text, int64_t *ret_begin,
                              int64_t *ret_end) {
    const struct ix_when when = {.now_ms = m->request->now_ms};
    if (ix_when_parse(&when, text, ret_begin, ret_end)) {
        return IX_OK;
    }
    return ix_err_set(m->err, IX_INVALID,
                      "‘%.*s’ is no time; for example 2025-03, 2025-03-04, now-30d",
                      IX_SV_FMT(text));
}

static enum ix_code read_span(struct ix_cost_making *m) {
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
static enum ix_code keep_bases_apart(struct ix_cost_making *m) {
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
    m->bills_alone = true;
    return ix_cost_making_filter(m, &(struct ix_cost_filter){.of = {.kind = IX_COST_BY_BASIS},
                                                             .values = &bill,
                                                             .value_count = 1});
}

static enum ix_code read_rates(struct ix_cost_making *m) {
    if (!m->request->rates.data) {
        return IX_OK;
    }
    m->rates = IX_NEW(m->arena, struct ix_cost_rates);
    return m->rates ? ix_cost_rates_read(m->request->rates, m->request->rates_name, m->arena,
                                         m->rates, m->err)
                    : ix_err_nomem(m->err);
}

enum ix_code ix_cost_making_ask(struct ix_cost_making *m, const struct ix_cost_question *question,
                                struct ix_cost_answer *ret) {
    struct ix_cost_question finer = *question;
    finer.grain = m->rates ? ix_cost_rates_grain(m->rates, question->grain) : question->grain;
    enum ix_code code = ix_warehouse_cost(m->warehouse, &finer, m->arena, ret, m->err);
    return code == IX_OK && m->rates
               ? ix_cost_rates_apply(m->rates, question, m->arena, ret, m->err)
               : code;
}

static enum ix_code read_query(struct ix_cost_making *m) {
    if (ix_sv_empty(m->request->query)) {
        return IX_OK;
    }
    m->resources = IX_NEW(m->arena, struct ix_lowered);
    if (!m->resources) {
        return ix_err_nomem(m->err);
    }
    m->question.rids = &m->resources->sql;
    return ix_query_select(m->warehouse, m->request->query, m->request->now_ms, m->arena,
                           m->resources, m->err) == IX_OK
               ? IX_OK
               : ix_err_wrap(m->err, "the query");
}

void ix_cost_making_done(struct ix_cost_making *m) {
    ix_lowered_done(m->resources);
}

enum ix_code ix_cost_making_read(struct ix_cost_making *m) {
    enum ix_code code = read_metric(m);
    code = code == IX_OK ? read_dimensions(m) : code;
    code = code == IX_OK ? read_filters(m) : code;
    code = code == IX_OK ? keep_bases_apart(m) : code;
    code = code == IX_OK ? read_span(m) : code;
    code = code == IX_OK ? read_rates(m) : code;
    code = code == IX_OK ? read_query(m) : code;
    return code == IX_OK ? ix_cost_partial_find(m->warehouse, m->question.from_ms,
                                                m->question.until_ms, m->arena, &m->partial, m->err)
                         : code;
}

enum ix_code ix_cost_making_need_span(struct ix_cost_making *m, const char *example) {
    bool has = m->question.from_ms != IX_TIME_UNKNOWN && m->question.until_ms != IX_TIME_UNKNOWN;
    return has ? IX_OK
               : ix_err_set(m->err, IX_INVALID, "say which span of time is meant: %s", example);
}

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

enum ix_code ix_cost_making_versus(struct ix_cost_making *m, int64_t *ret_from,
                                   int64_t *ret_until) {
    if (!ix_sv_empty(m->request->versus)) {
        return read_time(m, m->request->versus, ret_from, ret_until);
    }
    *ret_until = m->question.from_ms;
    *ret_from = start_before(m->question.from_ms, m->question.until_ms);
    return IX_OK;
}
