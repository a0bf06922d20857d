/* One line of a bill, put into the open segment of its billing period.
 *
 * Whether a billing period came again unchanged is told by a digest of its lines that does not
 * depend on their order: the sum of a hash of each line. */
#include "indexer/warehouse/sqlite/cost_load.h"

/* Adds a value to the digest of its line: a sum, for the columns of `extra` have no order. */
static void digest(struct ix_cost_load *load, uint64_t column, uint64_t value) {
    uint64_t x = (value ^ (column * UINT64_C(0x9E3779B97F4A7C15))) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 31)) * UINT64_C(0x94D049BB133111EB);
    load->digest[0] += x ^ (x >> 29);
    load->digest[1] += (x * UINT64_C(0xD6E8FEB86659FD93)) ^ (x >> 32);
}

static bool put_text(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     uint64_t name, struct ix_sv text) {
    uint64_t hash = 0;
    if (!text.data) {
        return true;
    }
    segment->bytes += text.size;
    bool put = ix_cost_gather_text(&segment->columns[column], segment->lines, text, &hash);
    digest(load, name, hash);
    return put;
}

static bool put_number(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                       int64_t number) {
    uint64_t hash = 0;
    bool put = ix_cost_gather_number(&segment->columns[column], segment->lines, number, &hash);
    digest(load, load->name_hash[column], hash);
    return put;
}

static bool put_time(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     int64_t ms) {
    return ms == IX_TIME_UNKNOWN || put_number(load, segment, column, ms);
}

static bool put_json(struct ix_cost_load *load, struct ix_cost_segment *segment, size_t column,
                     uint64_t name, const struct ix_json *node) {
    ix_buf_clear(&load->text);
    ix_json_write_canonical(&load->text, node);
    return !load->text.failed && put_text(load, segment, column, name, ix_buf_sv(&load->text));
}

/* Tags that are no plain text. */
static bool put_tags(struct ix_cost_load *load, struct ix_cost_segment *segment,
                     const struct ix_cost_line *line) {
    return line->tags_text.data || !line->tags ||
           put_json(load, segment, IX_FOCUS_Tags, load->name_hash[IX_FOCUS_Tags], line->tags);
}

static enum ix_code put_extra(struct ix_cost_load *load, struct ix_cost_segment *segment,
                              const struct ix_json *extra, struct ix_err *err) {
    for (const struct ix_json *m = ix_json_first(extra); m; m = ix_json_next(m)) {
        size_t column = 0;
        if (ix_cost_names_extra(&load->writer.names, ix_json_key(m), &column, err) != IX_OK) {
            return err->code;
        }
        segment->column_count =
            column >= segment->column_count ? column + 1 : segment->column_count;
        if (!put_json(load, segment, column, ix_hash_short(ix_json_key(m)), m)) {
            return ix_err_nomem(err);
        }
    }
    return IX_OK;
}

static bool put_amounts(struct ix_cost_load *load, struct ix_cost_segment *segment,
                        const struct ix_cost_line *line) {
    for (int m = 0; m < IX_COST_METRIC_COUNT; m++) {
        bool known = line->cost_known[m];
        if (!ix_cost_amounts_put(&segment->amounts[m], segment->lines, line->cost[m], known)) {
            return false;
        }
        if (known) {
            size_t column = ix_cost_metric_column((enum ix_cost_metric)m);
            uint64_t value = (uint64_t)line->cost[m].nano * UINT64_C(0xFF51AFD7ED558CCD);
            digest(load, load->name_hash[column], value + (uint64_t)line->cost[m].atto);
        }
    }
    return true;
}

/* Not part of the digest: what was exported comes again with the rounded amounts. */
static bool put_rounded(struct ix_cost_segment *segment, int64_t rounded) {
    uint64_t ignored = 0;
    return rounded == 0 || ix_cost_gather_number(&segment->columns[IX_COST_AT_ROUNDED],
                                                 segment->lines, rounded, &ignored);
}

static struct ix_sv text_of(const struct ix_cost_line *line, size_t column) {
    return column == IX_FOCUS_Tags ? line->tags_text : line->text[column];
}

/* The texts of a line, which are looked up step by step while the rest of it is put: of each step
 * the memory has come when the next one needs it (cost_gather.c). */
