/* The working set of resources, while stages narrow it: sets that all of its rows are in, and
 * conditions of the row for what no set says. As long as there are only sets it is *bare*: what is
 * counted, or comes first, is then found without any row. */
#include "query/lower_pipeline.h"
#include "query/lower_set.h"

enum { SETS_MAX = IX_SET_JOIN_MAX - 4 }; /* of conditions; the others are asked of rows */

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

static const struct ix_dialect_sets *sets_of(const struct ix_pipeline *p) {
    return p->l.dialect->sets;
}

void ix_working_begin(struct ix_pipeline *p) {
    ix_sql_init(&p->sets, p->l.arena);
    ix_sql_init(&p->text_set, p->l.arena);
    ix_sql_init(&p->rest, p->l.arena);
}

void ix_working_end(struct ix_pipeline *p) {
    ix_sql_done(&p->sets);
    ix_sql_done(&p->text_set);
    ix_sql_done(&p->rest);
}

bool ix_working_is_ranked(const struct ix_pipeline *p) {
    return p->order_count == 0 && p->ranked_count > 0;
}

/* What there was no memory for is there too: it fails whatever it is appended to. */
static bool is_there(const struct ix_sql *sql) {
    return sql->text.size > 0 || sql->text.failed || sql->failed;
}

bool ix_working_is_bare(const struct ix_pipeline *p) {
    return !is_there(&p->rest);
}

/* ---- conditions ---- */

static void before_set(struct ix_pipeline *p) {
    text(&p->sets, p->set_count++ ? ", " : "");
}

static bool add_one(struct ix_pipeline *p, const struct ix_pred *pred) {
    struct ix_sql set;
    enum ix_set_fit fit = IX_SET_UNKNOWN;
    bool done = true;
    if (pred->kind == IX_PRED_TRUE) {
        return true;
    }
    ix_sql_init(&set, p->l.arena);
    if (p->set_count < SETS_MAX) {
        fit = ix_lower_set_of(&p->l, &set, pred);
    }
    if (fit != IX_SET_UNKNOWN) {
        before_set(p);
        ix_sql_append(&p->sets, &set);
    }
    ix_sql_done(&set);
    if (fit != IX_SET_DECIDES) {
        text(&p->rest, " AND ");
        done = ix_lower_pred(&p->l, &p->rest, pred);
    }
    return done && p->l.err->code == IX_OK;
}

/* All at once are one look into the text index. */
static void add_texts(struct ix_pipeline *p, const struct ix_text_query *queries, size_t count,
                      bool is_search) {
    struct ix_sql set;
    if (count == 0) {
        return;
    }
    ix_sql_init(&set, p->l.arena);
    if (!sets_of(p)->text(&set, queries, count)) {
        text(&p->rest, " AND ");
        p->l.dialect->text(&p->rest, queries, count);
    } else if (is_search) {
        ix_sql_append(&p->text_set, &set);
    } else {
        before_set(p);
        ix_sql_append(&p->sets, &set);
    }
    ix_sql_done(&set);
}

bool ix_working_add(struct ix_pipeline *p, const struct ix_pred *pred) {
    bool several = pred->kind == IX_PRED_AND;
    size_t count = several ? pred->list.count : 1;
    struct ix_text_query *queries = ix_arena_array(p->l.arena, count, sizeof *queries);
    size_t query_count = 0;
    bool done = queries != NULL;
    for (size_t i = 0; done && i < count; i++) {
        const struct ix_pred *item = several ? pred->list.items[i] : pred;
        if (ix_lower_is_indexed_text(item)) {
            queries[query_count++] = ix_lower_text_query(item);
        } else {
            done = add_one(p, item);
        }
    }
    if (done) {
        add_texts(p, queries, query_count, pred == p->plan->search);
    }
    return done;
}

/* ---- the set ---- */

/* `found`: the rows come from the text index, which knows its own. */
static void write_set(struct ix_pipeline *p, struct ix_sql *sql, bool found) {
    bool texts = !found && is_there(&p->text_set);
    struct ix_sql list;
    ix_sql_init(&list, p->l.arena);
    sets_of(p)->living(&list, p->l.scope);
    if (p->set_count > 0) {
        text(&list, ", ");
        ix_sql_append(&list, &p->sets);
    }
    if (texts) {
        text(&list, ", ");
        ix_sql_append(&list, &p->text_set);
    }
    if (p->set_count > 0 || texts) {
        sets_of(p)->join(sql, IX_SET_BOTH, &list);
    } else {
        ix_sql_append(sql, &list);
    }
    ix_sql_done(&list);
}

