/* A query with one quoted value. */
#include "query/resource.h"

#include "query/listing.h"
#include "query/run.h"

struct ix_sv ix_query_quote(struct ix_arena *arena, struct ix_sv text) {
    char *quoted = ix_arena_alloc(arena, 2 * text.size + 3);
    size_t size = 0;
    if (!quoted) {
        return (struct ix_sv){0};
    }
    quoted[size++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') {
            quoted[size++] = '\\';
        }
        quoted[size++] = text.data[i];
    }
    quoted[size++] = '"';
    quoted[size] = '\0';
    return ix_sv_of(quoted, size);
}

enum ix_code ix_resource_read(struct ix_warehouse *warehouse, struct ix_sv uid, int64_t now_ms,
                              struct ix_arena *arena, struct ix_json **ret_resource,
                              struct ix_err *err) {
    const struct ix_run_query_settings settings = {
        .now_ms = now_ms,
        .limit = 1,
        .properties = true,
    };
    struct ix_answer *answer;
    struct ix_sv text =
        ix_arena_printf(arena, "deleted:any uid=%.*s", IX_SV_FMT(ix_query_quote(arena, uid)));
    enum ix_code code = ix_query_run(warehouse, text, &settings, &answer, err);
    if (code != IX_OK) {
        return code;
    }
    code = ix_answer_next(answer, arena, ret_resource, err);
    ix_answer_close(answer);
    if (code == IX_OK && !*ret_resource) {
        code = ix_err_set(err, IX_NOT_FOUND, "there is no resource with this uid");
    }
    return code;
}

enum ix_code ix_resource_add_relations(struct ix_warehouse *warehouse, struct ix_sv uid,
                                       int64_t limit, struct ix_arena *arena,
                                       struct ix_json *resource, struct ix_err *err) {
    struct ix_json *relations;
    bool more = false;
    enum ix_code code =
        ix_listing_read(warehouse, IX_LIST_RELATIONS, uid, limit, arena, &relations, &more, err);
    if (code != IX_OK) {
        return code;
    }
    ix_json_set(arena, resource, IX_SV("relations"), relations);
    if (more) {
        ix_json_set(arena, resource, IX_SV("more_relations"), ix_json_new_bool(arena, true));
    }
    return ix_arena_check(arena, err);
}
