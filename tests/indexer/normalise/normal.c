/* A test that cannot even start aborts: the framework reports it. */
#include "tests/indexer/normalise/normal.h"

#include <stdio.h>
#include <stdlib.h>

void normal_init(struct normal *n, const char *native_type, const char *provider,
                 const char *properties) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    *n = (struct normal){0};
    ix_arena_init(&n->arena, 0);
    if (ix_json_parse(&n->arena, ix_sv_cstr(properties), &node, &err) != IX_OK) {
        fprintf(stderr, "%s: %s\n", properties, err.text);
        abort();
    }
    n->in = (struct ix_resource){
        .source = IX_SV("state"),
        .source_kind = IX_SV("terraform"),
        .address = IX_SV("there"),
        .native_type = ix_sv_cstr(native_type),
        .provider = ix_sv_cstr(provider),
        .native_id = ix_json_get_string(node, "id"),
        .properties = node,
    };
}

void normal_run(struct normal *n) {
    struct ix_err err = {0};
    if (ix_normalise(&n->in, &n->arena, &n->out, &err) != IX_OK) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
}

void normal_done(struct normal *n) {
    ix_arena_done(&n->arena);
}

const char *normal_properties(struct normal *n) {
    struct ix_buf buf = {0};
    ix_json_write(&buf, n->out.properties);
    snprintf(n->text, sizeof n->text, "%.*s", IX_SV_FMT(ix_buf_sv(&buf)));
    ix_buf_done(&buf);
    return n->text;
}

const char *normal_uid(struct normal *n, const char *native_type, const char *provider,
                       const char *properties) {
    normal_init(n, native_type, provider, properties);
    normal_run(n);
    snprintf(n->text, sizeof n->text, "%.*s", IX_SV_FMT(n->out.uid));
    normal_done(n);
    return n->text;
}

const char *normal_kept(struct normal *n, const char *native_type, const char *properties) {
    normal_init(n, native_type, "aws", properties);
    normal_run(n);
    normal_properties(n);
    normal_done(n);
    return n->text;
}
