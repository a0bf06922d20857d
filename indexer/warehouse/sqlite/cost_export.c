/* Lines of bills pushed back into a sink, as collectors pushed them. */
#include "indexer/warehouse/sqlite/cost_scan.h"

struct export {
    struct ix_sqlite *e;
    struct ix_cost_scan *scan;
    struct ix_sink *sink;
    struct ix_arena arena;                                     /* of one line */
    const struct ix_cost_column *columns[IX_COST_COLUMNS_MAX]; /* of the segment */
    const struct ix_sv *texts[IX_COST_COLUMNS_MAX];            /* of their values */
    struct ix_err *err;
};

static bool is_text(size_t column) {
    return column >= IX_COST_AT_EXTRA ||
           (column < IX_FOCUS_COUNT && ix_focus_columns[column].type != IX_FOCUS_TIME);
}

/* The texts that a column's numbers stand for. */
static enum ix_code read_texts(struct export *x, size_t index) {
    const struct ix_cost_column *column = x->columns[index];
    x->texts[index] = column->texts;
    if (!column->numbers || !is_text(index)) {
        return IX_OK;
    }
    struct ix_sv *texts =
        ix_arena_array(&x->scan->part.arena, (size_t)column->count + 1, sizeof *texts);
    enum ix_code code = ix_arena_check(&x->scan->part.arena, x->err);
    for (uint32_t i = 0; code == IX_OK && i < column->count; i++) {
        code = ix_cost_text(x->e, column->numbers[i], &x->scan->part.arena, &texts[i], x->err);
    }
    x->texts[index] = texts;
    return code;
}

static struct ix_sv text_at(const struct export *x, size_t column, uint32_t line) {
    const struct ix_cost_column *c = x->columns[column];
    uint32_t code = c->codes && x->texts[column] ? c->codes[line] : 0;
    struct ix_sv text = code ? x->texts[column][code - 1] : (struct ix_sv){0};
    text.data = code && !text.data ? "" : text.data;
    return text;
}

static int64_t number_at(const struct export *x, size_t column, uint32_t line, int64_t otherwise) {
    const struct ix_cost_column *c = x->columns[column];
    return c->numbers && c->codes && c->codes[line] ? c->numbers[c->codes[line] - 1] : otherwise;
}

static struct ix_json *json_at(struct export *x, size_t column, uint32_t line) {
    struct ix_json *node = NULL;
    struct ix_sv text = text_at(x, column, line);
    if (text.data) {
        (void)(ix_json_parse(&x->arena, text, &node, x->err) == IX_OK); /* x->err keeps it */
    }
    return node;
}

static struct ix_json *extra_at(struct export *x, uint32_t line) {
    struct ix_json *extra = NULL;
    for (size_t i = 0; i < x->scan->names.extra_count; i++) {
        struct ix_json *value = json_at(x, IX_COST_AT_EXTRA + i, line);
        if (value && !extra) {
            extra = ix_json_new_object(&x->arena);
        }
        if (value && extra) {
            ix_json_set(&x->arena, extra, x->scan->names.extra_names[i], value);
        }
    }
    return extra;
}

static void read_amounts(const struct export *x, uint32_t line, struct ix_cost_line *to) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        const struct ix_cost_column *c = x->columns[ix_cost_metric_column((enum ix_cost_metric)m)];
        to->cost_known[m] = c->nano && (!c->known || c->known[line]);
        if (to->cost_known[m]) {
            to->cost[m] = (struct ix_money){c->nano[line], c->atto ? c->atto[line] : 0};
        }
    }
}

