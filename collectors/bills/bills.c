/* Bills: FOCUS and the exports that are mapped onto it (docs/COSTS.md).
 *
 * The heading tells the format. Each row becomes one line in the words of FOCUS, or is refused with
 * its line, column and reason: a refused row is counted and named, and with `strict` it refuses the
 * file. Rows are read one by one, so memory does not grow with the file.
 */
#include "collectors/bills/delivery.h"
#include "collectors/bills/format.h"
#include "collectors/bills/manifest.h"
#include "collectors/bills/rows.h"
#include "collectors/bills/values.h"

enum {
    ROW_ARENA_MAX = 64 << 20,
    REFUSED_NAMED_MAX = 20, /* rows that are named one by one; all are counted */
    HEADING_ROW_MAX = 4,    /* "sep=;" of Excel or a title may stand in front of the heading */
};

static const struct ix_bill_format *const formats[] = {&ix_bill_focus, &ix_bill_aws, &ix_bill_azure,
                                                       &ix_bill_google, &ix_bill_oracle};

/* ---- the heading ---- */

static bool make_heading(struct ix_arena *arena, const struct ix_bill_format *format,
                         const struct ix_csv_row *row, struct ix_bill_heading *heading) {
    struct ix_sv *written = ix_arena_array(arena, row->count, sizeof *written);
    struct ix_sv *names = ix_arena_array(arena, row->count, sizeof *names);
    if (!written || !names) {
        return false;
    }
    for (size_t i = 0; i < row->count; i++) {
        written[i] = ix_arena_copy(arena, ix_sv_trim(row->cells[i]));
        names[i] = format->name_of ? format->name_of(arena, written[i]) : written[i];
    }
    *heading = (struct ix_bill_heading){names, written, row->count};
    return !arena->failed;
}

static const struct ix_bill_format *format_of(struct ix_arena *arena,
                                              const struct ix_csv_row *row) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct ix_bill_heading heading;
        if (make_heading(arena, formats[i], row, &heading) && formats[i]->claims(&heading)) {
            return formats[i];
        }
    }
    return NULL;
}

/* The row that is the heading of some format; *ret_format NULL: none of the first is one. */
static enum ix_code find_heading(struct ix_csv *csv, struct ix_arena *arena,
                                 const struct ix_bill_format **ret_format,
                                 struct ix_csv_row *ret_row, struct ix_err *err) {
    bool more = true;
    enum ix_code code = IX_OK;
    *ret_format = NULL;
    for (int i = 0; i < HEADING_ROW_MAX && code == IX_OK && more && !*ret_format; i++) {
        code = ix_csv_next(csv, ret_row, &more, err);
        *ret_format = code == IX_OK && more ? format_of(arena, ret_row) : NULL;
    }
    return code;
}

/* The format whose heading the text begins with. */
static const struct ix_bill_format *find_format(struct ix_arena *arena, struct ix_sv text) {
    const struct ix_bill_format *format = NULL;
    struct ix_err err = {0};
    struct ix_stream *stream = NULL;
    struct ix_csv *csv = NULL;
    struct ix_csv_row row;
    if (ix_stream_open_memory(text, &stream, &err) == IX_OK &&
        ix_csv_new(stream, &csv, &err) == IX_OK &&
        find_heading(csv, arena, &format, &row, &err) != IX_OK) {
        format = NULL;
    }
    ix_csv_free(csv);
    ix_stream_close(stream);
    arena->failed |= err.code == IX_NOMEM;
    return format;
}

/* FOCUS 1.3 and 1.4 have datasets beside Cost and Usage; a column of each that no other has. */
static const struct dataset {
    const char *column, *name;
} datasets[] = {{"ContractCommitmentCategory", "FOCUS Contract Commitment"},
                {"InvoiceIssueStatus", "FOCUS Invoice Detail"},
                {"BillingPeriodStatus", "FOCUS Billing Period"}};

