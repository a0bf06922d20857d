/* Counting by columns: `count by` and `facet`.
 *
 * Columns of few values have numbers for them (keys), which are counted over the set without its
 * rows; tags have a table; the others are grouped by their values. */
#include <assert.h>
#include <stdio.h>

#include "query/lower_pipeline.h"

static void text(struct ix_sql *sql, const char *constant) {
    ix_sql_text(sql, constant);
}

static void write_set_from(struct ix_pipeline *p, struct ix_sql *sql) {
    text(sql, " ");
    ix_working_from(p, sql);
}

/* The set, which must be settled or bare. */
static void write_set(struct ix_pipeline *p, struct ix_sql *sql) {
    bool bare = ix_working_set(p, sql);
    assert(bare);
    (void)bare;
}

/* The tally of the columns' keys over the set; false: some column has none. */
static bool write_tally(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *columns,
                        size_t count) {
    enum ix_stored stored[IX_QUERY_ITEMS_MAX];
    struct ix_sql set;
    bool known = count > 0 && count <= IX_TALLY_COLUMNS_MAX;
    for (size_t i = 0; known && i < count; i++) {
        known = ix_lower_column_stored(&columns[i], &stored[i]) && p->l.dialect->has_key(stored[i]);
    }
    if (known && sql) {
        ix_sql_init(&set, p->l.arena);
        write_set(p, &set);
        p->l.dialect->sets->tally(sql, &set, stored, count);
        ix_sql_done(&set);
    }
    return known;
}

static void value_of_key(struct ix_pipeline *p, struct ix_sql *sql, size_t number) {
    char name[24];
    snprintf(name, sizeof name, "g%zu", number);
    p->l.dialect->of_key(sql, name);
}

/* "SELECT c0, …, n … FROM" the tally of the keys. */
static bool count_by_keys(struct ix_pipeline *p, struct ix_sql *sql,
                          const struct ix_column *columns, size_t count) {
    if (!write_tally(p, NULL, columns, count)) {
        return false;
    }
    ix_working_settle(p);
    text(sql, "SELECT ");
    for (size_t i = 0; i < count; i++) {
        value_of_key(p, sql, i);
        text(sql, " AS ");
        ix_pipeline_numbered(sql, 'c', i);
        text(sql, ", ");
        p->cells[i] = IX_CELL_PLAIN;
    }
    text(sql, "n AS ");
    ix_pipeline_numbered(sql, 'c', count);
    text(sql, " FROM (WITH t AS MATERIALIZED (SELECT ");
    (void)write_tally(p, sql, columns, count);
    text(sql, " AS tally) ");
    p->l.dialect->from_tally(sql, "(SELECT tally FROM t)", count);
    text(sql, ") ORDER BY n DESC, ");
    ix_pipeline_numbers(sql, count);
    return true;
}

/* A tag of one class has a table of its own values. */
static bool tag_class_of(const struct ix_column *column, enum ix_tag_class *ret_class) {
    unsigned classes = column->kind == IX_COLUMN_TAG ? column->tag_classes : 0;
    int class_ = 0;
    if (!classes || (classes & (classes - 1))) {
        return false;
    }
    while (!(classes >> class_ & 1)) {
        class_++;
    }
    *ret_class = (enum ix_tag_class)class_;
    return true;
}

static void tally_tag(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *column,
                      enum ix_tag_class class_) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    write_set(p, &set);
    p->l.dialect->sets->tag_tally(sql, class_, column->tag_key, &set);
    ix_sql_done(&set);
}

static bool count_by_tag(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_stage *stage) {
    enum ix_tag_class class_;
    if (stage->column_count != 1 || !tag_class_of(&stage->columns[0], &class_)) {
        return false;
    }
    ix_working_settle(p);
    text(sql, "SELECT g0 AS c0, n AS c1 FROM (");
    tally_tag(p, sql, &stage->columns[0], class_);
    text(sql, ") ORDER BY n DESC, c0");
    p->cells[0] = IX_CELL_JSON;
    return true;
}

static bool count_alone(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_stage *stage) {
    struct ix_sql set;
    ix_sql_init(&set, p->l.arena);
    bool bare = stage->column_count == 0 && ix_working_set(p, &set);
    if (bare) {
        text(sql, "SELECT ");
        p->l.dialect->sets->count(sql, &set);
        text(sql, " AS c0");
    }
    ix_sql_done(&set);
    return bare;
}

static bool count_by_values(struct ix_pipeline *p, struct ix_sql *sql,
                            const struct ix_stage *stage) {
    text(sql, "SELECT ");
    if (!ix_pipeline_columns(p, sql, stage->columns, stage->column_count)) {
        return false;
    }
    text(sql, stage->column_count ? ", count(*) AS " : "count(*) AS ");
    ix_pipeline_numbered(sql, 'c', stage->column_count);
    write_set_from(p, sql);
    if (stage->column_count) {
        text(sql, " GROUP BY ");
        ix_pipeline_numbers(sql, stage->column_count);
        text(sql, " ORDER BY count(*) DESC, ");
        ix_pipeline_numbers(sql, stage->column_count);
    }
    return true;
}

