/* Heads of requests as a client may send them: a first line, then headers, as libmicrohttpd would
 * cut them. Whatever the guard lets through must be safe to route, to log and to answer. */
#include <assert.h>

#include "api/server_guard.h"
#include "api/server_ids.h"
#include "api/server_log.h"

enum { HEADERS_MAX = IX_GUARD_HEADERS_MAX + 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ix_sv next_word(struct ix_sv *rest) {
    struct ix_sv word = {0};
    return ix_sv_split(rest, ' ', &word) ? word : (struct ix_sv){0};
}

static size_t count_named(const struct ix_head *head, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        count += ix_sv_eq_nocase(head->headers[i].name, ix_sv_cstr(name));
    }
    return count;
}

static void check_taken(const struct ix_head *head) {
    struct ix_sv path, query;
    assert(count_named(head, "Content-Length") + count_named(head, "Transfer-Encoding") <= 1);
    assert(count_named(head, "Authorization") <= 1 && count_named(head, "Host") <= 1);
    assert(ix_guard_content_length(head) <= INT64_MAX);
    ix_guard_split_target(head->target, &path, &query);
    assert(path.size > 0 && path.data[0] == '/');
    assert(ix_sv_find_char(path, '?') == IX_SV_NPOS);
    for (size_t i = 0; i < head->target.size; i++) {
        assert(head->target.data[i] > ' ' && head->target.data[i] < 0x7f);
    }
}

static void check_ids(struct ix_sv value) {
    struct ix_sv trace, parent;
    if (ix_traceparent_parse(value, &trace, &parent)) {
        assert(trace.size == 32 && parent.size == 16);
    }
    if (ix_request_id_is_sane(value)) {
        assert(value.size <= IX_REQUEST_ID_MAX && ix_sv_find_char(value, '\n') == IX_SV_NPOS);
    }
}

/* One line, whatever is in the path. */
static void check_log(struct ix_sv path) {
    for (int as_json = 0; as_json < 2; as_json++) {
        struct ix_buf buf = {0};
        const struct ix_log_line line = {.path = path, .status = 400};
        ix_log_line_write(&buf, &line, as_json);
        assert(ix_sv_find_char(ix_buf_sv(&buf), '\n') == buf.size - 1);
        ix_buf_done(&buf);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ix_api_header headers[HEADERS_MAX];
    struct ix_sv rest = ix_sv_of((const char *)data, size);
    struct ix_sv line = {0};
    (void)ix_sv_split(&rest, '\n', &line);
    struct ix_head head = {.headers = headers};
    head.method = next_word(&line);
    head.target = next_word(&line);
    head.version = next_word(&line);
    while (head.header_count < HEADERS_MAX && ix_sv_split(&rest, '\n', &line)) {
        struct ix_api_header *header = &headers[head.header_count++];
        *header = (struct ix_api_header){0};
        (void)ix_sv_split(&line, ':', &header->name);
        header->value = line;
        check_ids(line);
    }
    check_log(head.target);
    if (!ix_guard_refusal(&head)) {
        check_taken(&head);
    }
    return 0;
}
