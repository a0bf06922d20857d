/* One function a rule, tried in the order of the head's bytes: the request line, each header, then
 * what headers say together. Each names the refusal by the words of the RFC. */
#include "api/server_guard.h"

#define REFUSAL(name, refusal_status, refusal_code, words)                                         \
    static const struct ix_refusal name = {refusal_status, refusal_code, words}

REFUSAL(unknown_method, 501, "not_implemented", "this method is not known here");
REFUSAL(bad_target, 400, "bad_request",
        "the request target must be a path, without spaces, controls or a fragment");
REFUSAL(bad_name, 400, "bad_request", "a header's name holds a byte that no name may have");
REFUSAL(bad_value, 400, "bad_request", "a header's value holds a control byte");
REFUSAL(too_many_headers, 431, "too_large", "there are too many headers");
REFUSAL(no_host, 400, "bad_request", "HTTP/1.1 needs a Host header");
REFUSAL(bad_host, 400, "bad_request", "the Host header is not a host");
REFUSAL(repeated, 400, "bad_request",
        "Host, Content-Length, Content-Type, Transfer-Encoding and Authorization may stand only "
        "once");
REFUSAL(bad_length, 400, "bad_request", "Content-Length must be a number");
REFUSAL(huge_length, 413, "too_large", "Content-Length is larger than any body may be");
REFUSAL(two_framings, 400, "bad_request",
        "Content-Length and Transfer-Encoding may not stand together");
REFUSAL(old_coding, 400, "bad_request", "HTTP/1.0 has no Transfer-Encoding");
REFUSAL(unknown_coding, 501, "not_implemented", "of transfer codings only chunked is known here");
REFUSAL(unknown_expectation, 417, "expectation_failed", "only 100-continue may be expected");

/* ---- bytes ---- */