/* The set, or as many of it as are wanted first. */
static void write_first(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_first *first) {
    struct ix_sql set;
    struct ix_sql part;
    ix_sql_init(&set, p->l.arena);
    ix_sql_init(&part, p->l.arena);
    write_set(p, &set, false);
    bool wanted = first && first->count > 0 && ix_working_is_bare(p);
    const struct ix_first_by by = {
        .column = wanted ? first->column : IX_STORED_RID,
        .descending = wanted && first->descending,
        .then_by_name = wanted && first->then_by_name,
    };
    bool cut = wanted && sets_of(p)->first(&part, &set, &by, first->count);
    ix_sql_append(sql, cut ? &part : &set);
    ix_sql_done(&set);
    ix_sql_done(&part);
}

bool ix_working_set(struct ix_pipeline *p, struct ix_sql *sql) {
    bool bare = ix_working_is_bare(p);
    if (bare) {
        write_set(p, sql, false);
    }
    return bare;
}

static void from_index(struct ix_pipeline *p, struct ix_sql *sql, bool rows, int64_t wanted) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    write_set(p, &set, true);
    p->l.dialect->from_ranked(sql, &set, p->ranked, p->ranked_count, rows, wanted);
    ix_sql_done(&set);
}

static void from_set(struct ix_pipeline *p, struct ix_sql *sql, bool rows,
                     const struct ix_first *first) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    write_first(p, &set, first);
    sets_of(p)->from(sql, &set, rows, first ? first->after : 0);
    ix_sql_done(&set);
}

/* What has no condition is passed over as the rows stand, unless only some come first. */
static void from_rows(struct ix_pipeline *p, struct ix_sql *sql, bool rows,
                      const struct ix_first *first) {
    bool sets = p->set_count > 0 || is_there(&p->text_set);
    if (sets || (first && first->count > 0 && ix_working_is_bare(p))) {
        from_set(p, sql, rows, first);
    } else {
        p->l.dialect->from(sql, p->l.scope);
    }
    ix_sql_append(sql, &p->rest);
}

void ix_working_from(struct ix_pipeline *p, struct ix_sql *sql) {
    from_rows(p, sql, true, NULL);
}

void ix_working_from_ordered(struct ix_pipeline *p, struct ix_sql *sql, bool rows,
                             const struct ix_first *first) {
    rows = rows || !ix_working_is_bare(p);
    if (ix_working_is_ranked(p)) {
        from_index(p, sql, rows, ix_working_is_bare(p) ? first->count : 0);
        ix_sql_append(sql, &p->rest);
    } else {
        from_rows(p, sql, rows, first);
    }
}

void ix_working_rids(struct ix_pipeline *p, struct ix_sql *sql) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    if (ix_working_set(p, &set)) {
        sets_of(p)->rids(sql, &set);
    } else {
        text(sql, "SELECT ");
        p->l.dialect->value(sql, IX_STORED_RID);
        text(sql, " ");
        ix_working_from(p, sql);
    }
    ix_sql_done(&set);
}

/* ---- another set ---- */

/* The set stands in front of the statement, and is made once, whatever looks into it. */
static void become_set(struct ix_pipeline *p, const struct ix_sql *set) {
    struct ix_sql named;
    ix_sql_init(&named, p->l.arena);
    text(&named, "SELECT ");
    ix_sql_append(&named, set);
    text(&named, " AS rids");
    ix_lower_hoist(&p->l, &named, "rids");
    ix_working_end(p);
    ix_working_begin(p);
    text(&p->sets, "(");
    ix_sql_append(&p->sets, &named);
    text(&p->sets, ")");
    p->set_count = 1;
    ix_sql_done(&named);
}

void ix_working_become(struct ix_pipeline *p, struct ix_sql rids) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    sets_of(p)->of(&set, &rids);
    become_set(p, &set);
    p->is_frozen = true;
    ix_sql_done(&set);
    ix_sql_done(&rids);
}

void ix_working_settle(struct ix_pipeline *p) {
    struct ix_sql set;
    struct ix_sql rids;
    ix_sql_init(&set, p->l.arena);
    ix_sql_init(&rids, p->l.arena);
    if (!ix_working_set(p, &set)) {
        ix_working_rids(p, &rids);
        sets_of(p)->of(&set, &rids);
    }
    become_set(p, &set);
    ix_sql_done(&set);
    ix_sql_done(&rids);
}
