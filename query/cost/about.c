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

static enum ix_code sums_of(struct ix_cost_making *m,
                            void (*select)(struct ix_cost_making *m, struct ix_sql *sql),
                            struct ix_cost_report *ret) {
    struct ix_sql rids;
    ix_sql_init(&rids, m->arena);
    select(m, &rids);
    m->question.rids = &rids;
    enum ix_code code = ix_sql_check(&rids, m->err);
    code = code == IX_OK ? ix_cost_making_sums(m, NULL, ret) : code;
    ix_sql_done(&rids);
    return code;
}

/* Of the lines that name it by this ResourceId, though no inventory knows it. */
static enum ix_code sums_of_stranger(struct ix_cost_making *m, struct ix_cost_report *ret) {
    const struct ix_cost_filter named = {
        .of = {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ResourceId},
        .values = &m->request->of,
        .value_count = 1};
    enum ix_code code = ix_cost_making_filter(m, &named);
    code = code == IX_OK ? ix_cost_making_sums(m, NULL, ret) : code;
    if (code == IX_OK && !ix_json_first(ret->rows)) {
        return ix_err_set(m->err, IX_NOT_FOUND,
                          "there is no resource with this uid, and no bill names it");
    }
    return code;
}

/* The id of a bill that names one known resource is as good as its uid. */
static enum ix_code find_by_bill(struct ix_cost_making *m, struct ix_sv *ret_uid) {
    const struct ix_cost_filter named = {
        .of = {.kind = IX_COST_BY_COLUMN, .column = IX_FOCUS_ResourceId},
        .values = &m->request->of,
        .value_count = 1};
    const struct ix_cost_dimension uid = {.kind = IX_COST_BY_RESOURCE, .stored = IX_STORED_UID};
    const struct ix_cost_question question = {.metric = m->question.metric,
                                              .from_ms = IX_TIME_UNKNOWN,
                                              .until_ms = IX_TIME_UNKNOWN,
                                              .dimensions = &uid,
                                              .dimension_count = 1,
                                              .filters = &named,
                                              .filter_count = 1};
    struct ix_cost_answer answer;
    enum ix_code code = ix_warehouse_cost(m->warehouse, &question, m->arena, &answer, m->err);
    *ret_uid = (struct ix_sv){0};
    for (size_t i = 0; code == IX_OK && i < answer.count; i++) {
        bool same = i == 0 || ix_sv_eq(answer.rows[i].values[0], *ret_uid);
        *ret_uid = same ? answer.rows[i].values[0] : (struct ix_sv){0};
        if (!same) {
            break;
        }
    }
    return code;
}

static enum ix_code read_subject(struct ix_cost_making *m, struct ix_json **ret_subject) {
    struct ix_err unknown = {0};
    struct ix_sv uid = {0};
    enum ix_code code = ix_resource_read(m->warehouse, m->request->of, m->request->now_ms, m->arena,
                                         ret_subject, &unknown);
    if (code != IX_OK && code != IX_NOT_FOUND) {
        *m->err = unknown;
    }
    if (code != IX_NOT_FOUND) {
        return code;
    }
    code = find_by_bill(m, &uid);
    if (code != IX_OK || ix_sv_empty(uid)) {
        return code;
    }
    struct ix_cost_request *of_uid = IX_NEW(m->arena, struct ix_cost_request);
    if (!of_uid) {
        return ix_err_nomem(m->err);
    }
    *of_uid = *m->request;
    of_uid->of = uid;
    m->request = of_uid;
    return ix_resource_read(m->warehouse, uid, m->request->now_ms, m->arena, ret_subject, m->err);
}

/* What nobody knows is IX_NOT_FOUND: that it costs nothing would be a guess. */
static enum ix_code make_about(struct ix_cost_making *m,
                               void (*select)(struct ix_cost_making *m, struct ix_sql *sql),
                               struct ix_cost_report *ret) {
    struct ix_json *subject = NULL;
    if (ix_cost_making_read(m) != IX_OK) {
        return m->err->code;
    }
    if (!ix_sv_empty(m->request->query)) {
        return ix_err_set(m->err, IX_INVALID,
                          "this report is about one resource; leave --query out");
    }
    enum ix_code code = read_subject(m, &subject);
    if (code == IX_OK) {
        code = subject ? sums_of(m, select, ret) : sums_of_stranger(m, ret);
    }
    if (code != IX_OK) {
        return code;
    }
    ix_cost_set(m, ret->meta, "name", ix_json_clone(m->arena, ix_json_get(subject, "name")));
    ix_cost_set(m, ret->meta, "type", ix_json_clone(m->arena, ix_json_get(subject, "type")));
    ix_cost_set(m, ret->meta, "seen",
                ix_json_new_string(m->arena,
                                   subject ? IX_SV("in the inventory") : IX_SV("only in a bill")));
    return ix_arena_check(m->arena, m->err);
}

enum ix_code ix_cost_make_show(struct ix_cost_making *m, struct ix_cost_report *ret) {
    return make_about(m, select_subject, ret);
}

enum ix_code ix_cost_make_tree(struct ix_cost_making *m, struct ix_cost_report *ret) {
    return make_about(m, select_tree, ret);
}
