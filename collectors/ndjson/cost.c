/* Members are FOCUS's columns; amounts and quantities are texts, so that no reader makes doubles of
 * them, but a JSON number is taken with all its digits. */
#include "collectors/ndjson/cost.h"

static enum ix_code wrong(const char *name, const char *wanted, struct ix_err *err) {
    return ix_err_set(err, IX_INVALID, "`%s` must be %s", name, wanted);
}

/* Text or number; without pointer when it is null or not there. */
static bool text_of(struct ix_arena *arena, const struct ix_json *node, struct ix_sv *ret_text) {
    enum ix_json_kind kind = ix_json_kind(node);
    *ret_text = kind == IX_JSON_STRING   ? ix_json_string(node)
                : kind == IX_JSON_NUMBER ? ix_json_number_text(arena, node)
                                         : (struct ix_sv){0};
    return kind == IX_JSON_STRING || kind == IX_JSON_NUMBER || kind == IX_JSON_NONE ||
           kind == IX_JSON_NULL;
}

static enum ix_code take_time(const char *name, struct ix_sv text, int64_t *ret_ms,
                              struct ix_err *err) {
    *ret_ms = IX_TIME_UNKNOWN;
    return !text.data || ix_time_parse(text, ret_ms) ? IX_OK : wrong(name, "an RFC 3339 time", err);
}

static enum ix_code take_times(struct ix_arena *arena, const struct ix_json *node,
                               struct ix_cost_line *line, struct ix_err *err) {
    const struct {
        enum ix_focus_column column;
        int64_t *ms;
    } times[] = {
        {IX_FOCUS_BillingPeriodStart, &line->billing_start_ms},
        {IX_FOCUS_BillingPeriodEnd, &line->billing_end_ms},
        {IX_FOCUS_ChargePeriodStart, &line->charge_start_ms},
        {IX_FOCUS_ChargePeriodEnd, &line->charge_end_ms},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const char *name = ix_focus_columns[times[i].column].name;
        struct ix_sv text;
        if (!text_of(arena, ix_json_get(node, name), &text) ||
            take_time(name, text, times[i].ms, err) != IX_OK) {
            return err->code == IX_OK ? wrong(name, "an RFC 3339 time", err) : err->code;
        }
    }
    bool known =
        line->billing_start_ms != IX_TIME_UNKNOWN && line->charge_start_ms != IX_TIME_UNKNOWN;
    return known ? IX_OK
                 : ix_err_set(err, IX_INVALID,
                              "a cost needs `BillingPeriodStart` and `ChargePeriodStart`");
}

static bool is_metric(enum ix_focus_column column, enum ix_cost_metric *ret_metric) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        if (ix_cost_metric_column((enum ix_cost_metric)m) == column) {
            *ret_metric = (enum ix_cost_metric)m;
            return true;
        }
    }
    return false;
}

static enum ix_code take_decimal(struct ix_cost_line *line, enum ix_focus_column column,
                                 struct ix_sv text, struct ix_err *err) {
    struct ix_money amount = {0};
    enum ix_cost_metric metric;
    bool metric_column = is_metric(column, &metric);
    bool rounded = false;
    enum ix_code code = ix_money_parse(text, &amount, &rounded, err);
    if (code == IX_INVALID || (code != IX_OK && metric_column)) {
        return ix_err_wrap(err, "`%s`", ix_focus_columns[column].name);
    }
    if (metric_column) {
        line->cost[metric] = amount;
        line->cost_known[metric] = true;
        line->cost_rounded += rounded;
    } else { /* quantities may be larger than money */
        *err = (struct ix_err){0};
        line->text[column] = text;
    }
    return IX_OK;
}

static enum ix_code take_column(struct ix_arena *arena, const struct ix_json *node,
                                enum ix_focus_column column, struct ix_cost_line *line,
                                struct ix_err *err) {
    const struct ix_focus_info *info = &ix_focus_columns[column];
    struct ix_sv text;
    if (info->type == IX_FOCUS_TIME || column == IX_FOCUS_Tags) {
        return IX_OK;
    }
    if (!text_of(arena, ix_json_get(node, info->name), &text)) {
        return wrong(info->name, "a text", err);
    }
    if (text.data && info->type == IX_FOCUS_DECIMAL) {
        return take_decimal(line, column, text, err);
    }
    line->text[column] = text;
    return IX_OK;
}

static enum ix_code take_object(const struct ix_json *node, const char *name,
                                const struct ix_json **ret_object, struct ix_err *err) {
    const struct ix_json *object = ix_json_get(node, name);
    enum ix_json_kind kind = ix_json_kind(object);
    *ret_object = kind == IX_JSON_OBJECT && ix_json_first(object) ? object : NULL;
    return kind == IX_JSON_OBJECT || kind == IX_JSON_NONE || kind == IX_JSON_NULL
               ? IX_OK
               : wrong(name, "an object", err);
}

enum ix_code ix_ndjson_cost(struct ix_arena *arena, const struct ix_json *node,
                            struct ix_cost_line *ret_line, struct ix_err *err) {
    struct ix_sv basis = ix_json_get_string(node, "basis");
    *ret_line = (struct ix_cost_line){.basis = ix_sv_eq_cstr(basis, "estimate") ? IX_COST_ESTIMATE
                                                                                : IX_COST_BILL};
    enum ix_code code = take_times(arena, node, ret_line, err);
    for (int c = 0; code == IX_OK && c < IX_FOCUS_COUNT; c++) {
        code = take_column(arena, node, (enum ix_focus_column)c, ret_line, err);
    }
    code = code == IX_OK ? take_object(node, "Tags", &ret_line->tags, err) : code;
    return code == IX_OK ? take_object(node, "extra", &ret_line->extra, err) : code;
}
