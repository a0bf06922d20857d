/* A segment being gathered, and its way into the tables.
 *
 * A text goes into cost_text when its column repeats itself, or when roll-ups need its number.
 * Columns where most lines have a value of their own (invoice lines, prices with usage in them)
 * keep their texts in the segment, where they compress well and weigh on nothing else. */
#include "indexer/warehouse/sqlite/cost_store.h"

#include <stdlib.h>

struct ix_cost_segment *ix_cost_segment_new(void) {
    struct ix_cost_segment *segment = calloc(1, sizeof *segment);
    if (segment) {
        ix_arena_init(&segment->arena, 0);
        segment->column_count = IX_COST_AT_EXTRA;
    }
    return segment;
}

void ix_cost_segment_free(struct ix_cost_segment *segment) {
    for (size_t i = 0; segment && i < segment->column_count; i++) {
        ix_cost_gather_done(&segment->columns[i]);
    }
    for (size_t i = 0; segment && i < IX_COST_METRIC_COUNT; i++) {
        ix_cost_amounts_done(&segment->amounts[i]);
    }
    if (segment) {
        ix_arena_done(&segment->arena);
    }
    free(segment);
}

void ix_cost_segment_clear(struct ix_cost_segment *segment) {
    for (size_t i = 0; i < segment->column_count; i++) {
        ix_cost_gather_clear(&segment->columns[i]);
        segment->numbers[i] = NULL;
    }
    for (size_t i = 0; i < IX_COST_METRIC_COUNT; i++) {
        ix_cost_amounts_clear(&segment->amounts[i]);
    }
    ix_arena_reset(&segment->arena);
    segment->lines = 0;
    segment->bytes = 0;
}

/* ---- writing ---- */

void ix_cost_writer_done(struct ix_cost_writer *writer) {
    for (size_t i = 0; writer->tags && i < IX_COST_TAGS_MAX; i++) {
        ix_cost_gather_done(&writer->tags[i]);
    }
    free(writer->tags);
    ix_zstd_free(writer->zstd);
    ix_buf_done(&writer->plain);
    ix_buf_done(&writer->packed);
}

bool ix_cost_is_numbered(size_t column) {
    return ix_cost_level_has(IX_COST_RESOURCE_MONTH, column);
}

static bool stays_in_segment(const struct ix_cost_segment *segment, size_t column) {
    enum { FEW = 256 };
    const struct ix_cost_gather *g = &segment->columns[column];
    return g->count > FEW && g->count > segment->lines / 2 && !ix_cost_is_numbered(column);
}

static enum ix_code number_texts(struct ix_cost_writer *w, struct ix_cost_segment *segment,
                                 size_t column, struct ix_err *err) {
    const struct ix_cost_gather *g = &segment->columns[column];
    int64_t *numbers = ix_arena_alloc(&segment->arena, g->count * sizeof *numbers);
    enum ix_code code = ix_arena_check(&segment->arena, err);
    for (uint32_t i = 0; code == IX_OK && i < g->count; i++) {
        code = ix_cost_names_text(&w->names, ix_cost_gather_entry(g, i), g->entries[i].hash,
                                  &numbers[i], err);
    }
    segment->numbers[column] = numbers;
    return code;
}

enum ix_code ix_cost_segment_put(struct ix_cost_writer *w, int64_t seg, size_t column,
                                 struct ix_err *err) {
    int64_t cid = 0;
    if (ix_cost_names_column(&w->names, column, &cid, err) != IX_OK) {
        return err->code;
    }
    sqlite3_stmt *s = ix_sqlite_statement(w->e, IX_STATEMENT_COST_DATA_ADD, err);
    if (!s) {
        return err->code;
    }
    sqlite3_bind_int64(s, 1, (seg << IX_COST_CID_BITS) | cid);
    sqlite3_bind_blob64(s, 2, w->packed.data, w->packed.size, SQLITE_STATIC);
    return ix_sqlite_run_statement(w->e, s, err);
}