static const char *find_dataset(struct ix_sv text) {
    struct ix_sv heading = ix_sv_sub(text, 0, ix_sv_find_char(text, '\n'));
    const char separator = ix_csv_separator(heading);
    struct ix_sv name;
    while (ix_sv_split(&heading, separator, &name)) {
        for (size_t i = 0; i < sizeof datasets / sizeof *datasets; i++) {
            if (ix_sv_eq_nocase(ix_sv_trim(name), ix_sv_cstr(datasets[i].column))) {
                return datasets[i].name;
            }
        }
    }
    return NULL;
}

/* An outline has the names, and stands for the first object. */
static const struct ix_bill_format *find_json_format(struct ix_arena *arena,
                                                     const struct ix_json *outline) {
    struct ix_bill_rows rows;
    struct ix_err err = {0};
    if (ix_bill_rows_begin(&rows, NULL, true, arena, &err) != IX_OK ||
        ix_bill_rows_flatten(&rows, arena, outline, &err) != IX_OK) {
        arena->failed |= err.code == IX_NOMEM;
        return NULL;
    }
    const struct ix_csv_row names = {.cells = rows.names, .count = rows.count};
    const struct ix_bill_format *format = format_of(arena, &names);
    return format == &ix_bill_google ? format : NULL;
}

static void recognise(const struct ix_input *input, struct ix_arena *arena,
                      struct ix_recognised *ret) {
    if (ix_sv_starts(input->head, IX_SV("PAR1"))) {
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_REFUSE,
            .confidence = IX_CONFIDENCE_SURE,
            .format = "Parquet",
            .reason =
                IX_SV("Parquet is not read; export CSV, or convert it: duckdb -c \"COPY (FROM "
                      "'bill.parquet') TO 'bill.csv' (HEADER)\""),
        };
        return;
    }
    if (ix_bill_is_manifest(input->outline)) {
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_IGNORE,
            .confidence = IX_CONFIDENCE_SURE,
            .format = "manifest of a bill",
            .reason = IX_SV("the manifest of a bill; the files that it names are read"),
        };
        return;
    }
    bool text = input->form == IX_FORM_TEXT || input->form == IX_FORM_YAML;
    const struct ix_bill_format *format = text ? find_format(arena, input->head)
                                          : input->form == IX_FORM_JSON
                                              ? find_json_format(arena, input->outline)
                                              : NULL;
    if (format) {
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_READ,
            .confidence = IX_CONFIDENCE_SURE,
            .format = format->name,
            .source_kind = format->source_kind,
        };
        return;
    }
    const char *dataset = text ? find_dataset(input->head) : NULL;
    if (dataset) {
        *ret = (struct ix_recognised){
            .claim = IX_CLAIM_IGNORE,
            .confidence = IX_CONFIDENCE_SURE,
            .format = dataset,
            .reason = IX_SV("of FOCUS, the dataset Cost and Usage is read, and not this one"),
        };
    }
}

/* ---- one row ---- */

enum { TIME_TEXT_MAX = 39 }; /* bytes of a time that is remembered */

struct step {
    const struct ix_bill_row *rule;
    struct ix_bill_lookup lookup;
    /* the time that was read last: the rows of a day follow each other */
    int64_t time_ms;
    uint8_t time_size; /* 0: none */
    char time_text[TIME_TEXT_MAX];
};

struct bill {
    struct ix_bill_reading reading;
    const struct ix_collect_env *env;
    struct ix_sink *sink;
    struct ix_bill_rows rows;
    struct ix_arena keep;    /* of the file */
    struct ix_arena heading; /* of the heading; of JSON each object may have another */
    struct step *steps;      /* rows of the table that have a cell */
    size_t step_count;
    int64_t *used; /* the line at which the cell was last taken by the table */
    int64_t billing_ms, billing_month_ms; /* what the last line said, and when its month begins */
    struct ix_err fault;                  /* of the row at hand */
    int64_t lines, refused, rounded, odd_tags;
};