bool ix_pipeline_count(struct ix_pipeline *p, const struct ix_stage *stage) {
    struct ix_sql sql;
    ix_sql_init(&sql, p->l.arena);
    bool done = ix_pipeline_freeze_if_cut(p);
    done = done && (count_alone(p, &sql, stage) ||
                    count_by_keys(p, &sql, stage->columns, stage->column_count) ||
                    count_by_tag(p, &sql, stage) || count_by_values(p, &sql, stage));
    p->column_count = stage->column_count;
    p->cells[p->column_count++] = IX_CELL_PLAIN;
    ix_pipeline_become_rows(p, sql);
    return done;
}

/* "SELECT <tally> AS t0, …": of the columns that have keys. */
static void write_tallies(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_stage *stage) {
    bool any = false;
    for (size_t i = 0; i < stage->column_count; i++) {
        if (write_tally(p, NULL, &stage->columns[i], 1)) {
            text(sql, any ? ", " : "WITH tallies AS MATERIALIZED (SELECT ");
            (void)write_tally(p, sql, &stage->columns[i], 1);
            text(sql, " AS ");
            ix_pipeline_numbered(sql, 't', i);
            any = true;
        }
    }
    text(sql, any ? ") " : "");
}

static bool facet_by_key(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *column,
                         size_t number) {
    char name[48];
    bool has_key = write_tally(p, NULL, column, 1);
    if (has_key) {
        snprintf(name, sizeof name, "(SELECT t%zu FROM tallies)", number);
        value_of_key(p, sql, 0);
        text(sql, " AS c1, n AS c2 FROM (");
        p->l.dialect->from_tally(sql, name, 1);
        text(sql, ")");
    }
    return has_key;
}

static bool facet_by_tag(struct ix_pipeline *p, struct ix_sql *sql,
                         const struct ix_column *column) {
    enum ix_tag_class class_;
    bool tag = tag_class_of(column, &class_);
    if (tag) {
        text(sql, "g0 AS c1, n AS c2 FROM (");
        tally_tag(p, sql, column, class_);
        text(sql, ")");
    }
    return tag;
}

static bool facet_by_value(struct ix_pipeline *p, struct ix_sql *sql,
                           const struct ix_column *column) {
    enum ix_cell cell;
    struct ix_sql value;
    ix_sql_init(&value, p->l.arena);
    bool done = ix_lower_column(&p->l, &value, column, &cell);
    if (done && (cell == IX_CELL_TIME || cell == IX_CELL_AGE || cell == IX_CELL_FLAGS)) {
        ix_err_set_at(p->l.err, IX_UNSUPPORTED, column->begin, column->end,
                      cell == IX_CELL_FLAGS
                          ? "a facet of flags is not part of this version; `count by flag` counts"
                          : "nearly every time is another one; count a span, as in "
                            "created:>now-30d | count");
        done = false;
    }
    text(sql, cell == IX_CELL_TRISTATE ? "CASE " : "");
    ix_sql_append(sql, &value);
    text(sql, cell == IX_CELL_TRISTATE
                  ? " WHEN 2 THEN 'true' WHEN 1 THEN 'false' ELSE 'unknown' END AS c1"
                  : " AS c1");
    text(sql, ", count(*) AS c2");
    write_set_from(p, sql);
    text(sql, " GROUP BY c1");
    ix_sql_done(&value);
    return done;
}

static bool write_facet(struct ix_pipeline *p, struct ix_sql *sql, const struct ix_column *column,
                        int64_t n, size_t number) {
    text(sql, number ? " UNION ALL SELECT * FROM (SELECT " : "SELECT * FROM (SELECT ");
    ix_sql_bind_text(sql, column->name);
    text(sql, " AS c0, ");
    if (!facet_by_key(p, sql, column, number) && !facet_by_tag(p, sql, column) &&
        !facet_by_value(p, sql, column)) {
        return false;
    }
    text(sql, " ORDER BY c2 DESC, c1 LIMIT ");
    ix_sql_bind_int(sql, n);
    text(sql, ")");
    return true;
}

bool ix_pipeline_facet(struct ix_pipeline *p, const struct ix_stage *stage) {
    struct ix_sql sql;
    ix_sql_init(&sql, p->l.arena);
    bool done = ix_pipeline_freeze_if_cut(p);
    ix_working_settle(p);
    write_tallies(p, &sql, stage);
    for (size_t i = 0; done && i < stage->column_count; i++) {
        done = write_facet(p, &sql, &stage->columns[i], stage->n, i);
    }
    p->cells[0] = p->cells[2] = IX_CELL_PLAIN;
    p->cells[1] = IX_CELL_JSON; /* properties and tags are; plain text is let through */
    p->column_count = 3;
    ix_pipeline_become_rows(p, sql);
    return done;
}
