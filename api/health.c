/* Is it alive, is it ready: for whoever restarts the server or sends it requests. */
#include "api/handlers.h"
#include "base/json_writer.h"

enum ix_code ix_api_livez(struct ix_call *call, struct ix_err *err) {
    (void)err;
    ix_reply_text(call, 200, ix_media_content_type(IX_MEDIA_JSON), IX_SV("{\"status\":\"ok\"}\n"));
    ix_reply_never_keep(call);
    return IX_OK;
}

static enum ix_code not_ready(struct ix_call *call, const struct ix_err *why) {
    ix_reply_http_problem(call, 503, ix_code_name(why->code), why);
    return IX_OK;
}

enum ix_code ix_api_readyz(struct ix_call *call, struct ix_err *err) {
    struct ix_warehouse *reader;
    struct ix_err why = {0};
    int64_t generation;
    enum ix_code code = ix_worker_reader(call->worker, call->request->cancelled, &reader, &why);
    code = code == IX_OK ? ix_warehouse_generation(reader, &generation, &why) : code;
    if (code != IX_OK) {
        return not_ready(call, &why);
    }
    struct ix_json *node = ix_json_new_object(call->arena);
    ix_json_set_string(call->arena, node, "status", IX_SV("ok"));
    ix_json_set(call->arena, node, IX_SV("generation"), ix_json_new_int64(call->arena, generation));
    code = ix_reply_json(call, node, err);
    ix_reply_never_keep(call);
    return code;
}

enum ix_code ix_api_metrics(struct ix_call *call, struct ix_err *err) {
    struct ix_buf buf = {0};
    if (!ix_api_write_metrics(call->api, &buf)) {
        return ix_err_set(err, IX_NOT_FOUND, "nobody keeps metrics here");
    }
    ix_reply_never_keep(call);
    return ix_reply_buf(call, ix_media_content_type(IX_MEDIA_METRICS), &buf, err);
}