static struct ix_sv lower(struct ix_arena *arena, struct ix_sv text) {
    struct ix_sv copy = ix_arena_copy(arena, text);
    char *bytes = (char *)(uintptr_t)copy.data;
    for (size_t i = 0; bytes && i < copy.size; i++) {
        bytes[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] - 'A' + 'a') : bytes[i];
    }
    return copy;
}

static struct ix_sv ruled(struct ix_arena *arena, enum ix_bill_rule rule, struct ix_sv text) {
    if (rule == IX_BILL_SEGMENT) {
        size_t slash = ix_sv_rfind_char(text, '/');
        return slash == IX_SV_NPOS ? text : ix_sv_from(text, slash + 1);
    }
    return rule == IX_BILL_LOWER ? lower(arena, text) : text;
}

static int64_t *time_of(struct ix_cost_line *line, enum ix_focus_column column) {
    switch (column) {
    case IX_FOCUS_BillingPeriodStart:
        return &line->billing_start_ms;
    case IX_FOCUS_BillingPeriodEnd:
        return &line->billing_end_ms;
    case IX_FOCUS_ChargePeriodStart:
        return &line->charge_start_ms;
    default:
        return &line->charge_end_ms;
    }
}

static bool read_time(struct step *step, struct ix_sv cell, int64_t *ret_ms) {
    if (step->time_size > 0 && ix_sv_eq(cell, ix_sv_of(step->time_text, step->time_size))) {
        *ret_ms = step->time_ms;
        return true;
    }
    bool known = ix_bill_time(cell, ret_ms);
    if (known && cell.size <= TIME_TEXT_MAX) {
        memcpy(step->time_text, cell.data, cell.size);
        step->time_size = (uint8_t)cell.size;
        step->time_ms = *ret_ms;
    }
    return known;
}

static enum ix_code take_time(struct ix_cost_line *line, struct step *step, struct ix_sv cell,
                              struct ix_err *err) {
    int64_t *ms = time_of(line, step->rule->column);
    if (!read_time(step, cell, ms)) {
        return ix_err_set(err, IX_INVALID, "no time known here");
    }
    *ms += step->rule->rule == IX_BILL_LAST ? IX_DAY_MS : 0;
    return IX_OK;
}

/* -1: it is none of FOCUS's costs. */
static int metric_of(enum ix_focus_column column) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        if (ix_cost_metric_column((enum ix_cost_metric)m) == column) {
            return m;
        }
    }
    return -1;
}

/* What FOCUS calls a cost, and the others. */
static enum ix_code take_decimal(struct bill *b, struct ix_cost_line *line,
                                 enum ix_focus_column column, struct ix_sv cell,
                                 struct ix_err *err) {
    const int metric = metric_of(column);
    struct ix_sv decimal = ix_sv_trim(cell);
    bool rounded = false;
    enum ix_code code =
        metric < 0 ? IX_INVALID : ix_money_parse(decimal, &line->cost[metric], &rounded, err);
    if (code == IX_INVALID) { /* it is no cost, or is not written as a plain number */
        *err = (struct ix_err){0};
        if (!ix_bill_decimal(&b->reading.arena, cell, &decimal)) {
            return ix_err_set(err, IX_INVALID, "%s", ix_bill_decimal_fault(cell));
        }
        if (metric < 0) {
            line->text[column] = decimal;
            return IX_OK;
        }
        code = ix_money_parse(decimal, &line->cost[metric], &rounded, err);
    }
    line->cost_known[metric] = code == IX_OK;
    b->reading.rounded += code == IX_OK && rounded;
    return code;
}

/* Into `extra`, under its own name. */
static void put_extra(struct bill *b, struct ix_cost_line *line, struct ix_sv name,
                      struct ix_sv cell) {
    struct ix_arena *arena = &b->reading.arena;
    if (!line->extra) {
        line->extra = ix_json_new_object(arena);
    }
    ix_json_set(arena, (struct ix_json *)(uintptr_t)line->extra, name,
                ix_json_new_string(arena, cell));
}

