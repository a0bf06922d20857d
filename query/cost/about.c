/* What one resource costs, alone or with all that is under it. */
#include "query/ast.h"
#include "query/cost/making.h"
#include "query/resource.h"

/* "SELECT <rid> …" of the resource that the report is about. */
static void select_subject(struct ix_cost_making *m, struct ix_sql *sql) {
    const struct ix_dialect *dialect = ix_warehouse_dialect(m->warehouse);
    dialect->resources(sql, IX_SCOPE_WITH_DELETED);
    ix_sql_text(sql, " AND ");
    dialect->is(sql, IX_SCOPE_WITH_DELETED, IX_STORED_UID, m->request->of, false);
}

/* It, and what stands under it, belongs to it, is owned by it or was made to need it, over any
 * number of steps. The engine gives each of them once. */
static void select_tree(struct ix_cost_making *m, struct ix_sql *sql) {
    static const struct ix_sv types[] = {
        {"parent", 6}, {"in_stack", 8}, {"owner", 5}, {"depends_on", 10}};
    const struct ix_edge_query under = {.types = types,
                                        .type_count = sizeof types / sizeof *types,
                                        .declared = true,
                                        .inferred = true,
                                        .in = true};
    struct ix_sql subject;
    ix_sql_init(&subject, m->arena);
    select_subject(m, &subject);
    ix_warehouse_dialect(m->warehouse)->reach(sql, &subject, &under, 0, IX_HOP_DEPTH_MAX);
    ix_sql_done(&subject);
}

/* Of the lines of the resources that `select` gives. Unknown resources are IX_NOT_FOUND: that they
 * cost nothing would be a guess. */
static enum ix_code make_about(struct ix_cost_making *m,
                               void (*select)(struct ix_cost_making *m, struct ix_sql *sql),
                               struct ix_cost_report *ret) {
    struct ix_json *subject;
    struct ix_sql rids;
    if (ix_cost_making_read(m) != IX_OK ||
        ix_resource_read(m->warehouse, m->request->of, m->request->now_ms, m->arena, &subject,
                         m->err) != IX_OK) {
        return m->err->code;
    }
    if (!ix_sv_empty(m->request->query)) {
        return ix_err_set(m->err, IX_INVALID,
                          "this report is about one resource; leave --query out");
    }
    ix_sql_init(&rids, m->arena);
    select(m, &rids);
    m->question.rids = &rids;
    enum ix_code code = ix_sql_check(&rids, m->err);
    code = code == IX_OK ? ix_cost_making_sums(m, NULL, ret) : code;
    ix_sql_done(&rids);
    if (code == IX_OK) {
        ix_cost_set(m, ret->meta, "name", ix_json_clone(m->arena, ix_json_get(subject, "name")));
        ix_cost_set(m, ret->meta, "type", ix_json_clone(m->arena, ix_json_get(subject, "type")));
    }
    return code == IX_OK ? ix_arena_check(m->arena, m->err) : code;
}

enum ix_code ix_cost_make_show(struct ix_cost_making *m, struct ix_cost_report *ret) {
    return make_about(m, select_subject, ret);
}

enum ix_code ix_cost_make_tree(struct ix_cost_making *m, struct ix_cost_report *ret) {
    return make_about(m, select_tree, ret);
}
