#include "query/cost/series.h"

#include "query/cost/name.h"

/* What tells series apart, as a text. */
static void write_key(struct ix_buf *key, const struct ix_cost_row *row, size_t value_count) {
    ix_buf_clear(key);
    ix_buf_add(key, row->currency);
    for (size_t i = 0; i < value_count; i++) {
        struct ix_sv value = row->values[i];
        ix_buf_printf(key, "|%s%zu:%.*s", value.data ? "" : "-", value.size, IX_SV_FMT(value));
    }
}

/* Finds the series of each row (its number in `of`), and how many there are. */
static enum ix_code tell_apart(struct ix_cost_making *m, struct ix_cost_series_set *set,
                               size_t value_count, size_t *of) {
    struct ix_buf key = {0};
    enum ix_code code = IX_OK;
    ix_map_init(&set->by_values, m->arena);
    for (size_t i = 0; code == IX_OK && i < set->answer.count; i++) {
        bool added = false;
        write_key(&key, &set->answer.rows[i], value_count);
        union ix_map_value *number = ix_map_put(&set->by_values, ix_buf_sv(&key), &added);
        code = number ? ix_buf_check(&key, m->err) : ix_err_nomem(m->err);
        if (code == IX_OK && added) {
            number->number = (int64_t)set->count;
            set->items[set->count++] = (struct ix_cost_series){.row = &set->answer.rows[i]};
        }
        of[i] = code == IX_OK ? (size_t)number->number : 0;
    }
    ix_buf_done(&key);
    return code;
}

static enum ix_code make_days(struct ix_cost_making *m, struct ix_cost_series_set *set) {
    if (set->count * set->days > IX_COST_SERIES_CELLS_MAX) {
        return ix_err_set(m->err, IX_LIMIT,
                          "%zu series of %zu days are too many; fewer dimensions, or --from",
                          set->count, set->days);
    }
    for (size_t i = 0; i < set->count; i++) {
        set->items[i].sums = ix_arena_array(m->arena, set->days + 1, sizeof *set->items[i].sums);
        set->items[i].values =
            ix_arena_array(m->arena, set->days + 1, sizeof *set->items[i].values);
        if (!set->items[i].sums || !set->items[i].values) {
            return ix_err_nomem(m->err);
        }
    }
    return IX_OK;
}

enum ix_code ix_cost_series_read(struct ix_cost_making *m, const struct ix_cost_question *question,
                                 struct ix_cost_series_set *set) {
    struct ix_cost_question daily = *question;
    *set = (struct ix_cost_series_set){0};
    daily.grain = IX_COST_GRAIN_DAY;
    enum ix_code code = ix_cost_making_ask(m, &daily, &set->answer);
    const size_t count = code == IX_OK ? set->answer.count : 0;
    size_t *of = ix_arena_array(m->arena, count + 1, sizeof *of);
    set->items = ix_arena_array(m->arena, count + 1, sizeof *set->items);
    if (code != IX_OK || !of || !set->items) {
        return code != IX_OK ? code : ix_err_nomem(m->err);
    }
    if (count > 0) { /* rows are in the order of their days */
        set->begin_ms = set->answer.rows[0].begin_ms;
        set->days = (size_t)ix_cost_series_day(set, set->answer.rows[count - 1].begin_ms) + 1;
    }
    code = tell_apart(m, set, daily.dimension_count, of);
    code = code == IX_OK ? make_days(m, set) : code;
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        const struct ix_cost_row *row = &set->answer.rows[i];
        const size_t day = (size_t)ix_cost_series_day(set, row->begin_ms);
        set->items[of[i]].sums[day] = row->sum;
        set->items[of[i]].values[day] = ix_money_double(row->sum);
        set->items[of[i]].known |= row->unknown < row->lines;
    }
    return code;
}

enum ix_code ix_cost_series_like(const struct ix_cost_series_set *set,
                                 const struct ix_cost_row *row, size_t value_count,
                                 const struct ix_cost_series **ret, struct ix_err *err) {
    struct ix_buf key = {0};
    write_key(&key, row, value_count);
    enum ix_code code = ix_buf_check(&key, err);
    const union ix_map_value *number =
        code == IX_OK ? ix_map_find(&set->by_values, ix_buf_sv(&key)) : NULL;
    *ret = number ? &set->items[number->number] : NULL;
    ix_buf_done(&key);
    return code;
}

int64_t ix_cost_series_day(const struct ix_cost_series_set *set, int64_t ms) {
    const int64_t since = ms - set->begin_ms;
    return since / IX_DAY_MS - (since % IX_DAY_MS < 0);
}

struct ix_json *ix_cost_estimate_node(struct ix_cost_making *m, double amount) {
    char text[IX_DECIMALS_SIZE];
    return ix_json_new_string(m->arena, ix_decimals(amount, 2, text));
}

struct ix_json *ix_cost_date_node(struct ix_cost_making *m, int64_t ms) {
    return ix_json_new_string(m->arena, ix_cost_period_text(m->arena, IX_COST_GRAIN_DAY, ms));
}