static enum ix_code take_json(struct bill *b, struct ix_cost_line *line,
                              enum ix_focus_column column, struct ix_sv cell, struct ix_err *err) {
    struct ix_arena *arena = &b->reading.arena;
    struct ix_json *node = NULL;
    struct ix_buf canonical = {0};
    if (column == IX_FOCUS_Tags) {
        if (ix_cost_tags_plain(cell)) {
            line->tags_text = cell;
            return IX_OK;
        }
        line->tags = ix_bill_tags(arena, cell);
        bool nothing = ix_sv_eq_cstr(ix_sv_trim(cell), "{}");
        if (!line->tags && !nothing) { /* the money counts all the same */
            b->odd_tags++;
            put_extra(b, line, IX_SV("Tags"), cell);
        }
        return IX_OK;
    }
    if (ix_json_parse(arena, cell, &node, err) != IX_OK) {
        return err->code;
    }
    ix_json_write_canonical(&canonical, node);
    line->text[column] = ix_arena_copy(arena, ix_buf_sv(&canonical));
    enum ix_code code = ix_buf_check(&canonical, err);
    ix_buf_done(&canonical);
    return code;
}

static bool has_value(struct ix_cost_line *line, enum ix_focus_column column) {
    const int metric = ix_focus_columns[column].type == IX_FOCUS_DECIMAL ? metric_of(column) : -1;
    if (metric >= 0) {
        return line->cost_known[metric];
    }
    bool time = ix_focus_columns[column].type == IX_FOCUS_TIME;
    return time ? *time_of(line, column) != IX_TIME_UNKNOWN
                : line->text[column].data ||
                      (column == IX_FOCUS_Tags && (line->tags || line->tags_text.data));
}

static enum ix_code take_cell(struct bill *b, struct ix_cost_line *line, struct step *step,
                              struct ix_err *err) {
    const struct ix_bill_row *rule = step->rule;
    size_t place = 0;
    struct ix_sv cell = ix_bill_first(&b->reading.row, &step->lookup, &place);
    enum ix_code code = IX_OK;
    if (!cell.data || has_value(line, rule->column)) { /* an older spelling beside the new one */
        return IX_OK;
    }
    b->used[place] = b->reading.row.line;
    switch (ix_focus_columns[rule->column].type) {
    case IX_FOCUS_TIME:
        code = take_time(line, step, cell, err);
        break;
    case IX_FOCUS_DECIMAL:
        code = take_decimal(b, line, rule->column, cell, err);
        break;
    case IX_FOCUS_JSON:
        code = take_json(b, line, rule->column, cell, err);
        break;
    default:
        line->text[rule->column] = ruled(&b->reading.arena, rule->rule, cell);
    }
    return code == IX_OK ? code : ix_err_wrap(err, "%s", ix_focus_columns[rule->column].name);
}

static void take_tag(struct bill *b, struct ix_cost_line *line, struct ix_sv key,
                     struct ix_sv cell) {
    struct ix_arena *arena = &b->reading.arena;
    if (!line->tags) {
        line->tags = ix_cost_tags_object(arena, line->tags_text);
        line->tags_text = (struct ix_sv){0};
    }
    ix_json_set(arena, (struct ix_json *)(uintptr_t)line->tags, key,
                ix_json_new_string(arena, cell));
}

/* Cells that the table did not take: tags of their own, and what is kept as it is. */
static void take_rest(struct bill *b, struct ix_cost_line *line) {
    const struct ix_bill_reading *reading = &b->reading;
    struct ix_sv (*tag_of)(struct ix_sv written) = reading->format->tag_of;
    size_t count =
        reading->row.count < reading->heading.count ? reading->row.count : reading->heading.count;
    for (size_t i = 0; i < count; i++) {
        struct ix_sv cell = reading->row.cells[i];
        struct ix_sv name = reading->heading.written[i];
        if (b->used[i] == reading->row.line || ix_bill_is_null(cell, reading->row.quoted[i])) {
            continue;
        }
        struct ix_sv key = tag_of ? tag_of(name) : (struct ix_sv){0};
        if (key.data) {
            take_tag(b, line, key, cell);
        } else if (!ix_sv_empty(name)) {
            put_extra(b, line, name, cell);
        }
    }
}

