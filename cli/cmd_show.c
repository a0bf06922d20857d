/* `infradex show`: one resource whole, for people and for programs. */
#include <errno.h>

#include "base/yaml.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/resource.h"
#include "indexer/model/record.h"
#include "query/run.h"

/* ---- show ---- */

static enum ix_code add_relations(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                                  struct ix_sv uid, struct ix_json *resource, struct ix_err *err) {
    struct ix_json *relations = ix_json_new_array(invocation->arena);
    struct ix_cursor *cursor;
    enum ix_code code = ix_warehouse_list(warehouse, IX_LIST_RELATIONS, uid, 0, &cursor, err);
    for (bool row = true; code == IX_OK && row;) {
        code = ix_cursor_next(cursor, &row, err);
        if (code == IX_OK && row) {
            ix_json_append(relations, ix_listing_row(invocation->arena, cursor));
        }
    }
    if (code == IX_OK || err->code == IX_OK) {
        ix_cursor_close(cursor);
    }
    ix_json_set(invocation->arena, resource, IX_SV("relations"), relations);
    return code;
}

static enum ix_code find_resource(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                                  struct ix_json **ret_resource, struct ix_err *err) {
    const struct ix_run_query_settings settings = {
        .now_ms = invocation->now_ms,
        .limit = 1,
        .properties = true,
    };
    struct ix_sv uid;
    struct ix_answer *answer;
    enum ix_code code =
        ix_resource_find(invocation, warehouse, invocation->arguments[0], &uid, err);
    if (code != IX_OK) {
        return code;
    }
    struct ix_sv quoted = ix_resource_quote(invocation, uid);
    struct ix_sv text =
        ix_arena_printf(invocation->arena, "deleted:any uid=%.*s", IX_SV_FMT(quoted));
    code = ix_query_run(warehouse, text, &settings, &answer, err);
    if (code != IX_OK) {
        return code;
    }
    code = ix_answer_next(answer, invocation->arena, ret_resource, err);
    ix_answer_close(answer);
    return code == IX_OK ? add_relations(invocation, warehouse, uid, *ret_resource, err) : code;
}

/* What is unknown is left out for people. */
static void drop_nulls(struct ix_json *object) {
    struct ix_json *next;
    for (struct ix_json *n = ix_json_first(object); n; n = next) {
        next = ix_json_next(n);
        if (ix_json_kind(n) == IX_JSON_NULL) {
            ix_json_remove(object, ix_json_key(n));
        }
    }
}

static enum ix_code print_resource(struct ix_invocation *invocation, struct ix_json *resource,
                                   struct ix_err *err) {
    enum ix_output output = ix_output_parse(invocation->settings.output);
    struct ix_buf buf = {0};
    if (output == IX_OUTPUT_CSV) {
        struct ix_list_output list;
        enum ix_code code =
            ix_list_begin(&list, invocation, "uid,name,type,kind,region,account", err);
        code = code == IX_OK ? ix_list_row(&list, resource, err) : code;
        return ix_list_end(&list, err);
    }
    if (output == IX_OUTPUT_JSON || output == IX_OUTPUT_NDJSON) {
        ix_json_write(&buf, resource);
        ix_buf_add_char(&buf, '\n');
    } else {
        drop_nulls(resource);
        ix_yaml_write(&buf, resource);
    }
    enum ix_code code = ix_buf_check(&buf, err);
    if (code == IX_OK) {
        fwrite(buf.data, 1, buf.size, stdout);
    }
    ix_buf_done(&buf);
    return code;
}

int ix_cmd_show(struct ix_invocation *invocation, struct ix_err *err) {
    struct ix_warehouse *warehouse;
    struct ix_json *resource = NULL;
    enum ix_code code = ix_invocation_open(invocation, IX_OPEN_READ, &warehouse, err);
    if (code != IX_OK) {
        return ix_code_exit(code);
    }
    code = find_resource(invocation, warehouse, &resource, err);
    code = code == IX_OK ? print_resource(invocation, resource, err) : code;
    ix_warehouse_close(warehouse);
    return ix_code_exit(code);
}
