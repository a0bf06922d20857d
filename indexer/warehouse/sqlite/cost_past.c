/* What resources had on the day of a charge: tags, owner and team, stack, project, who managed
 * them.
 *
 * The history says until when a value held. Most resources never changed it, and most segments have
 * none that did: those take the value of today. In the others lines of one resource may have
 * different values, so codes are given anew, by resource and time. */
#include <stdlib.h>

#include "indexer/model/property.h"
#include "indexer/warehouse/sqlite/cost_scan.h"

/* ---- reading the history ---- */

static struct ix_cost_past *new_past(struct ix_cost_values *v, size_t *capacity,
                                     struct ix_err *err) {
    enum { FIRST = 256 };
    if (v->past_count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : FIRST;
        struct ix_cost_past *past = realloc(v->past, larger * sizeof *past);
        if (!past) {
            ix_err_nomem(err);
            return NULL;
        }
        v->past = past;
        *capacity = larger;
    }
    struct ix_cost_past *past = &v->past[v->past_count++];
    *past = (struct ix_cost_past){0};
    return past;
}

/* `whole`: the path of all tags together, of which `quoted` is the one; empty for what is no tag.
 */
struct reading {
    struct ix_sv path, whole, quoted;
};

static enum ix_code add_past(struct ix_cost_scan *scan, struct ix_cost_values *v, sqlite3_stmt *s,
                             const struct reading *r, size_t *capacity, struct ix_err *err) {
    struct ix_cost_past *past = new_past(v, capacity, err);
    if (!past) {
        return err->code;
    }
    struct ix_sv old = ix_sqlite_text(s, 3);
    bool all_tags = !ix_sv_empty(r->whole) && ix_sv_eq(ix_sqlite_text(s, 2), r->whole);
    past->rid = sqlite3_column_int64(s, 0);
    past->until_ms = sqlite3_column_int64(s, 1);
    return ix_cost_values_json_number(scan, v, all_tags ? ix_cost_json_member(old, r->quoted) : old,
                                      &past->number, err);
}

static void bind_from(const struct ix_cost_scan *scan, sqlite3_stmt *s) {
    const int64_t from = scan->question->from_ms;
    sqlite3_bind_int64(s, 1, from == IX_TIME_UNKNOWN ? INT64_MIN : from);
}

static enum ix_code read_changes(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                 const struct reading *r, struct ix_err *err) {
    static const char changes[] = "SELECT rid, at, path, old FROM change WHERE op = 'changed' "
                                  "AND path IN (?3, ?2) AND at > ?1 ORDER BY rid, at, cid";
    sqlite3_stmt *s = NULL;
    size_t capacity = 0;
    bool row = true;
    enum ix_code code = IX_OK;
    if (sqlite3_prepare_v2(scan->e->db, changes, -1, &s, NULL) != SQLITE_OK) {
        return ix_sqlite_fail(scan->e, "the history of tags", err);
    }
    bind_from(scan, s);
    ix_sqlite_bind_text(s, 2, r->path);
    ix_sqlite_bind_text(s, 3, r->whole);
    while (code == IX_OK && row) {
        code = ix_sqlite_step(scan->e, s, &row, err);
        code = code == IX_OK && row ? add_past(scan, v, s, r, &capacity, err) : code;
    }
    sqlite3_finalize(s);
    return code;
}

/* ---- owner and team: the first of several tags ---- */

static bool add_path(struct ix_sql *sql, enum ix_tag_class class_, struct ix_sv word) {
    struct ix_buf path = {0};
    ix_buf_add_cstr(&path, ix_tag_class_name(class_));
    if (!ix_sv_empty(word)) {
        ix_property_path_add(&path, word);
    }
    ix_sql_text(sql, ", ");
    ix_sql_bind_text(sql, ix_buf_sv(&path));
    bool done = !path.failed;
    ix_buf_done(&path);
    return done;
}

/* Whole states that ended with a change of one of the tags: which of them was the first then, no
 * single change says. Keys are compared in any case, as those of today are. */
