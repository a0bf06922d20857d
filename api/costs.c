/* Reports of cost: query/cost/cost.h over HTTP. */
#include "api/handlers.h"
#include "query/cost/cost.h"

enum { ROWS = 1000 }; /* of reports that would show all */

static struct ix_cost_request request_of(const struct ix_call *call,
                                         const struct ix_cost_verb *verb) {
    const struct ix_arguments *a = &call->arguments;
    return (struct ix_cost_request){
        .metric = a->metric,
        .by = a->by,
        .where = a->where,
        .query = a->query,
        .in = a->in,
        .from = a->from,
        .until = a->until,
        .versus = a->versus,
        .compare = a->compare,
        .of = a->of,
        .text = a->text,
        .text_name = IX_SV("text"),
        .rates = a->rates,
        .rates_name = IX_SV("rates"),
        .limit = a->limit ? a->limit : (verb->limit ? verb->limit : ROWS),
        .now_ms = call->request->now_ms,
    };
}

enum ix_code ix_api_costs(struct ix_call *call, struct ix_err *err) {
    const struct ix_cost_verb *verb;
    struct ix_warehouse *reader;
    struct ix_cost_report report;
    if (ix_cost_verb_find(call->arguments.report, &verb, err) != IX_OK) {
        return err->code;
    }
    const struct ix_cost_request request = request_of(call, verb);
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, err);
    if (code == IX_OK) {
        code = ix_cost_report(reader, verb, &request, call->arena, &report, err);
    }
    if (code != IX_OK) {
        return code;
    }
    struct ix_json *answer = ix_json_new_object(call->arena);
    ix_json_set(call->arena, answer, IX_SV("items"), report.rows);
    ix_json_set(call->arena, answer, IX_SV("meta"), report.meta);
    return ix_reply_kept_json(call, 0, answer, err);
}
