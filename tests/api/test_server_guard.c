/* Heads of requests that must be refused, and those that must not. */
#include "api/server_guard.h"

#include <criterion/criterion.h>

struct head_case {
    const char *name;
    const char *method, *target, *version;
    const char *headers[6][2]; /* in addition to Host, unless the first one is "-" */
    int status;                /* 0: in order */
};

static const struct head_case cases[] = {
    {"a plain request", "GET", "/livez", "HTTP/1.1", {{0}}, 0},
    {"a query part", "GET", "/a?q=%20&b={}|^", "HTTP/1.1", {{0}}, 0},
    {"a target with its host", "GET", "http://h:80/a", "HTTP/1.1", {{0}}, 0},
    {"a target that is only a host", "GET", "http://h", "HTTP/1.1", {{0}}, 0},
    {"a length", "POST", "/", "HTTP/1.1", {{"Content-Length", "12"}}, 0},
    {"chunks", "POST", "/", "HTTP/1.1", {{"Transfer-Encoding", "Chunked"}}, 0},
    {"the old version without a host", "GET", "/", "HTTP/1.0", {{"-", ""}}, 0},
    {"a tab in a value", "GET", "/", "HTTP/1.1", {{"X", "a\tb"}}, 0},
    {"text beyond ASCII in a value", "GET", "/", "HTTP/1.1", {{"X", "\xc3\xa4"}}, 0},
    {"an address as host", "GET", "/", "HTTP/1.1", {{"-", ""}, {"Host", "[::1]:7117"}}, 0},
    {"an unknown method", "BREW", "/", "HTTP/1.1", {{0}}, 501},
    {"a method in small letters", "get", "/", "HTTP/1.1", {{0}}, 501},
    {"no target", "GET", "", "HTTP/1.1", {{0}}, 400},
    {"a target without a slash", "GET", "livez", "HTTP/1.1", {{0}}, 400},
    {"a target of another scheme", "GET", "ftp://h/a", "HTTP/1.1", {{0}}, 400},
    {"a target with no host", "GET", "http:///a", "HTTP/1.1", {{0}}, 400},
    {"a target with a user", "GET", "http://u@h/a", "HTTP/1.1", {{0}}, 400},
    {"the target of a proxy", "GET", "h:443", "HTTP/1.1", {{0}}, 400},
    {"a space in the target", "GET", "/a b", "HTTP/1.1", {{0}}, 400},
    {"a control in the target", "GET", "/a\x01", "HTTP/1.1", {{0}}, 400},
    {"a byte beyond ASCII in the target", "GET", "/\xc3\xa4", "HTTP/1.1", {{0}}, 400},
    {"a fragment in the target", "GET", "/a#b", "HTTP/1.1", {{0}}, 400},
    {"no host", "GET", "/", "HTTP/1.1", {{"-", ""}}, 400},
    {"two hosts", "GET", "/", "HTTP/1.1", {{"host", "other"}}, 400},
    {"a host with a path", "GET", "/", "HTTP/1.1", {{"-", ""}, {"Host", "a/b"}}, 400},
    {"two hosts in one", "GET", "/", "HTTP/1.1", {{"-", ""}, {"Host", "a b"}}, 400},
    {"both framings",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}},
     400},
    {"two lengths",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Content-Length", "1"}, {"content-length", "1"}},
     400},
    {"a list of lengths", "POST", "/", "HTTP/1.1", {{"Content-Length", "1, 1"}}, 400},
    {"a length with a sign", "POST", "/", "HTTP/1.1", {{"Content-Length", "+1"}}, 400},
    {"a length that is none", "POST", "/", "HTTP/1.1", {{"Content-Length", "0x1"}}, 400},
    {"an empty length", "POST", "/", "HTTP/1.1", {{"Content-Length", ""}}, 400},
    {"a length beyond counting",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Content-Length", "99999999999999999999"}},
     413},
    {"two codings",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
     400},
    {"a coding in front of chunks",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Transfer-Encoding", "gzip, chunked"}},
     501},
    {"a coding with a sign after it",
     "POST",
     "/",
     "HTTP/1.1",
     {{"Transfer-Encoding", "chunked;x=1"}},
     501},
    {"the coding identity", "POST", "/", "HTTP/1.1", {{"Transfer-Encoding", "identity"}}, 501},
    {"chunks in the old version", "POST", "/", "HTTP/1.0", {{"Transfer-Encoding", "chunked"}}, 400},
    {"two authorizations",
     "GET",
     "/",
     "HTTP/1.1",
     {{"Authorization", "a"}, {"Authorization", "b"}},
     400},
    {"a control in a value", "GET", "/", "HTTP/1.1", {{"X", "a\x01"}}, 400},
    {"a line end in a value", "GET", "/", "HTTP/1.1", {{"X", "a\rb"}}, 400},
    {"a deletion in a value", "GET", "/", "HTTP/1.1", {{"X", "a\x7f"}}, 400},
    {"a space in a name", "GET", "/", "HTTP/1.1", {{"Content-Length ", "1"}}, 400},
    {"an empty name", "GET", "/", "HTTP/1.1", {{"", "1"}}, 400},
    {"an expectation of its own", "POST", "/", "HTTP/1.1", {{"Expect", "cake"}}, 417},
};

