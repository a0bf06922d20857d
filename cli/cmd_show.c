/* `infradex show`: one resource whole, for people and for programs. */
#include <errno.h>

#include "base/yaml.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/resource.h"
#include "query/resource.h"

/* ---- show ---- */

static enum ix_code find_resource(struct ix_invocation *invocation, struct ix_warehouse *warehouse,
                                  struct ix_json **ret_resource, struct ix_err *err) {
    struct ix_sv uid;
    enum ix_code code =
        ix_resource_find(invocation, warehouse, invocation->arguments[0], &uid, err);
    if (code == IX_OK) {
        code = ix_resource_read(warehouse, uid, invocation->now_ms, invocation->arena, ret_resource,
                                err);
    }
    return code == IX_OK
               ? ix_resource_add_relations(warehouse, uid, 0, invocation->arena, *ret_resource, err)
               : code;
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