static bool is_letter_or_digit(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_token_byte(unsigned char c) { /* RFC 9110 section 5.6.2 */
    return is_letter_or_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_value_byte(unsigned char c) { /* RFC 9110 section 5.5 */
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

static bool is_target_byte(unsigned char c) {
    return c > ' ' && c < 0x7f && c != '#';
}

static bool is_host_byte(unsigned char c) { /* RFC 3986 section 3.2.2 and a port */
    return is_letter_or_digit(c) || (c && strchr("-._~:[]%!$&'()*+;=", c));
}

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static bool all(struct ix_sv sv, bool (*is_right)(unsigned char)) {
    for (size_t i = 0; i < sv.size; i++) {
        if (!is_right((unsigned char)sv.data[i])) {
            return false;
        }
    }
    return true;
}

/* ---- headers by name ---- */

static size_t count_of(const struct ix_head *head, const char *name, struct ix_sv *ret_value) {
    size_t count = 0;
    for (size_t i = 0; i < head->header_count; i++) {
        if (ix_sv_eq_nocase(head->headers[i].name, ix_sv_cstr(name))) {
            *ret_value = ix_sv_trim(head->headers[i].value);
            count++;
        }
    }
    return count;
}

/* ---- rules ---- */

static const struct ix_refusal *check_method(const struct ix_head *head) {
    static const char *const known[] = {"GET",     "HEAD",  "POST",  "PUT",  "DELETE",
                                        "OPTIONS", "PATCH", "TRACE", "QUERY"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ix_sv_eq_cstr(head->method, known[i])) {
            return NULL;
        }
    }
    return &unknown_method;
}

/* "http://host" in front of the path, for proxies; empty when the target is a path. */
static struct ix_sv authority_of(struct ix_sv target) {
    size_t begin = ix_sv_starts_nocase(target, IX_SV("http://"))    ? 7
                   : ix_sv_starts_nocase(target, IX_SV("https://")) ? 8
                                                                    : 0;
    if (begin == 0) {
        return (struct ix_sv){0};
    }
    struct ix_sv rest = ix_sv_from(target, begin);
    size_t slash = ix_sv_find_char(rest, '/');
    size_t mark = ix_sv_find_char(rest, '?');
    size_t end = slash < mark ? slash : mark;
    return ix_sv_sub(target, 0, end == IX_SV_NPOS ? target.size : begin + end);
}

static const struct ix_refusal *check_target(const struct ix_head *head) {
    struct ix_sv authority = authority_of(head->target);
    bool is_path = ix_sv_starts(head->target, IX_SV("/"));
    struct ix_sv host = ix_sv_from(authority, ix_sv_find(authority, IX_SV("//")) + 2);
    bool is_absolute = authority.size > 0 && host.size > 0 && all(host, is_host_byte);
    return (is_path || is_absolute) && all(head->target, is_target_byte) ? NULL : &bad_target;
}

static const struct ix_refusal *check_bytes(const struct ix_head *head) {
    if (head->header_count > IX_GUARD_HEADERS_MAX) {
        return &too_many_headers;
    }
    for (size_t i = 0; i < head->header_count; i++) {
        const struct ix_api_header *header = &head->headers[i];
        if (header->name.size == 0 || !all(header->name, is_token_byte)) {
            return &bad_name;
        }
        if (!all(header->value, is_value_byte)) {
            return &bad_value;
        }
    }
    return NULL;
}

static const struct ix_refusal *check_repeated(const struct ix_head *head) {
    static const char *const once[] = {"Host", "Content-Length", "Content-Type",
                                       "Transfer-Encoding", "Authorization"};
    struct ix_sv ignored;
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        if (count_of(head, once[i], &ignored) > 1) {
            return &repeated;
        }
    }
    return NULL;
}

static bool is_old(const struct ix_head *head) {
    return ix_sv_eq_cstr(head->version, "HTTP/1.0");
}

static const struct ix_refusal *check_host(const struct ix_head *head) {
    struct ix_sv host = {0};
    if (count_of(head, "Host", &host) == 0) {
        return is_old(head) ? NULL : &no_host;
    }
    return all(host, is_host_byte) ? NULL : &bad_host;
}

static const struct ix_refusal *check_framing(const struct ix_head *head) {
    struct ix_sv length = {0}, coding = {0};
    int64_t ignored;
    bool has_length = count_of(head, "Content-Length", &length) > 0;
    bool has_coding = count_of(head, "Transfer-Encoding", &coding) > 0;
    if (has_length && has_coding) {
        return &two_framings;
    }
    if (has_length && (length.size == 0 || !all(length, is_digit))) {
        return &bad_length;
    }
    if (has_length && !ix_sv_to_int64(length, &ignored)) {
        return &huge_length;
    }
    if (has_coding && is_old(head)) {
        return &old_coding;
    }
    return has_coding && !ix_sv_eq_nocase(coding, IX_SV("chunked")) ? &unknown_coding : NULL;
}

static const struct ix_refusal *check_expectation(const struct ix_head *head) {
    struct ix_sv expectation = {0};
    bool expects = count_of(head, "Expect", &expectation) > 0;
    return expects && !ix_sv_eq_nocase(expectation, IX_SV("100-continue")) ? &unknown_expectation
                                                                           : NULL;
}

const struct ix_refusal *ix_guard_refusal(const struct ix_head *head) {
    static const struct ix_refusal *(*const rules[])(const struct ix_head *) = {
        check_method, check_target,  check_bytes,       check_repeated,
        check_host,   check_framing, check_expectation,
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct ix_refusal *refusal = rules[i](head);
        if (refusal) {
            return refusal;
        }
    }
    return NULL;
}

void ix_guard_split_target(struct ix_sv target, struct ix_sv *ret_path, struct ix_sv *ret_query) {
    struct ix_sv rest = ix_sv_from(target, authority_of(target).size);
    size_t mark = ix_sv_find_char(rest, '?');
    struct ix_sv path = ix_sv_sub(rest, 0, mark);
    *ret_path = ix_sv_empty(path) ? IX_SV("/") : path;
    *ret_query = mark == IX_SV_NPOS ? (struct ix_sv){0} : ix_sv_from(rest, mark + 1);
}

uint64_t ix_guard_content_length(const struct ix_head *head) {
    struct ix_sv text = {0};
    int64_t length = 0;
    bool is_there = count_of(head, "Content-Length", &text) > 0 && ix_sv_to_int64(text, &length);
    return is_there && length > 0 ? (uint64_t)length : 0;
}

bool ix_guard_expects_continue(const struct ix_head *head) {
    struct ix_sv ignored;
    return count_of(head, "Expect", &ignored) > 0;
}