static int status_of(const struct head_case *c) {
    struct ix_api_header headers[8];
    size_t count = 0;
    bool own_host = c->headers[0][0] && strcmp(c->headers[0][0], "-") == 0;
    if (!own_host) {
        headers[count++] = (struct ix_api_header){IX_SV("Host"), IX_SV("localhost")};
    }
    for (size_t i = own_host ? 1 : 0; i < 6 && c->headers[i][0]; i++) {
        headers[count++] =
            (struct ix_api_header){ix_sv_cstr(c->headers[i][0]), ix_sv_cstr(c->headers[i][1])};
    }
    const struct ix_head head = {
        .method = ix_sv_cstr(c->method),
        .target = ix_sv_cstr(c->target),
        .version = ix_sv_cstr(c->version),
        .headers = headers,
        .header_count = count,
    };
    const struct ix_refusal *refusal = ix_guard_refusal(&head);
    return refusal ? refusal->status : 0;
}

Test(server_guard, refuses_what_two_programs_could_read_differently) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(status_of(&cases[i]), cases[i].status, "%s: %d", cases[i].name,
                     status_of(&cases[i]));
    }
}

Test(server_guard, counts_headers) {
    static struct ix_api_header headers[IX_GUARD_HEADERS_MAX + 1];
    for (size_t i = 0; i <= IX_GUARD_HEADERS_MAX; i++) {
        headers[i] = (struct ix_api_header){i ? IX_SV("X") : IX_SV("Host"), IX_SV("a")};
    }
    struct ix_head head = {IX_SV("GET"), IX_SV("/"), IX_SV("HTTP/1.1"), headers,
                           IX_GUARD_HEADERS_MAX};
    cr_expect_null(ix_guard_refusal(&head));
    head.header_count++;
    cr_assert_not_null(ix_guard_refusal(&head));
    cr_expect_eq(ix_guard_refusal(&head)->status, 431);
}

Test(server_guard, cuts_targets) {
    static const char *const targets[][3] = {
        {"/a/b?q=x?y", "/a/b", "q=x?y"}, {"/a", "/a", ""},      {"/a?", "/a", ""},
        {"http://h/a?q", "/a", "q"},     {"http://h", "/", ""}, {"HTTPS://h:1?q", "/", "q"},
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct ix_sv path, query;
        ix_guard_split_target(ix_sv_cstr(targets[i][0]), &path, &query);
        cr_expect(ix_sv_eq_cstr(path, targets[i][1]), "%s: %.*s", targets[i][0], IX_SV_FMT(path));
        cr_expect(ix_sv_eq_cstr(query, targets[i][2]), "%s: %.*s", targets[i][0], IX_SV_FMT(query));
    }
}

Test(server_guard, reads_the_announced_length) {
    struct ix_api_header header = {IX_SV("content-length"), IX_SV(" 4096 ")};
    const struct ix_head head = {.headers = &header, .header_count = 1};
    cr_expect_eq(ix_guard_content_length(&head), 4096u);
    header.name = IX_SV("Age");
    cr_expect_eq(ix_guard_content_length(&head), 0u);
}