static enum ix_code push_line(struct export *x, struct ix_sv kind, uint32_t at) {
    struct ix_cost_line line = {
        .source = x->scan->part.source,
        .source_kind = kind,
        .basis = (enum ix_cost_basis)number_at(x, IX_COST_AT_BASIS, at, IX_COST_BILL),
        .cost_rounded = (uint8_t)number_at(x, IX_COST_AT_ROUNDED, at, 0),
        .billing_start_ms = x->scan->part.begin_ms,
        .billing_end_ms = number_at(x, IX_FOCUS_BillingPeriodEnd, at, IX_TIME_UNKNOWN),
        .charge_start_ms = number_at(x, IX_FOCUS_ChargePeriodStart, at, IX_TIME_UNKNOWN),
        .charge_end_ms = number_at(x, IX_FOCUS_ChargePeriodEnd, at, IX_TIME_UNKNOWN),
        .tags = json_at(x, IX_FOCUS_Tags, at),
        .extra = extra_at(x, at),
    };
    for (size_t i = 0; i < IX_FOCUS_COUNT; i++) {
        line.text[i] = i == IX_FOCUS_Tags ? (struct ix_sv){0} : text_at(x, i, at);
    }
    read_amounts(x, at, &line);
    enum ix_code code = x->err->code == IX_OK ? ix_arena_check(&x->arena, x->err) : x->err->code;
    code = code == IX_OK ? ix_sink_cost(x->sink, &line, x->err) : code;
    ix_arena_reset(&x->arena);
    return code;
}

static enum ix_code push_segment(struct export *x, sqlite3_stmt *s) {
    size_t count = IX_COST_AT_EXTRA + x->scan->names.extra_count;
    enum ix_code code = ix_cost_part_open(x->scan, s, x->err);
    for (size_t i = 0; code == IX_OK && i < count; i++) {
        code = ix_cost_part_column(x->scan, i, &x->columns[i], x->err);
        code = code == IX_OK ? read_texts(x, i) : code;
    }
    struct ix_sv kind = ix_arena_copy(&x->scan->part.arena, ix_sqlite_text(s, 8));
    code = code == IX_OK ? ix_arena_check(&x->scan->part.arena, x->err) : code;
    for (uint32_t i = 0; code == IX_OK && i < x->scan->part.lines; i++) {
        code = push_line(x, kind, i);
    }
    return code == IX_OK ? ix_sqlite_pause(x->e, x->err) : code;
}

static enum ix_code push_segments(struct export *x, struct ix_sv source) {
    static const char lines[] = "SELECT " IX_COST_PART_COLUMNS
                                ", s.kind FROM cost_segment g JOIN cost_period p ON p.pid = g.pid "
                                "JOIN source s ON s.sid = p.sid WHERE g.level = 0 "
                                "AND CASE WHEN ?1 IS NOT NULL THEN s.name = ?1 ELSE NOT EXISTS "
                                "(SELECT 1 FROM observation o WHERE o.sid = s.sid "
                                "AND o.deleted IS NULL) END ORDER BY s.name, p.begin, g.seg";
    sqlite3_stmt *s = NULL;
    bool row = true;
    enum ix_code code = ix_cost_scan_begin(x->scan, x->e, x->err);
    if (code == IX_OK && sqlite3_prepare_v2(x->e->db, lines, -1, &s, NULL) != SQLITE_OK) {
        code = ix_sqlite_fail(x->e, "the lines of bills", x->err);
    }
    if (code == IX_OK && source.data) {
        ix_sqlite_bind_text(s, 1, source);
    }
    while (code == IX_OK && row) {
        code = ix_sqlite_step(x->e, s, &row, x->err);
        code = code == IX_OK && row ? push_segment(x, s) : code;
    }
    sqlite3_finalize(s);
    return code;
}

enum ix_code ix_cost_export(struct ix_sqlite *e, struct ix_sv source, struct ix_sink *sink,
                            struct ix_err *err) {
    struct ix_arena memory;
    ix_arena_init(&memory, 0);
    struct export *x = IX_NEW(&memory, struct export);
    struct ix_cost_scan *scan = ix_cost_scan_new();
    enum ix_code code = x && scan ? IX_OK : ix_err_nomem(err);
    if (code == IX_OK) {
        *x = (struct export){.e = e, .scan = scan, .sink = sink, .err = err};
        ix_arena_init(&x->arena, 0);
        code = push_segments(x, source);
        ix_arena_done(&x->arena);
    }
    ix_cost_scan_free(scan);
    ix_arena_done(&memory);
    return code;
}
