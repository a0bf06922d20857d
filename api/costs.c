/* Reports of cost: query/cost_report.h over HTTP. */
#include "api/handlers.h"
#include "query/cost_report.h"

typedef enum ix_code reporting(struct ix_warehouse *warehouse,
                               const struct ix_cost_request *request, struct ix_arena *arena,
                               struct ix_cost_report *ret_report, struct ix_err *err);

static enum ix_code reply_report(struct ix_call *call, reporting *make, struct ix_err *err) {
    const struct ix_arguments *a = &call->arguments;
    const struct ix_cost_request request = {
        .metric = a->metric,
        .by = a->by,
        .where = a->where,
        .in = a->in,
        .from = a->from,
        .until = a->until,
        .order = a->largest_first ? IX_COST_LARGEST_FIRST : IX_COST_BY_VALUES,
        .limit = a->limit,
        .now_ms = call->request->now_ms,
    };
    struct ix_warehouse *reader;
    struct ix_cost_report report = {0};
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    code = code == IX_OK ? make(reader, &request, call->arena, &report, err) : code;
    if (code != IX_OK) {
        return code;
    }
    struct ix_json *answer = ix_json_new_object(call->arena);
    ix_json_set(call->arena, answer, IX_SV("items"), report.rows);
    ix_json_set(call->arena, answer, IX_SV("meta"), report.meta);
    return ix_reply_kept_json(call, 0, answer, err);
}

enum ix_code ix_api_cost_report(struct ix_call *call, struct ix_err *err) {
    return reply_report(call, ix_cost_report, err);
}

enum ix_code ix_api_cost_movers(struct ix_call *call, struct ix_err *err) {
    return reply_report(call, ix_cost_movers, err);
}