/* What the warehouse needs of every line. */
static enum ix_code complete(struct bill *b, struct ix_cost_line *line, struct ix_err *err) {
    if (line->charge_start_ms == IX_TIME_UNKNOWN) {
        return ix_err_set(err, IX_INVALID, "ChargePeriodStart: no value");
    }
    const int64_t said =
        line->billing_start_ms == IX_TIME_UNKNOWN ? line->charge_start_ms : line->billing_start_ms;
    if (said != b->billing_ms) {
        b->billing_ms = said;
        b->billing_month_ms = ix_bill_month(said);
    }
    line->billing_start_ms = b->billing_month_ms;
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        if (line->cost_known[m]) {
            return IX_OK;
        }
    }
    return ix_err_set(err, IX_INVALID, "no cost in any column");
}

static enum ix_code make_line(struct bill *b, struct ix_cost_line *line, struct ix_err *err) {
    const struct ix_bill_format *format = b->reading.format;
    enum ix_code code = IX_OK;
    if (b->reading.row.faulty_cell != SIZE_MAX) {
        return ix_err_set(err, IX_INVALID, "column %zu: text behind the closing quote",
                          b->reading.row.faulty_cell + 1);
    }
    if (b->reading.row.count > b->reading.heading.count) {
        return ix_err_set(err, IX_INVALID, "%zu cells, and the heading has %zu",
                          b->reading.row.count, b->reading.heading.count);
    }
    for (size_t i = 0; code == IX_OK && i < b->step_count; i++) {
        code = take_cell(b, line, &b->steps[i], err);
    }
    code = code == IX_OK ? format->finish(&b->reading, line, err) : code;
    if (code == IX_OK) {
        take_rest(b, line);
        line->cost_rounded = b->reading.rounded;
        code = complete(b, line, err);
    }
    return code == IX_OK ? ix_arena_check(&b->reading.arena, err) : code;
}

/* ---- all rows ---- */

static enum ix_code push_note(struct bill *b, struct ix_sv path, struct ix_sv reason, bool skipped,
                              struct ix_err *err) {
    const struct ix_note note = {
        .source = b->env->source, .path = path, .reason = reason, .skipped = skipped};
    return ix_sink_note(b->sink, &note, err);
}

static enum ix_code refuse_row(struct bill *b, const struct ix_err *fault, struct ix_err *err) {
    struct ix_arena *arena = &b->reading.arena;
    ix_arena_reset(arena); /* the row may have been more than it holds */
    b->refused++;
    if (b->env->strict) {
        return ix_err_set(err, IX_INVALID, "line %lld: %s", (long long)b->reading.row.line,
                          fault->text);
    }
    if (b->refused > REFUSED_NAMED_MAX) {
        return IX_OK;
    }
    struct ix_sv path = ix_arena_printf(arena, "%.*s:%lld", IX_SV_FMT(b->env->input->path),
                                        (long long)b->reading.row.line);
    struct ix_sv reason = ix_arena_copy(arena, ix_sv_cstr(fault->text));
    return push_note(b, path, reason, true, err);
}

static enum ix_code push_line(struct bill *b, const struct ix_cost_line *line, struct ix_err *err) {
    b->lines++;
    b->rounded += line->cost_rounded;
    return ix_sink_cost(b->sink, line, err);
}

/* The lines beside the row's own: pushed, or only read, since a row is taken whole or not at all.
 */
