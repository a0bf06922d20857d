#include "tests/api/called.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const version = "1.2.3";

static const char records[] =
    "{\"record\":\"resource\",\"source\":\"shop\",\"source_kind\":\"terraform\",\"address\":"
    "\"aws_s3_bucket.logs\",\"native_type\":\"aws_s3_bucket\",\"native_id\":\"acme-logs\",\"name\":"
    "\"acme-logs\",\"region\":\"eu-west-1\",\"tags\":{\"env\":\"prod\",\"note\":\"a, \\\"b\\\"\"},"
    "\"properties\":{\"bucket\":\"acme-logs\",\"versioning\":{\"enabled\":true}}}\n"
    "{\"record\":\"resource\",\"source\":\"shop\",\"address\":\"aws_instance.web\",\"native_type\":"
    "\"aws_instance\",\"native_id\":\"i-0123456789abcdef0\",\"name\":\"web\",\"region\":"
    "\"eu-west-1\",\"tags\":{\"env\":\"prod\"},\"properties\":{\"instance_type\":\"t3.micro\"}}\n"
    "{\"record\":\"resource\",\"source\":\"shop\",\"address\":\"aws_instance.api\",\"native_type\":"
    "\"aws_instance\",\"native_id\":\"i-0123456789abcdef1\",\"name\":\"api\",\"region\":"
    "\"us-east-1\",\"tags\":{\"env\":\"test\"},\"properties\":{\"instance_type\":\"m5.large\"}}\n"
    "{\"record\":\"relation\",\"source\":\"shop\",\"from\":\"aws_instance.web\",\"type\":"
    "\"depends_on\",\"to\":\"aws_s3_bucket.logs\"}\n"
    "{\"record\":\"resource\",\"source\":\"net\",\"source_kind\":\"pulumi\",\"address\":\"vpc\","
    "\"native_type\":\"aws_vpc\",\"native_id\":\"vpc-0a1b2c3d\",\"name\":\"main\",\"region\":"
    "\"eu-central-1\",\"properties\":{\"cidr_block\":\"10.0.0.0/16\"}}\n";

/* ---- the folder ---- */

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *at) {
    (void)status;
    (void)flag;
    (void)at;
    return remove(path);
}

void world_init_with(struct world *world, struct ix_api_options options) {
    struct ix_err err = {0};
    *world = (struct world){.options = options};
    snprintf(world->folder, sizeof world->folder, "/tmp/infradex-api-XXXXXX");
    cr_assert(mkdtemp(world->folder));
    world->options.folder = world->folder;
    world->options.version = version;
    ix_arena_init(&world->arena, 0);
    cr_assert_eq(ix_api_open(&world->options, &world->api, &err), IX_OK, "%s", err.text);
    cr_assert_eq(ix_api_worker_open(world->api, &world->worker, &err), IX_OK, "%s", err.text);
}

void world_init(struct world *world) {
    world_init_with(world, (struct ix_api_options){.query_time_ms = 20000, .rows_max = 1000});
}