static bool write_states(struct ix_sql *sql, const struct ix_cost_values *v, int64_t from_ms) {
    static const enum ix_tag_class classes[] = {IX_TAG, IX_LABEL};
    bool done = true;
    ix_sql_text(sql, "SELECT v.rid, v.until, v.state FROM version v WHERE (v.rid, v.until) IN "
                     "(SELECT c.rid, c.at FROM change c WHERE c.op = 'changed' AND c.at > ");
    ix_sql_bind_int(sql, from_ms);
    ix_sql_text(sql, " AND c.path COLLATE NOCASE IN (''");
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct ix_sv rest = v->of.key;
        struct ix_sv word;
        done = done && add_path(sql, classes[i], (struct ix_sv){0});
        while (done && ix_sv_split(&rest, ' ', &word)) {
            done = add_path(sql, classes[i], word);
        }
    }
    ix_sql_text(sql, ")) ORDER BY v.rid, v.until, v.until_run");
    return done;
}

static enum ix_code add_state(struct ix_cost_scan *scan, struct ix_cost_values *v, sqlite3_stmt *s,
                              struct ix_arena *arena, size_t *capacity, struct ix_err *err) {
    struct ix_cost_past *past = new_past(v, capacity, err);
    struct ix_json *state = NULL;
    struct ix_buf value = {0};
    ix_arena_reset(arena);
    if (!past || ix_json_parse(arena, ix_sqlite_text(s, 2), &state, err) != IX_OK) {
        return err->code;
    }
    past->rid = sqlite3_column_int64(s, 0);
    past->until_ms = sqlite3_column_int64(s, 1);
    const struct ix_json *found = ix_cost_values_tagged(v, ix_json_get(state, "tags"));
    if (found) {
        ix_json_write(&value, found);
    }
    enum ix_code code = ix_buf_check(&value, err);
    code = code == IX_OK
               ? ix_cost_values_json_number(scan, v, ix_buf_sv(&value), &past->number, err)
               : code;
    ix_buf_done(&value);
    return code;
}

static enum ix_code read_states(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                struct ix_err *err) {
    const int64_t from = scan->question->from_ms;
    struct ix_arena arena;
    struct ix_sql sql;
    sqlite3_stmt *s = NULL;
    size_t capacity = 0;
    bool row = true;
    ix_arena_init(&arena, 0);
    ix_sql_init(&sql, scan->arena);
    bool written = write_states(&sql, v, from == IX_TIME_UNKNOWN ? INT64_MIN : from);
    enum ix_code code = written ? ix_sql_check(&sql, err) : ix_err_nomem(err);
    code = code == IX_OK ? ix_sqlite_prepare(scan->e, &sql, "", &s, err) : code;
    while (code == IX_OK && row) {
        code = ix_sqlite_step(scan->e, s, &row, err);
        code = code == IX_OK && row ? add_state(scan, v, s, &arena, &capacity, err) : code;
    }
    sqlite3_finalize(s);
    ix_sql_done(&sql);
    ix_arena_done(&arena);
    return code;
}

/* ---- one tag, one fact ---- */

static enum ix_code read_tag(struct ix_cost_scan *scan, struct ix_cost_values *v,
                             struct ix_err *err) {
    struct ix_sv whole = ix_sv_cstr(ix_tag_class_name(v->of.tag_class));
    struct ix_buf path = {0};
    struct ix_buf quoted = {0};
    ix_buf_add(&path, whole);
    ix_property_path_add(&path, v->of.key);
    ix_json_write_string(&quoted, v->of.key);
    enum ix_code code = ix_buf_check(&path, err);
    code = code == IX_OK ? ix_buf_check(&quoted, err) : code;
    if (code == IX_OK) {
        const struct reading r = {ix_buf_sv(&path), whole, ix_buf_sv(&quoted)};
        code = read_changes(scan, v, &r, err);
    }
    ix_buf_done(&path);
    ix_buf_done(&quoted);
    return code;
}

/* What a thing is and where does not change; that more is known of it than before is no change of
 * it. Whose it is does. */
static const char *fact_that_changes(enum ix_stored stored) {
    return stored == IX_STORED_STACK        ? "stack"
           : stored == IX_STORED_PROJECT    ? "project"
           : stored == IX_STORED_MANAGED_BY ? "managed_by"
                                            : NULL;
}