static enum ix_code write_column(struct ix_cost_writer *w, struct ix_cost_segment *segment,
                                 int64_t seg, size_t column, struct ix_err *err) {
    struct ix_cost_gather *g = &segment->columns[column];
    enum ix_code code = IX_OK;
    if (g->count == 0) {
        return IX_OK; /* nothing but nulls */
    }
    ix_cost_gather_pad(g, segment->lines);
    if (g->is_text && !stays_in_segment(segment, column)) {
        code = number_texts(w, segment, column, err);
    }
    if (code == IX_OK) {
        code = ix_cost_gather_write(g, segment->lines, segment->numbers[column], w->zstd, &w->plain,
                                    &w->packed, err);
    }
    return code == IX_OK ? ix_cost_segment_put(w, seg, column, err) : code;
}

/* When the charges of the segment begin. */
static void charge_range(const struct ix_cost_segment *segment, int64_t *ret_first,
                         int64_t *ret_last) {
    const struct ix_cost_gather *g = &segment->columns[IX_FOCUS_ChargePeriodStart];
    *ret_first = INT64_MAX;
    *ret_last = INT64_MIN;
    for (uint32_t i = 0; i < g->count; i++) {
        int64_t at = g->entries[i].number;
        *ret_first = at < *ret_first ? at : *ret_first;
        *ret_last = at > *ret_last ? at : *ret_last;
    }
}

static enum ix_code add_segment(struct ix_cost_writer *w, const struct ix_cost_segment *segment,
                                enum ix_cost_level level, int64_t *ret_seg, struct ix_err *err) {
    int64_t first = 0;
    int64_t last = 0;
    sqlite3_stmt *s = ix_sqlite_statement(w->e, IX_STATEMENT_COST_SEGMENT_ADD, err);
    if (!s) {
        return err->code;
    }
    charge_range(segment, &first, &last);
    sqlite3_bind_int64(s, 1, segment->pid);
    sqlite3_bind_int(s, 2, level);
    sqlite3_bind_int64(s, 3, segment->lines);
    sqlite3_bind_int64(s, 4, first);
    sqlite3_bind_int64(s, 5, last);
    enum ix_code code = ix_sqlite_run_statement(w->e, s, err);
    *ret_seg = sqlite3_last_insert_rowid(w->e->db);
    return code;
}

static enum ix_code write_tags(struct ix_cost_writer *w, struct ix_cost_segment *segment,
                               int64_t seg, struct ix_err *err) {
    const struct ix_cost_gather *g = &segment->columns[IX_FOCUS_Tags];
    struct ix_sv *sets = ix_arena_alloc(&segment->arena, (g->count + 1) * sizeof *sets);
    if (!sets) {
        return ix_err_nomem(err);
    }
    for (uint32_t i = 0; i < g->count; i++) {
        sets[i] = ix_cost_gather_entry(g, i);
    }
    return ix_cost_tags_write(
        w, seg, &(struct ix_cost_tag_sets){sets, g->count, g->codes, segment->lines}, err);
}

enum ix_code ix_cost_segment_write(struct ix_cost_writer *w, struct ix_cost_segment *segment,
                                   enum ix_cost_level level, struct ix_err *err) {
    int64_t seg = 0;
    enum ix_code code = add_segment(w, segment, level, &seg, err);
    for (size_t i = 0; code == IX_OK && i < segment->column_count; i++) {
        code = write_column(w, segment, seg, i, err);
    }
    for (size_t i = 0; code == IX_OK && i < IX_COST_METRIC_COUNT; i++) {
        code = ix_cost_amounts_write(&segment->amounts[i], segment->lines, w->zstd, &w->plain,
                                     &w->packed, err);
        code = code == IX_OK
                   ? ix_cost_segment_put(w, seg, ix_cost_metric_column((enum ix_cost_metric)i), err)
                   : code;
    }
    return code == IX_OK && level == IX_COST_LINES ? write_tags(w, segment, seg, err) : code;
}