static enum ix_code walk_followers(struct bill *b, const struct ix_cost_line *line, bool push,
                                   struct ix_err *err) {
    enum ix_code code = IX_OK;
    bool more = b->reading.format->follow != NULL;
    for (size_t at = 0; code == IX_OK && more; at++) {
        struct ix_cost_line follower;
        code = b->reading.format->follow(&b->reading, line, at, &follower, &more, err);
        if (code == IX_OK && more && push) {
            code = push_line(b, &follower, err);
        }
    }
    return code;
}

static enum ix_code take_row(struct bill *b, struct ix_err *err) {
    struct ix_err *fault = &b->fault;
    struct ix_cost_line line = {
        .source = b->env->source,
        .source_kind = b->reading.format->source_kind,
        .billing_start_ms = IX_TIME_UNKNOWN,
        .billing_end_ms = IX_TIME_UNKNOWN,
        .charge_start_ms = IX_TIME_UNKNOWN,
        .charge_end_ms = IX_TIME_UNKNOWN,
        .row = b->reading.row.line,
    };
    b->reading.rounded = 0;
    enum ix_code code = make_line(b, &line, fault);
    code = code == IX_OK ? walk_followers(b, &line, false, fault) : code;
    if (code == IX_NOMEM || ix_arena_starved(&b->reading.arena)) {
        return ix_err_nomem(err);
    }
    if (code != IX_OK) {
        code = refuse_row(b, fault, err);
        *fault = (struct ix_err){0};
        return code;
    }
    code = push_line(b, &line, err);
    if (code == IX_OK && walk_followers(b, &line, true, fault) != IX_OK) {
        code = ix_arena_starved(&b->reading.arena)
                   ? ix_err_nomem(err)
                   : ix_err_set(err, fault->code, "%s", fault->text);
    }
    return code;
}

static bool make_steps(struct bill *b) {
    const struct ix_bill_format *format = b->reading.format;
    b->step_count = 0;
    b->steps = ix_arena_array(&b->heading, format->row_count, sizeof *b->steps);
    b->used = ix_arena_array(&b->heading, b->reading.heading.count + 1, sizeof *b->used);
    for (size_t i = 0; b->steps && i < format->row_count; i++) {
        struct step *step = &b->steps[b->step_count];
        *step =
            (struct step){.rule = &format->rows[i],
                          .lookup = ix_bill_look_up(&b->reading.heading, format->rows[i].theirs)};
        b->step_count += step->lookup.count > 0;
    }
    return b->steps && b->used;
}

static enum ix_code take_heading(struct bill *b, const struct ix_csv_row *names,
                                 struct ix_err *err) {
    ix_arena_reset(&b->heading);
    b->reading.lookup_count = 0;
    bool made = make_heading(&b->heading, b->reading.format, names, &b->reading.heading);
    return made && make_steps(b) ? IX_OK : ix_err_nomem(err);
}

static bool same_heading(const struct bill *b) {
    bool same = b->reading.heading.count == b->rows.count;
    for (size_t i = 0; same && i < b->rows.count; i++) {
        same = ix_sv_eq(b->reading.heading.written[i], b->rows.names[i]);
    }
    return same;
}

static enum ix_code read_heading(struct bill *b, struct ix_err *err) {
    enum ix_code code =
        find_heading(b->rows.csv, &b->keep, &b->reading.format, &b->reading.row, err);
    if (code != IX_OK) {
        return code;
    }
    if (!b->reading.format) {
        code = ix_arena_check(&b->keep, err);
        return code == IX_OK ? ix_err_set(err, IX_INVALID, "line 1: no heading of a bill") : code;
    }
    return take_heading(b, &b->reading.row, err);
}

/* Objects name their values themselves, and leave out what they do not have. */
static enum ix_code take_object(struct bill *b, struct ix_err *err) {
    const struct ix_csv_row names = {.cells = b->rows.names, .count = b->rows.count};
    enum ix_code code = same_heading(b) ? IX_OK : take_heading(b, &names, err);
    return code == IX_OK ? take_row(b, err) : code;
}