void world_done(struct world *world) {
    ix_api_response_done(&world->response);
    ix_api_worker_close(world->worker);
    ix_api_close(world->api);
    ix_arena_done(&world->arena);
    nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void world_fill(struct world *world) {
    int status = post(world, "/api/v1/ingest", "application/x-ndjson", records);
    cr_assert_eq(status, 200, "%s", body_text(world));
}

void world_fill_many(struct world *world, int count) {
    struct ix_buf lines = {0};
    for (int i = 0; i < count; i++) {
        ix_buf_printf(&lines,
                      "{\"record\":\"resource\",\"source\":\"many\",\"address\":\"v.n%d\","
                      "\"native_type\":\"aws_ebs_volume\",\"native_id\":\"vol-%08d\",\"name\":"
                      "\"n%d\",\"properties\":{\"size\":%d}}\n",
                      i, i, i, i);
    }
    int status = post(world, "/api/v1/ingest", "application/x-ndjson", ix_buf_cstr(&lines));
    cr_assert_eq(status, 200, "%s", body_text(world));
    ix_buf_done(&lines);
}

/* ---- requests ---- */

static size_t cut_headers(struct ix_sv lines, struct ix_api_header *headers, size_t room) {
    struct ix_sv line;
    size_t count = 0;
    while (ix_sv_split(&lines, '\n', &line)) {
        size_t colon = ix_sv_find_char(line, ':');
        cr_assert(colon != IX_SV_NPOS && count < room);
        headers[count++] = (struct ix_api_header){
            .name = ix_sv_sub(line, 0, colon),
            .value = ix_sv_trim(ix_sv_from(line, colon + 1)),
        };
    }
    return count;
}

int call(struct world *world, const char *method, const char *target, const char *headers,
         struct ix_sv body) {
    struct ix_api_header list[8];
    struct ix_sv whole = ix_sv_cstr(target);
    size_t mark = ix_sv_find_char(whole, '?');
    const struct ix_api_request request = {
        .method = ix_sv_cstr(method),
        .path = ix_sv_sub(whole, 0, mark),
        .query = mark == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(whole, mark + 1),
        .headers = list,
        .header_count = cut_headers(ix_sv_cstr(headers), list, 8),
        .body = body,
        .takes_trailers = !world->is_old,
        .now_ms = WORLD_NOW_MS + world->later_ms,
        .cancelled = &world->cancelled,
    };
    ix_api_response_done(&world->response);
    ix_api_dispatch(world->worker, &request, &world->response);
    return world->response.status;
}

int get_with(struct world *world, const char *target, const char *headers) {
    return call(world, "GET", target, headers, (struct ix_sv){0});
}

int get(struct world *world, const char *target) {
    return get_with(world, target, NULL);
}

int post(struct world *world, const char *target, const char *content_type, const char *body) {
    char headers[128];
    snprintf(headers, sizeof headers, "Content-Type: %s", content_type);
    return call(world, "POST", target, headers, ix_sv_cstr(body));
}

/* ---- responses ---- */

const char *header(struct world *world, const char *name) {
    struct ix_sv wanted = ix_sv_cstr(name);
    for (size_t i = 0; i < world->response.header_count; i++) {
        if (ix_sv_eq_nocase(world->response.headers[i].name, wanted)) {
            return ix_arena_copy(&world->arena, world->response.headers[i].value).data;
        }
    }
    return "";
}

const char *body_text(struct world *world) {
    return ix_arena_printf(&world->arena, "%.*s", IX_SV_FMT(world->response.body)).data;
}

const struct ix_json *body(struct world *world) {
    struct ix_json *node = NULL;
    struct ix_err err = {0};
    cr_assert_eq(ix_json_parse(&world->arena, world->response.body, &node, &err), IX_OK,
                 "%s in: %s", err.text, body_text(world));
    return node;
}

const char *whole_text(struct world *world, int *ret_pieces) {
    struct ix_buf text = {0};
    int pieces = 0;
    bool more = world->response.stream != NULL;
    ix_buf_add(&text, world->response.body);
    for (; more; pieces++) {
        ix_api_stream_next(world->response.stream, world->worker, &text, &more);
    }
    const char *copy = ix_arena_printf(&world->arena, "%.*s", IX_SV_FMT(ix_buf_sv(&text))).data;
    ix_buf_done(&text);
    if (ret_pieces) {
        *ret_pieces = pieces;
    }
    return copy;
}

const char *at(struct world *world, const char *path) {
    const struct ix_json *node = body(world);
    struct ix_sv rest = ix_sv_cstr(path);
    struct ix_sv name;
    struct ix_buf text = {0};
    while (ix_sv_split(&rest, '.', &name)) {
        int64_t index;
        node = ix_sv_to_int64(name, &index) ? ix_json_at(node, (size_t)index)
                                            : ix_json_get_sv(node, name);
    }
    if (node) {
        ix_json_write(&text, node);
    }
    const char *copy = ix_arena_printf(&world->arena, "%.*s", IX_SV_FMT(ix_buf_sv(&text))).data;
    ix_buf_done(&text);
    return copy;
}
