/* Finding one resource is a query like any other, so that it finds what a search would. */
#include "cli/resource.h"

#include "query/resource.h"
#include "query/run.h"

enum { SHOWN = 5 };

/* Uids of what one field finds; at most SHOWN + 1. */
static enum ix_code find_by(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                            const char *field, struct ix_sv name, struct ix_sv *uids,
                            size_t *ret_count, struct ix_err *err) {
    const struct ix_run_query_settings settings = {.now_ms = invocation->now_ms,
                                                   .limit = SHOWN + 1};
    struct ix_sv quoted = ix_query_quote(invocation->arena, name);
    struct ix_sv text =
        ix_arena_printf(invocation->arena, "deleted:any %s=%.*s", field, IX_SV_FMT(quoted));
    struct ix_answer *answer;
    enum ix_code code = ix_query_run(warehouse, text, &settings, &answer, err);
    if (code != IX_OK) {
        return code;
    }
    for (*ret_count = 0; *ret_count <= SHOWN; ++*ret_count) {
        struct ix_json *row;
        code = ix_answer_next(answer, invocation->arena, &row, err);
        if (code != IX_OK || !row) {
            break;
        }
        uids[*ret_count] = ix_json_get_string(row, "uid");
    }
    ix_answer_close(answer);
    return code;
}

static enum ix_code several(struct ix_sv name, const struct ix_sv *uids, size_t count,
                            struct ix_err *err) {
    struct ix_buf list = {0};
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        ix_buf_printf(&list, "\n  %.*s", IX_SV_FMT(uids[i]));
    }
    enum ix_code code =
        ix_err_set(err, IX_INVALID, "several are called %.*s; name one by its uid:%.*s%s",
                   IX_SV_FMT(name), IX_SV_FMT(ix_buf_sv(&list)), count > SHOWN ? "\n  ..." : "");
    ix_buf_done(&list);
    return code;
}

enum ix_code ix_resource_find(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                              struct ix_sv name, struct ix_sv *ret_uid, struct ix_err *err) {
    static const char *const fields[] = {"uid", "id", "address", "name"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct ix_sv uids[SHOWN + 1];
        size_t count;
        enum ix_code code = find_by(invocation, warehouse, fields[i], name, uids, &count, err);
        if (code != IX_OK) {
            return code;
        }
        if (count == 1) {
            *ret_uid = uids[0];
            return IX_OK;
        }
        if (count > 1) {
            return several(name, uids, count, err);
        }
    }
    return ix_err_set(err, IX_NOT_FOUND, "nothing is called %.*s; try: infradex search %.*s",
                      IX_SV_FMT(name), IX_SV_FMT(name));
}