enum ix_code ix_cost_past_begin(struct ix_cost_scan *scan, struct ix_cost_values *v,
                                struct ix_err *err) {
    if (v->of.kind == IX_COST_BY_RESOURCE_TAG) {
        return read_tag(scan, v, err);
    }
    if (v->of.kind == IX_COST_BY_RESOURCE_TAGGED) {
        return read_states(scan, v, err);
    }
    const char *fact = fact_that_changes(v->of.stored);
    const struct reading r = {.path = fact ? ix_sv_cstr(fact) : (struct ix_sv){0}};
    return fact ? read_changes(scan, v, &r, err) : IX_OK;
}

/* ---- codes by resource and time ---- */

/* The place of the resource's first change; past_count: it has none. */
static size_t first_of(const struct ix_cost_values *v, int64_t rid) {
    size_t low = 0;
    size_t high = v->past_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->past[middle].rid < rid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < v->past_count && v->past[low].rid == rid ? low : v->past_count;
}

struct recoding {
    const struct ix_cost_values *v;
    const struct ix_cost_column *joined, *times;
    const uint32_t *map; /* of today */
    size_t *first;       /* by the code of a resource */
    uint16_t *of_code;   /* the new code of one that has the value of today; 0: none yet */
    uint16_t *of_past;   /* the same of a change's old value */
    uint16_t *codes;
    uint32_t *values; /* by new code */
    uint32_t count;
};

/* The change that the line lies before; past_count: none. */
static size_t change_after(const struct recoding *r, uint16_t code, uint32_t line) {
    const struct ix_cost_values *v = r->v;
    const uint16_t time = r->times->codes ? r->times->codes[line] : 0;
    const int64_t rid = r->joined->numbers[code - 1];
    size_t at = time ? r->first[code] : v->past_count;
    while (at < v->past_count && v->past[at].rid == rid &&
           v->past[at].until_ms <= r->times->numbers[time - 1]) {
        at++;
    }
    return at < v->past_count && v->past[at].rid == rid ? at : v->past_count;
}

static void recode_line(struct recoding *r, uint32_t line) {
    const uint16_t code = r->joined->codes[line];
    if (code == 0) {
        r->codes[line] = 0;
        return;
    }
    const size_t change = change_after(r, code, line);
    const bool past = change < r->v->past_count;
    uint16_t *known = past ? &r->of_past[change] : &r->of_code[code];
    if (*known == 0) { /* there are no more than lines */
        *known = (uint16_t)++r->count;
        r->values[r->count] = past ? r->v->past[change].number : r->map[code];
    }
    r->codes[line] = *known;
}

enum ix_code ix_cost_past_map(struct ix_cost_scan *scan, const struct ix_cost_values *v,
                              const struct ix_cost_column *joined, struct ix_cost_mapped *mapped,
                              struct ix_err *err) {
    struct ix_arena *arena = &scan->part.arena;
    struct recoding r = {.v = v, .joined = joined, .map = mapped->map};
    bool any = false;
    r.first = ix_arena_alloc(arena, ((size_t)joined->count + 1) * sizeof *r.first);
    enum ix_code code = ix_arena_check(arena, err);
    for (uint32_t i = 0; code == IX_OK && i < joined->count; i++) {
        r.first[i + 1] = first_of(v, joined->numbers[i]);
        any |= r.first[i + 1] < v->past_count;
    }
    if (code != IX_OK || !any) {
        return code;
    }
    code = ix_cost_part_column(scan, IX_FOCUS_ChargePeriodStart, &r.times, err);
    r.of_code = ix_arena_zalloc(arena, ((size_t)joined->count + 1) * sizeof *r.of_code);
    r.of_past = ix_arena_zalloc(arena, v->past_count * sizeof *r.of_past);
    r.codes = ix_arena_alloc(arena, ((size_t)scan->part.lines + 1) * sizeof *r.codes);
    r.values = ix_arena_alloc(arena, ((size_t)scan->part.lines + 1) * sizeof *r.values);
    code = code == IX_OK ? ix_arena_check(arena, err) : code;
    if (code != IX_OK) {
        return code;
    }
    r.values[0] = r.map[0];
    for (uint32_t i = 0; i < scan->part.lines; i++) {
        recode_line(&r, i);
    }
    *mapped = (struct ix_cost_mapped){.codes = r.codes, .greatest = r.count, .map = r.values};
    return IX_OK;
}