static enum ix_code read_rows(struct bill *b, struct ix_err *err) {
    bool json = !b->rows.csv;
    bool more = true;
    enum ix_code code = json ? IX_OK : read_heading(b, err);
    b->reading.format = json ? &ix_bill_google : b->reading.format;
    while (code == IX_OK && more) {
        if (b->env->cancelled && *b->env->cancelled) {
            return ix_err_set(err, IX_CANCELLED, "stopped");
        }
        ix_arena_reset(&b->reading.arena);
        code = ix_bill_rows_next(&b->rows, &b->reading.arena, &b->reading.row, &more, err);
        if (code == IX_OK && more) {
            code = json                                    ? take_object(b, err)
                   : ix_bill_row_is_blank(&b->reading.row) ? IX_OK
                                                           : take_row(b, err);
        }
    }
    return code;
}

/* What was refused or rounded, and how far the file was read. */
static enum ix_code conclude(struct bill *b, struct ix_err *err) {
    struct ix_arena *arena = &b->reading.arena;
    struct ix_sv path = b->env->input->path;
    enum ix_code code = IX_OK;
    ix_arena_reset(arena);
    if (b->refused > 0) {
        code = push_note(b, path,
                         ix_arena_printf(arena, "%lld of %lld rows refused", (long long)b->refused,
                                         (long long)(b->refused + b->lines)),
                         true, err);
    }
    if (code == IX_OK && b->rounded > 0) {
        code = push_note(
            b, path,
            ix_arena_printf(arena, "%lld amounts rounded below 10^-18", (long long)b->rounded),
            false, err);
    }
    if (code == IX_OK && b->odd_tags > 0) {
        code = push_note(b, path,
                         ix_arena_printf(arena, "tags of %lld rows are no object; kept as they are",
                                         (long long)b->odd_tags),
                         false, err);
    }
    const struct ix_scope scope = {
        .source = b->env->source,
        .outcome = b->refused ? IX_SCOPE_PARTIAL : IX_SCOPE_WHOLE,
        .error = b->refused ? IX_INVALID : IX_OK,
        .text = b->refused ? IX_SV("rows were refused") : (struct ix_sv){0},
    };
    return code == IX_OK ? ix_sink_scope(b->sink, &scope, err) : code;
}

static enum ix_code collect(const struct ix_collect_env *env, struct ix_sink *sink,
                            struct ix_err *err) {
    struct bill b = {.env = env, .sink = sink};
    struct ix_stream *stream = NULL;
    bool json = env->input->form == IX_FORM_JSON;
    ix_arena_init(&b.keep, 0);
    ix_arena_init(&b.heading, 0);
    ix_arena_init(&b.reading.arena, ROW_ARENA_MAX);
    enum ix_code code = ix_input_open(env->input, &stream, err);
    code = code == IX_OK ? ix_bill_rows_begin(&b.rows, stream, json, &b.keep, err) : code;
    code = code == IX_OK ? read_rows(&b, err) : code;
    code = code == IX_OK ? conclude(&b, err) : code;
    ix_bill_rows_end(&b.rows);
    ix_stream_close(stream);
    ix_arena_done(&b.keep);
    ix_arena_done(&b.heading);
    ix_arena_done(&b.reading.arena);
    return code;
}

static const char *const format_names[] = {"FOCUS 1.0 to 1.4, cost and usage (CSV)",
                                           "AWS Cost and Usage Report, legacy and 2.0 (CSV)",
                                           "Azure cost exports, actual and amortized (CSV)",
                                           "Google Cloud billing export (NDJSON, CSV)",
                                           "Oracle Cloud cost report (CSV)",
                                           NULL};

static const struct ix_parting parting = {ix_bill_find_delivery, ix_bill_each_named};

const struct ix_collector ix_collector_bills = {
    .name = "bills",
    .summary = "bills of clouds: FOCUS and what is mapped onto it",
    .parting = &parting,
    .formats = format_names,
    .recognise = recognise,
    .collect = collect,
};
