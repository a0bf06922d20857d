/* Requests: whatever is asked, dispatch answers with a status, headers that are one line each, and
 * a body that is what its type says. The input is a request as text: method and target in the first
 * line, headers in the next ones, an empty line, the body.
 *
 * The warehouse behind it is small and held by a writer, so that nothing can be written. */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "base/json.h"
#include "indexer/warehouse/warehouse.h"

enum { HEADERS_MAX = 16, PIECES_MAX = 3, QUERY_MS = 500 };

static const char records[] =
    "{\"record\":\"resource\",\"source\":\"s\",\"address\":\"aws_instance.web\",\"native_type\":"
    "\"aws_instance\",\"name\":\"web\",\"region\":\"eu-west-1\",\"tags\":{\"env\":\"prod\"},"
    "\"properties\":{\"size\":5,\"disks\":[{\"gb\":8}]}}\n"
    "{\"record\":\"resource\",\"source\":\"s\",\"address\":\"aws_vpc.main\",\"native_type\":"
    "\"aws_vpc\",\"name\":\"main\",\"native_id\":\"vpc-1\"}\n"
    "{\"record\":\"relation\",\"source\":\"s\",\"from\":\"aws_instance.web\",\"type\":"
    "\"depends_on\",\"to\":\"aws_vpc.main\"}\n";

static char folder[] = "/tmp/infradex-fuzz-XXXXXX";
static struct ix_api *api;
static struct ix_api_worker *worker;

static void must(bool holds) {
    if (!holds) {
        abort();
    }
}

/* ---- the world ---- */

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *at) {
    (void)status;
    (void)flag;
    (void)at;
    return remove(path);
}

static void remove_folder(void) {
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void fill(void) {
    const struct ix_api_header type = {IX_SV("Content-Type"), IX_SV("application/x-ndjson")};
    const struct ix_api_request request = {
        .method = IX_SV("POST"),
        .path = IX_SV("/api/v1/ingest"),
        .headers = &type,
        .header_count = 1,
        .body = IX_SV(records),
    };
    struct ix_api_response response;
    ix_api_dispatch(worker, &request, &response);
    must(response.status == 200);
    ix_api_response_done(&response);
}

static void set_up(void) {
    static struct ix_warehouse *writer; /* kept: nobody else may write */
    struct ix_err err = {0};
    must(mkdtemp(folder) != NULL);
    atexit(remove_folder);
    const struct ix_api_options options = {
        .folder = folder,
        .version = "0",
        .query_time_ms = QUERY_MS,
        .rows_max = 100,
    };
    const struct ix_open_options holds = {.mode = IX_OPEN_WRITE_EXISTING};
    must(ix_api_open(&options, &api, &err) == IX_OK);
    must(ix_api_worker_open(api, &worker, &err) == IX_OK);
    fill();
    must(ix_warehouse_open(folder, &holds, &writer, &err) == IX_OK);
}

/* ---- requests ---- */

static struct ix_sv cut_line(struct ix_sv *rest) {
    size_t end = ix_sv_find_char(*rest, '\n');
    struct ix_sv line = ix_sv_sub(*rest, 0, end);
    *rest = end == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(*rest, end + 1);
    return line;
}

static void cut_target(struct ix_sv target, struct ix_api_request *request) {
    size_t mark = ix_sv_find_char(target, '?');
    request->path = ix_sv_sub(target, 0, mark);
    request->query = mark == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(target, mark + 1);
}

static void cut_request(struct ix_sv text, struct ix_api_header *headers,
                        struct ix_api_request *request) {
    struct ix_sv first = cut_line(&text);
    size_t space = ix_sv_find_char(first, ' ');
    request->method = ix_sv_sub(first, 0, space);
    cut_target(space == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(first, space + 1), request);
    request->headers = headers;
    while (!ix_sv_empty(text) && request->header_count < HEADERS_MAX) {
        struct ix_sv line = cut_line(&text);
        size_t colon = ix_sv_find_char(line, ':');
        if (ix_sv_empty(line) || colon == IX_SV_NPOS) {
            break;
        }
        headers[request->header_count++] =
            (struct ix_api_header){ix_sv_sub(line, 0, colon), ix_sv_from(line, colon + 1)};
    }
    request->body = text;
}

/* ---- responses ---- */

static struct ix_sv header(const struct ix_api_response *response, const char *name) {
    for (size_t i = 0; i < response->header_count; i++) {
        if (ix_sv_eq_cstr(response->headers[i].name, name)) {
            return response->headers[i].value;
        }
    }
    return (struct ix_sv){0};
}

static void check_headers(const struct ix_api_response *response) {
    for (size_t i = 0; i < response->header_count; i++) {
        struct ix_sv value = response->headers[i].value;
        for (size_t c = 0; c < value.size; c++) {
            must((unsigned char)value.data[c] >= 0x20 && value.data[c] != 0x7F);
        }
    }
}

static void check_body(const struct ix_api_response *response) {
    struct ix_sv type = header(response, "Content-Type");
    bool json = ix_sv_eq(type, IX_SV("application/json")) ||
                ix_sv_eq(type, IX_SV("application/problem+json"));
    must(json || response->status < 300 || response->status == 304);
    if (json && ix_sv_empty(header(response, "Content-Encoding"))) {
        struct ix_arena arena;
        struct ix_json *node;
        struct ix_err err = {0};
        ix_arena_init(&arena, 0);
        must(ix_json_parse(&arena, response->body, &node, &err) == IX_OK);
        ix_arena_done(&arena);
    }
}

static void drain(struct ix_api_response *response) {
    struct ix_buf out = {0};
    bool more = response->stream != NULL;
    for (int i = 0; more && i < PIECES_MAX; i++) {
        ix_api_stream_next(response->stream, worker, &out, &more);
    }
    ix_buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_api_header headers[HEADERS_MAX];
    struct ix_api_request request = {.now_ms = INT64_C(1742040000000)};
    struct ix_api_response response;
    if (!api) {
        set_up();
    }
    cut_request(ix_sv_of((const char *)data, size), headers, &request);
    ix_api_dispatch(worker, &request, &response);
    must(response.status >= 200 && response.status < 600 && response.status != 500);
    check_headers(&response);
    check_body(&response);
    drain(&response);
    ix_api_response_done(&response);
    return 0;
}