struct texts {
    struct ix_cost_cell cells[IX_FOCUS_COUNT];
    uint16_t columns[IX_FOCUS_COUNT];
    size_t count;
};

static void expect_texts(const struct ix_cost_segment *segment, const struct ix_cost_line *line,
                         struct texts *texts) {
    texts->count = 0;
    for (uint16_t i = 0; i < IX_FOCUS_COUNT; i++) {
        texts->cells[texts->count].text = text_of(line, i);
        texts->columns[texts->count] = i;
        texts->count += texts->cells[texts->count].text.data != NULL;
    }
    for (size_t i = 0; i < texts->count; i++) {
        ix_cost_gather_expect(&segment->columns[texts->columns[i]], &texts->cells[i]);
    }
}

static void approach_texts(const struct ix_cost_segment *segment, struct texts *texts) {
    for (size_t i = 0; i < texts->count; i++) {
        ix_cost_gather_approach(&segment->columns[texts->columns[i]], &texts->cells[i]);
    }
}

static void arrive_texts(const struct ix_cost_segment *segment, const struct texts *texts) {
    for (size_t i = 0; i < texts->count; i++) {
        ix_cost_gather_arrive(&segment->columns[texts->columns[i]], &texts->cells[i]);
    }
}

static bool put_texts(struct ix_cost_load *load, struct ix_cost_segment *segment,
                      const struct texts *texts) {
    bool put = true;
    for (size_t i = 0; put && i < texts->count; i++) {
        const struct ix_cost_cell *cell = &texts->cells[i];
        put = ix_cost_gather_cell(&segment->columns[texts->columns[i]], segment->lines, cell);
        segment->bytes += cell->text.size;
        digest(load, load->name_hash[texts->columns[i]], cell->hash);
    }
    return put;
}

static bool put_times(struct ix_cost_load *load, struct ix_cost_segment *segment,
                      const struct ix_cost_line *line) {
    return put_time(load, segment, IX_FOCUS_BillingPeriodEnd, line->billing_end_ms) &&
           put_time(load, segment, IX_FOCUS_ChargePeriodStart, line->charge_start_ms) &&
           put_time(load, segment, IX_FOCUS_ChargePeriodEnd, line->charge_end_ms);
}

static bool put_columns(struct ix_cost_load *load, struct ix_cost_segment *segment,
                        const struct ix_cost_line *line) {
    struct texts texts;
    expect_texts(segment, line, &texts);
    bool put = put_amounts(load, segment, line);
    approach_texts(segment, &texts);
    put = put && put_times(load, segment, line);
    arrive_texts(segment, &texts);
    return put && put_number(load, segment, IX_COST_AT_BASIS, line->basis) &&
           put_rounded(segment, line->cost_rounded) && put_texts(load, segment, &texts) &&
           put_tags(load, segment, line);
}

/* A charge without an end is one of its day. */
static void note_end(struct ix_cost_loading *p, const struct ix_cost_line *line) {
    const int64_t begin = line->charge_start_ms;
    const int64_t end = line->charge_end_ms == IX_TIME_UNKNOWN
                            ? ix_cost_period_begin(IX_COST_GRAIN_DAY, begin) + IX_DAY_MS
                            : line->charge_end_ms;
    if (end - begin <= IX_DAY_MS && end > p->until_ms) {
        p->until_ms = end;
    }
    p->until_any_ms = end > p->until_any_ms ? end : p->until_any_ms;
}

enum ix_code ix_cost_load_line(struct ix_cost_load *load, struct ix_cost_loading *p,
                               const struct ix_cost_line *line, struct ix_err *err) {
    struct ix_cost_segment *segment = p->filling->segment;
    load->digest[0] = load->digest[1] = 0;
    if (!put_columns(load, segment, line)) {
        return ix_err_nomem(err);
    }
    enum ix_code code = put_extra(load, segment, line->extra, err);
    struct ix_hash hash = ix_hash_of(ix_sv_of((const char *)load->digest, sizeof load->digest));
    uint64_t halves[2];
    memcpy(halves, hash.bytes, sizeof halves);
    p->digest[0] += halves[0];
    p->digest[1] += halves[1];
    p->lines++;
    p->rounded += line->cost_rounded;
    note_end(p, line);
    segment->lines++;
    return code;
}
