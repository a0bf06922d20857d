/* libcurl, one handle an exchange: whoever needs many at once or one connection for many will need
 * another function. Proxies and credentials of the environment are not taken: a library that did
 * would send data where its caller never said. */
#include "base/http.h"

#include <curl/curl.h>
#include <pthread.h>

enum { CONNECT_MS = 10000 };

struct exchange {
    const struct ix_http_request *request;
    struct ix_http_answer *answer;
    CURL *curl;
    struct curl_slist *headers;
    char reason[CURL_ERROR_SIZE];
    bool too_large;
};

static void start_curl(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take(char *bytes, size_t one, size_t size, void *context) {
    struct exchange *x = context;
    size_t most = x->request->answer_bytes_max;
    (void)one;
    x->too_large = most > 0 && size > most - x->answer->body.size;
    if (x->too_large) {
        return 0;
    }
    ix_buf_add(&x->answer->body, ix_sv_of(bytes, size));
    return x->answer->body.failed ? 0 : size;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    const struct exchange *x = context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return x->request->cancelled && *x->request->cancelled;
}

static bool add_header(struct exchange *x, const char *name, struct ix_sv value) {
    struct ix_buf line = {0};
    ix_buf_printf(&line, "%s: %.*s", name, IX_SV_FMT(value));
    struct curl_slist *longer = curl_slist_append(x->headers, ix_buf_cstr(&line));
    x->headers = longer ? longer : x->headers;
    ix_buf_done(&line);
    return longer != NULL;
}

static bool set_headers(struct exchange *x) {
    const struct ix_http_request *r = x->request;
    bool done = add_header(x, "Accept", ix_sv_empty(r->accept) ? IX_SV("*/*") : r->accept);
    if (!ix_sv_empty(r->content_type)) {
        done = done && add_header(x, "Content-Type", r->content_type);
    }
    done = done && add_header(x, "Expect", (struct ix_sv){0}); /* no waiting for 100 Continue */
    return done && curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->headers) == CURLE_OK;
}

static bool set_body(struct exchange *x) {
    struct ix_sv body = x->request->body;
    if (!ix_sv_eq(x->request->method, IX_SV("POST"))) {
        return true;
    }
    return curl_easy_setopt(x->curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size) ==
               CURLE_OK &&
           curl_easy_setopt(x->curl, CURLOPT_POSTFIELDS, body.data ? body.data : "") == CURLE_OK;
}

static bool set_options(struct exchange *x, const char *url) {
    CURL *c = x->curl;
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->reason);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)x->request->timeout_ms);
    return curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, "infradex") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK;
}

static enum ix_code tell(const struct exchange *x, CURLcode code, struct ix_err *err) {
    const char *reason = x->reason[0] ? x->reason : curl_easy_strerror(code);
    if (x->too_large) {
        return ix_err_set(err, IX_LIMIT, "the answer is larger than %zu bytes",
                          x->request->answer_bytes_max);
    }
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return ix_err_set(err, IX_CANCELLED, "stopped");
    case CURLE_OUT_OF_MEMORY:
        return ix_err_nomem(err);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ix_err_set(err, IX_INVALID, "not a URL of http or https: %s", reason);
    default:
        return x->answer->body.failed ? ix_err_nomem(err) : ix_err_set(err, IX_IO, "%s", reason);
    }
}

static void read_head(struct exchange *x) {
    long status = 0;
    const char *type = NULL;
    curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(x->curl, CURLINFO_CONTENT_TYPE, &type);
    struct ix_sv name = ix_sv_cstr(type);
    name = ix_sv_trim(ix_sv_sub(name, 0, ix_sv_find_char(name, ';')));
    name = ix_sv_sub(name, 0, sizeof x->answer->content_type - 1);
    x->answer->status = (int)status;
    memcpy(x->answer->content_type, name.data ? name.data : "", name.size);
}

static enum ix_code perform(struct exchange *x, struct ix_err *err) {
    struct ix_buf url = {0};
    ix_buf_add(&url, x->request->url);
    bool ready = set_options(x, ix_buf_cstr(&url)) && set_headers(x) && set_body(x);
    CURLcode code = ready ? curl_easy_perform(x->curl) : CURLE_OUT_OF_MEMORY;
    ix_buf_done(&url);
    if (code != CURLE_OK) {
        return tell(x, code, err);
    }
    read_head(x);
    return IX_OK;
}

enum ix_code ix_http_fetch(const struct ix_http_request *request, struct ix_http_answer *ret_answer,
                           struct ix_err *err) {
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    pthread_once(&started, start_curl);
    struct ix_http_answer answer = {0};
    struct exchange x = {.request = request, .answer = &answer, .curl = curl_easy_init()};
    enum ix_code code = x.curl ? perform(&x, err) : ix_err_nomem(err);
    curl_slist_free_all(x.headers);
    curl_easy_cleanup(x.curl);
    if (code != IX_OK) {
        ix_http_answer_done(&answer);
        return code;
    }
    *ret_answer = answer;
    return IX_OK;
}

void ix_http_answer_done(struct ix_http_answer *answer) {
    if (answer) {
        ix_buf_done(&answer->body);
    }
}
